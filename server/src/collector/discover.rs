//! Which channels an account has: those it created or administers. Private chats never leave `telegram/`.

use app::model::{AccountId, ChannelId};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::facts::{access, facts};
use super::record::{follow_reading, follow_rights};
use crate::store::{self, channels, schedules};
use crate::telegram::client::Client;
use crate::telegram::convert::channel::{FullChannel, ListedChannel};
use crate::telegram::fault::Fault;

/// No account has so many pages of dialogs.
const MOST_PAGES: usize = 1000;

/// Every channel and supergroup that the account created or administers, with what it may see of each.
///
/// # Errors
/// A [`Fault`].
pub async fn administered(client: &Client) -> Result<Vec<FullChannel>, Fault> {
    let mut full = Vec::new();
    for listed in dialogs(client).await?.into_iter().filter(|listed| listed.is_administrator) {
        match client.full_channel(listed.channel).await {
            Ok(answer) => full.push(answer.value),
            // It is in the list and closed all the same: the others are none the worse for it.
            Err(fault) if fault.is_thrown_out() => {
                tracing::warn!(channel = %listed.channel.id, "{fault}");
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(full)
}

/// Every channel and supergroup that the account is in, each once.
pub(super) async fn dialogs(client: &Client) -> Result<Vec<ListedChannel>, Fault> {
    let mut found: Vec<ListedChannel> = Vec::new();
    let mut offset = None;
    for _ in 0..MOST_PAGES {
        let page = client.dialogs(offset.as_ref()).await?;
        let known = found.len();
        for listed in page.channels {
            if found.iter().all(|known| known.channel.id != listed.channel.id) {
                found.push(listed);
            }
        }
        let stuck = page.next == offset && found.len() == known;
        match page.next {
            Some(next) if page.length > 0 && !stuck => offset = Some(next),
            _ => break,
        }
    }
    Ok(found)
}

/// What is collected of the channels that are new when an account is linked. What a person chose before stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The channels it created; no groups.
    #[default]
    Owned,
    /// Everything it administers.
    All,
    /// Nothing yet.
    Nothing,
}

impl Choice {
    const fn includes(self, is_creator: bool, is_group: bool) -> bool {
        match self {
            Self::Owned => is_creator && !is_group,
            Self::All => true,
            Self::Nothing => false,
        }
    }
}

/// Records what these channels are and what the account may see of them, inside the caller's transaction, and
/// collects from now on those that are chosen.
pub(super) async fn add(
    db: &mut PgConnection,
    now: Timestamp,
    account: AccountId,
    simulated: bool,
    full: &[FullChannel],
    choice: Choice,
) -> store::Result<()> {
    for one in full {
        if add_one(db, now, account, simulated, one).await? {
            let is_chosen = choice.includes(one.listed.is_creator, one.listed.is_group);
            choose(db, one.listed.channel.id, is_chosen, now).await?;
        }
    }
    Ok(())
}

/// Records what a channel is and what the account may see of it, inside the caller's transaction; what was parked for
/// want of a right goes on when the right is there. Says whether the channel is new: then nothing is chosen yet.
pub(super) async fn add_one(
    db: &mut PgConnection,
    now: Timestamp,
    account: AccountId,
    simulated: bool,
    full: &FullChannel,
) -> store::Result<bool> {
    let (facts, access) = (facts(full, simulated), access(full, account));
    let before = channels::find(&mut *db, facts.id).await?.map(|channel| channel.rights());
    channels::record_facts(&mut *db, &facts, now).await?;
    channels::record_access(&mut *db, facts.id, &access, now).await?;
    let Some(before) = before else { return Ok(true) };
    let after = channels::rights(&mut *db, facts.id).await?;
    follow_rights(db, &facts, before, after, now).await?;
    follow_reading(db, facts.id, now).await?;
    add_schedules(db, facts.id, now).await?;
    Ok(false)
}

/// Collects a channel from now on, with the schedules for everything that a linked account may see, or no more: what
/// was collected and how it was scheduled stays.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn choose(
    db: &mut PgConnection,
    channel: ChannelId,
    is_collected: bool,
    now: Timestamp,
) -> store::Result<()> {
    channels::set_collected(&mut *db, channel, is_collected).await?;
    if is_collected {
        add_schedules(db, channel, now).await?;
    }
    Ok(())
}

/// What nobody may see has no schedule until somebody may.
async fn add_schedules(db: &mut PgConnection, channel: ChannelId, now: Timestamp) -> store::Result<()> {
    let possible = channels::get(&mut *db, channel).await?.collectors();
    schedules::add_defaults(&mut *db, channel, &possible, now).await
}
