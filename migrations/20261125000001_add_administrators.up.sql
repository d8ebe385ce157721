-- Does the account administer the channel? Boosts, invite links and the admin log are for administrators, whatever else
-- they may see. Until the next look at the channel's facts, any right that only administrators have says so.
alter table channel_accounts add column is_admin boolean not null default false;
update channel_accounts
set is_admin = is_creator or can_view_stats or can_view_revenue or can_view_stars_revenue;
alter table channel_accounts alter column is_admin drop default;
