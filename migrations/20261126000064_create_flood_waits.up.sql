-- What Telegram wants not to be asked before when: it counts by account and method.
create table flood_waits (
    account_id bigint not null references accounts on delete cascade,
    -- Telegram's name, as stats.getBroadcastStats.
    method text not null,
    until timestamptz not null,
    primary key (account_id, method)
);
-- Until now a wait was kept for all methods at once.
insert into flood_waits (account_id, method, until)
select accounts.id, method, quiet_until
from accounts
cross join unnest(array[
    'channels.getFullChannel', 'channels.getMessages', 'messages.getHistory', 'messages.getDialogs', 'users.getUsers',
    'contacts.resolveUsername', 'messages.checkChatInvite', 'stats.getBroadcastStats', 'stats.getMegagroupStats',
    'stats.getMessageStats', 'stats.getMessagePublicForwards', 'stats.getStoryStats', 'stats.getStoryPublicForwards',
    'stats.getPollStats', 'stats.loadAsyncGraph', 'stories.getPeerStories', 'stories.getStoriesArchive',
    'stories.getStoriesViews', 'payments.getStarsRevenueStats', 'payments.getStarsTransactions',
    'premium.getBoostsStatus', 'premium.getBoostsList', 'payments.getGiveawayInfo', 'channels.getAdminLog',
    'messages.getExportedChatInvites', 'messages.getAdminsWithInvites', 'messages.getChatInviteImporters',
    'channels.getChannelRecommendations', 'messages.getSponsoredMessages'
]) as method
where quiet_until > now();
alter table accounts drop column quiet_until;
