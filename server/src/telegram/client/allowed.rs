use grammers_tl_types::{RemoteCall, functions as f};

use crate::telegram::convert::partial;
use crate::telegram::convert::salvage::{InParts, Listing};

/// A request that may be sent. This list is all there is.
pub(super) trait Allowed: RemoteCall {
    /// Telegram's name for it.
    const NAME: &'static str;
    /// What it needs a right for, in words: “the account may not …”.
    const NEEDS: &'static str;
}

/// How an answer is read makes no difference.
impl<R: Allowed + RemoteCall<Return: Listing>> Allowed for InParts<R> {
    const NAME: &'static str = R::NAME;
    const NEEDS: &'static str = R::NEEDS;
}

macro_rules! allowed {
    ($($request:ty = $name:literal, $needs:literal;)+) => {
        /// Their names.
        #[cfg(test)]
        const NAMES: &[&str] = &[$($name,)+];

        $(impl Allowed for $request {
            const NAME: &'static str = $name;
            const NEEDS: &'static str = $needs;
        })+
    };
}

allowed! {
    f::auth::ExportAuthorization = "auth.exportAuthorization", "sign in to another data centre";
    f::auth::ImportAuthorization = "auth.importAuthorization", "sign in to another data centre";
    f::auth::SendCode = "auth.sendCode", "sign in";
    f::auth::SignIn = "auth.signIn", "sign in";
    f::account::GetPassword = "account.getPassword", "sign in";
    f::auth::CheckPassword = "auth.checkPassword", "sign in";
    f::auth::LogOut = "auth.logOut", "sign out";
    f::users::GetUsers = "users.getUsers", "read its own name";
    f::messages::GetDialogs = "messages.getDialogs", "list its channels";
    f::contacts::ResolveUsername = "contacts.resolveUsername", "look a name up";
    f::messages::CheckChatInvite = "messages.checkChatInvite", "look an invite link up";
    f::messages::GetHistory = "messages.getHistory", "read the posts of this channel";
    f::channels::GetMessages = "channels.getMessages", "read the posts of this channel";
    f::channels::GetFullChannel = "channels.getFullChannel", "read this channel";
    partial::GetBroadcastStats = "stats.getBroadcastStats", "read the statistics of this channel";
    partial::GetMegagroupStats = "stats.getMegagroupStats", "read the statistics of this group";
    partial::GetMessageStats = "stats.getMessageStats", "read the statistics of this channel's posts";
    f::stats::GetMessagePublicForwards = "stats.getMessagePublicForwards", "read the statistics of this channel's posts";
    partial::GetStoryStats = "stats.getStoryStats", "read the statistics of this channel's stories";
    f::stats::GetStoryPublicForwards = "stats.getStoryPublicForwards", "read the statistics of this channel's stories";
    partial::GetPollStats = "stats.getPollStats", "read the votes of this channel's polls";
    f::stats::LoadAsyncGraph = "stats.loadAsyncGraph", "read the statistics of this channel";
    f::stories::GetPeerStories = "stories.getPeerStories", "read the stories of this channel";
    f::stories::GetStoriesArchive = "stories.getStoriesArchive", "read the archive of this channel's stories";
    f::stories::GetStoriesViews = "stories.getStoriesViews", "read the views of this channel's stories";
    f::payments::GetStarsRevenueStats = "payments.getStarsRevenueStats", "read the revenue of this channel";
    f::payments::GetStarsTransactions = "payments.getStarsTransactions", "read the ledger of this channel";
    f::premium::GetBoostsStatus = "premium.getBoostsStatus", "read the boosts of this channel";
    f::premium::GetBoostsList = "premium.getBoostsList", "read the boosts of this channel";
    f::payments::GetGiveawayInfo = "payments.getGiveawayInfo", "read the giveaways of this channel";
    f::messages::GetAdminsWithInvites = "messages.getAdminsWithInvites", "read the invite links of this channel";
    f::messages::GetExportedChatInvites = "messages.getExportedChatInvites", "read the invite links of this channel";
    f::messages::GetChatInviteImporters = "messages.getChatInviteImporters", "read the invite links of this channel";
    f::channels::GetAdminLog = "channels.getAdminLog", "read the admin log of this channel";
    f::channels::GetChannelRecommendations = "channels.getChannelRecommendations", "read this channel";
    f::messages::GetSponsoredMessages = "messages.getSponsoredMessages", "read this channel";
}

#[cfg(test)]
mod tests {
    use super::NAMES;

    #[test]
    fn ads_are_neither_seen_nor_clicked() {
        assert!(NAMES.contains(&"messages.getSponsoredMessages"));
        let others = NAMES.iter().filter(|name| name.to_lowercase().contains("sponsored"));
        assert_eq!(others.count(), 1, "asking for ads is all that is done with them");
    }

    #[test]
    fn nothing_is_asked_that_is_not_a_question_or_a_sign_in() {
        for name in NAMES {
            let (group, method) = name.split_once('.').unwrap();
            // Looking an invite link up does not follow it: that would be messages.importChatInvite.
            let is_look = ["stats.loadAsyncGraph", "contacts.resolveUsername", "messages.checkChatInvite"]
                .contains(name);
            let is_question = method.starts_with("get") || is_look;
            let is_sign_in = group == "auth" || *name == "account.getPassword";
            assert!(is_question || is_sign_in, "{name}");
            // It counts as a view when it is asked to.
            assert_ne!(*name, "messages.getMessagesViews");
        }
    }
}
