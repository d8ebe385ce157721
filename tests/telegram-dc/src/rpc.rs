//! Requests to the API: unwrapped, dispatched by constructor, answered in layer 230.

pub(crate) mod account;
pub(crate) mod admin_log;
mod admin_log_event;
pub(crate) mod affiliates;
mod answer;
pub(crate) mod app_config;
pub(crate) mod auth;
pub(crate) mod boosts;
pub(crate) mod channels;
pub(crate) mod dialogs;
pub(crate) mod discovery;
pub(crate) mod entity;
pub(crate) mod error;
pub(crate) mod files;
pub(crate) mod gift_codes;
pub(crate) mod gifts;
pub(crate) mod giveaways;
pub(crate) mod group_stats;
pub(crate) mod help;
pub(crate) mod history;
pub(crate) mod importers;
pub(crate) mod invites;
pub(crate) mod ledger;
pub(crate) mod login_token;
pub(crate) mod mention;
pub(crate) mod message;
pub(crate) mod message_stats;
mod names;
mod nesting;
pub(crate) mod paid_messages;
pub(crate) mod participants;
pub(crate) mod password;
pub(crate) mod peer;
pub(crate) mod photos;
pub(crate) mod polls;
pub(crate) mod post;
pub(crate) mod push;
pub(crate) mod reactions;
pub(crate) mod revenue;
pub(crate) mod sent_codes;
pub(crate) mod shelf;
pub(crate) mod sign_in;
pub(crate) mod stats;
pub(crate) mod stories;
mod story_item;
pub(crate) mod story_stats;
pub(crate) mod token;
pub(crate) mod transaction;
mod unwrap;
pub(crate) mod updates;
pub(crate) mod users;
pub(crate) mod withdrawal;

use std::sync::Arc;

pub(crate) use answer::{Answered, Delivery, answer};
pub(crate) use error::RpcError;
use grammers_tl_types::{self as tl, Cursor, Deserializable, Identifiable, Serializable, functions as f};

use crate::accounts::Account;
use crate::faults::Who;
use crate::keyring::{Key, Login};
use crate::shared::Shared;
use crate::world::World;
use crate::{AccessUser, HOME_DC};

/// Who asks, and where.
pub(crate) struct Caller<'a> {
    pub(crate) shared: &'a Arc<Shared>,
    pub(crate) dc: i32,
    pub(crate) key: &'a Arc<Key>,
    pub(crate) session: i64,
}

impl<'a> Caller<'a> {
    /// The account that is signed in, or about to be.
    pub(crate) fn me(&self) -> &'a Account {
        self.shared.accounts.get(self.key.holder())
    }

    pub(crate) fn user(&self) -> &'a AccessUser {
        &self.me().user
    }

    /// The world as the account sees it.
    pub(crate) fn world(&self) -> &'a World {
        &self.me().world
    }

    /// The user whose key it is.
    pub(crate) fn account(&self) -> Option<i64> {
        match self.key.login() {
            Login::Unbound | Login::PasswordNeeded => None,
            Login::Bound | Login::Revoked | Login::Duplicated => Some(self.user().id),
        }
    }

    /// Whom a flood wait is for.
    pub(crate) fn who(&self) -> Who {
        self.account().map_or(Who::Key(self.key.id), Who::Account)
    }
}

/// Which data centres carry a method out, and for whom.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Any, for anybody.
    Anywhere,
    /// The account's home, signed in.
    Home,
    /// Any, signed in: statistics live where `channelFull.stats_dc` says, which the handler checks.
    Signed,
}

/// Telegram's rules on who may ask what where.
fn admit(caller: &Caller<'_>, place: Place) -> Result<(), RpcError> {
    if !caller.key.sessions().speak(caller.session) {
        tracing::warn!(dc = caller.dc, "two clients take turns with one key: it is dead now");
        caller.key.set_login(Login::Duplicated);
    }
    if caller.key.login() == Login::Duplicated {
        return Err(RpcError::new(406, "AUTH_KEY_DUPLICATED"));
    }
    if place == Place::Anywhere {
        return Ok(());
    }
    caller.key.require_login()?;
    caller.key.set_last_request(caller.shared.clock.now());
    match place {
        Place::Home if caller.dc != HOME_DC => Err(RpcError::new(303, &format!("USER_MIGRATE_{HOME_DC}"))),
        _ => Ok(()),
    }
}

/// `None` if nobody here knows the method.
fn dispatch(caller: &Caller<'_>, id: u32, query: &[u8]) -> Option<Result<Vec<u8>, RpcError>> {
    let method = table().iter().find(|method| method.id == id)?;
    Some(admit(caller, method.place).and_then(|()| (method.answer)(caller, query)))
}

/// The methods that are served, by Telegram's names, in no particular order.
#[must_use]
pub fn methods() -> Vec<&'static str> {
    table().iter().map(|method| tl::name_for_id(method.id)).collect()
}

struct Method {
    id: u32,
    place: Place,
    /// Reads the request, constructor and all, and serialises the answer.
    answer: fn(&Caller<'_>, &[u8]) -> Result<Vec<u8>, RpcError>,
}

fn table() -> &'static [Method] {
    macro_rules! methods {
        ($($place:ident $request:path => $handler:path;)+) => {
            const TABLE: &[Method] = &[$(Method {
                id: <$request as Identifiable>::CONSTRUCTOR_ID,
                place: Place::$place,
                answer: |caller, query| {
                    let request = <$request>::deserialize(&mut Cursor::from_slice(&query[4..]))
                        .map_err(|_| RpcError::new(400, "INPUT_REQUEST_INVALID"))?;
                    let answer: <$request as tl::RemoteCall>::Return = $handler(caller, request)?;
                    Ok(answer.to_bytes())
                },
            }),+];
        };
    }
    methods! {
        Anywhere f::help::GetConfig => help::get_config;
        Anywhere f::help::GetNearestDc => help::get_nearest_dc;
        Home f::help::GetAppConfig => app_config::get_app_config;
        Anywhere f::auth::ImportAuthorization => auth::import_authorization;
        Anywhere f::auth::LogOut => auth::log_out;
        Anywhere f::auth::SendCode => sign_in::send_code;
        Anywhere f::auth::ResendCode => sign_in::resend_code;
        Anywhere f::auth::CancelCode => sign_in::cancel_code;
        Anywhere f::auth::SignIn => sign_in::sign_in;
        Anywhere f::auth::CheckPassword => password::check_password;
        Anywhere f::account::GetPassword => password::get_password;
        Anywhere f::auth::ExportLoginToken => login_token::export_login_token;
        Anywhere f::auth::ImportLoginToken => login_token::import_login_token;
        Home f::auth::AcceptLoginToken => login_token::accept_login_token;
        Home f::auth::ExportAuthorization => auth::export_authorization;
        Home f::auth::ResetAuthorizations => account::reset_authorizations;
        Home f::account::GetAuthorizations => account::get_authorizations;
        Home f::account::ResetAuthorization => account::reset_authorization;
        Home f::users::GetUsers => users::get_users;
        Home f::users::GetFullUser => users::get_full_user;
        Home f::updates::GetState => updates::get_state;
        Home f::updates::GetDifference => updates::get_difference;
        Home f::updates::GetChannelDifference => updates::get_channel_difference;
        Home f::messages::GetDialogs => dialogs::get_dialogs;
        Home f::channels::GetChannels => channels::get_channels;
        Home f::channels::GetFullChannel => channels::get_full_channel;
        Home f::channels::GetParticipants => participants::get_participants;
        Home f::channels::GetAdminLog => admin_log::get_admin_log;
        Home f::channels::GetAdminedPublicChannels => channels::get_admined_public_channels;
        Home f::stories::GetPeerStories => stories::get_peer_stories;
        Home f::stories::GetPinnedStories => stories::get_pinned_stories;
        Home f::stories::GetStoriesArchive => stories::get_stories_archive;
        Home f::stories::GetStoriesById => stories::get_stories_by_id;
        Home f::stories::GetStoriesViews => stories::get_stories_views;
        Home f::stories::GetStoryViewsList => stories::get_story_views_list;
        Home f::stories::GetStoryReactionsList => stories::get_story_reactions_list;
        Home f::contacts::ResolveUsername => channels::resolve_username;
        Signed f::stats::GetBroadcastStats => stats::get_broadcast_stats;
        Signed f::stats::GetMegagroupStats => group_stats::get_megagroup_stats;
        Signed f::stats::GetStoryStats => story_stats::get_story_stats;
        Signed f::stats::GetStoryPublicForwards => story_stats::get_story_public_forwards;
        Signed f::stats::LoadAsyncGraph => stats::load_async_graph;
        Signed f::stats::GetMessageStats => message_stats::get_message_stats;
        Signed f::stats::GetMessagePublicForwards => message_stats::get_message_public_forwards;
        Home f::stats::GetPollStats => polls::get_poll_stats;
        Home f::messages::GetHistory => history::get_history;
        Home f::channels::GetMessages => history::get_messages;
        Home f::messages::GetMessagesViews => history::get_messages_views;
        Home f::messages::GetMessagesReactions => reactions::get_messages_reactions;
        Home f::messages::GetMessageReactionsList => reactions::get_message_reactions_list;
        Home f::messages::GetPollResults => polls::get_poll_results;
        Home f::messages::GetPollVotes => polls::get_poll_votes;
        Home f::messages::GetSponsoredMessages => discovery::get_sponsored_messages;
        Home f::channels::GetChannelRecommendations => discovery::get_channel_recommendations;
        Signed f::upload::GetFile => files::get_file;
        Home f::payments::GetStarsRevenueStats => revenue::get_stars_revenue_stats;
        Home f::payments::GetStarsRevenueWithdrawalUrl => withdrawal::get_stars_revenue_withdrawal_url;
        Home f::payments::GetStarsStatus => ledger::get_stars_status;
        Home f::payments::GetStarsTransactions => ledger::get_stars_transactions;
        Home f::payments::GetStarsTransactionsById => ledger::get_stars_transactions_by_id;
        Home f::payments::GetStarsSubscriptions => ledger::get_stars_subscriptions;
        Home f::payments::GetStarsRevenueAdsAccountUrl => withdrawal::get_stars_revenue_ads_account_url;
        Home f::payments::GetCurrencyRates => revenue::get_currency_rates;
        Home f::premium::GetBoostsStatus => boosts::get_boosts_status;
        Home f::premium::GetBoostsList => boosts::get_boosts_list;
        Home f::premium::GetUserBoosts => boosts::get_user_boosts;
        Home f::premium::GetMyBoosts => boosts::get_my_boosts;
        Home f::payments::GetGiveawayInfo => giveaways::get_giveaway_info;
        Home f::payments::CheckGiftCode => gift_codes::check_gift_code;
        Home f::payments::GetPremiumGiftCodeOptions => gift_codes::get_premium_gift_code_options;
        Home f::payments::GetStarsGiveawayOptions => gift_codes::get_stars_giveaway_options;
        Home f::payments::GetSavedStarGifts => gifts::get_saved_star_gifts;
        Home f::payments::GetConnectedStarRefBots => affiliates::get_connected_star_ref_bots;
        Home f::payments::GetConnectedStarRefBot => affiliates::get_connected_star_ref_bot;
        Home f::payments::GetSuggestedStarRefBots => affiliates::get_suggested_star_ref_bots;
        Home f::account::GetPaidMessagesRevenue => paid_messages::get_paid_messages_revenue;
        Home f::messages::GetAdminsWithInvites => invites::get_admins_with_invites;
        Home f::messages::GetExportedChatInvites => invites::get_exported_chat_invites;
        Home f::messages::GetExportedChatInvite => invites::get_exported_chat_invite;
        Home f::messages::GetChatInviteImporters => importers::get_chat_invite_importers;
        Home f::messages::CheckChatInvite => invites::check_chat_invite;
    }
    TABLE
}
