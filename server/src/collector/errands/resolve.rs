//! What a link leads to. A channel or supergroup is collected from then on; of anything else nothing is kept.

use app::model::{ChannelLink, ErrandAnswer};
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::collector::{Context, discover};
use crate::store::{self, channels};
use crate::telegram::client::{ChannelRef, Client};
use crate::telegram::convert::channel::FullChannel;
use crate::telegram::convert::found;
use crate::telegram::fault::Fault;

/// What was found.
pub(super) enum Found {
    /// A channel or supergroup, with what the account may see of it.
    Channel(Box<FullChannel>),
    /// Nothing that can be collected, in words.
    Nothing(&'static str),
}

const PERSON: &str =
    "This leads to a person. Only channels and supergroups can be collected; nothing was kept.";
const BOT: &str = "This leads to a bot. Only channels and supergroups can be collected; nothing was kept.";
const BASIC_GROUP: &str = "This leads to a basic group, of which Telegram tells no more than of a private chat. When it \
     has become a supergroup it can be added; nothing was kept.";
const COMMUNITY: &str =
    "This leads to a community. Add the channels and supergroups in it, one by one; nothing was kept.";
const NOBODY: &str = "Nobody has this name at Telegram: check the link.";
const EXPIRED: &str = "This invite link was revoked, has ended, or never was: ask for a new one.";
const NOT_IN: &str = "The account is not in what this invite link leads to, and nothing is joined from here: join it with \
     one of Telegram's own apps, then add it again.";
const CLOSED: &str = "Telegram does not show this channel to the account: join it with one of Telegram's own apps, then \
     add it again.";
const NOT_AMONG_ITS_OWN: &str = "The account is in no channel or supergroup with this id: join it with one of Telegram's \
     own apps, then add it again.";

pub(super) async fn ask(client: &Client, link: &ChannelLink) -> Result<Found, Fault> {
    let found = match link {
        ChannelLink::Username(name) => client.resolve_username(name).await?,
        ChannelLink::Invite(hash) => client.check_chat_invite(hash).await?,
        // An id alone opens nothing; its hash is in the account's own list.
        ChannelLink::Id(id) => {
            let listed = discover::dialogs(client).await?.into_iter().find(|one| one.channel.id == *id);
            match listed {
                Some(listed) => found::Found::Channel(listed.channel),
                None => return Ok(Found::Nothing(NOT_AMONG_ITS_OWN)),
            }
        }
    };
    Ok(Found::Nothing(match found {
        found::Found::Channel(channel) => return look(client, channel).await,
        found::Found::Closed => CLOSED,
        found::Found::Person => PERSON,
        found::Found::Bot => BOT,
        found::Found::BasicGroup => BASIC_GROUP,
        found::Found::Community => COMMUNITY,
        found::Found::NotIn => NOT_IN,
        found::Found::Expired => EXPIRED,
        found::Found::Nobody => NOBODY,
    }))
}

async fn look(client: &Client, channel: ChannelRef) -> Result<Found, Fault> {
    match client.full_channel(channel).await {
        Ok(full) => Ok(Found::Channel(Box::new(full.value))),
        Err(fault) if fault.is_thrown_out() => Ok(Found::Nothing(CLOSED)),
        Err(fault) => Err(fault),
    }
}

pub(super) async fn record(
    db: &mut PgConnection,
    context: &Context,
    found: &Found,
    now: Timestamp,
) -> store::Result<ErrandAnswer> {
    let full = match found {
        Found::Channel(full) => full,
        Found::Nothing(text) => {
            return Ok(ErrandAnswer { is_good: false, text: (*text).to_owned(), channel: None });
        }
    };
    let channel = full.listed.channel.id;
    let simulated = context.client.session().is_simulated();
    discover::add_one(db, now, context.account, simulated, full).await?;
    discover::choose(db, channel, true, now).await?;
    let channel = channels::get(&mut *db, channel).await?;
    let rights = channel.rights();
    let sees = if rights.is_admin {
        format!("What may be seen of it: {}.", rights.words())
    } else {
        "No linked account administers it, so that is only what everybody may see.".to_owned()
    };
    let text = format!("“{}” is collected from now on. {sees}", channel.title);
    Ok(ErrandAnswer { is_good: true, text, channel: Some(channel.id) })
}
