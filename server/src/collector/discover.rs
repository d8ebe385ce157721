//! Which channels an account has: those it created or administers. Private chats never leave `telegram/`.

use app::model::{AccountId, ChannelId, Collector};
use jiff::Timestamp;
use sqlx::{PgConnection, PgPool};

use super::facts::{access, facts};
use super::record::{allows, ignore_missing};
use super::{CollectError, Context};
use crate::clock::Clock;
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
    let mut found: Vec<ListedChannel> = Vec::new();
    let mut offset = None;
    for _ in 0..MOST_PAGES {
        let page = client.dialogs(offset.as_ref()).await?;
        let known = found.len();
        for listed in page.channels {
            if listed.is_administrator && found.iter().all(|known| known.channel.id != listed.channel.id) {
                found.push(listed);
            }
        }
        let stuck = page.next == offset && found.len() == known;
        match page.next {
            Some(next) if page.length > 0 && !stuck => offset = Some(next),
            _ => break,
        }
    }
    let mut full = Vec::with_capacity(found.len());
    for listed in found {
        full.push(client.full_channel(listed.channel).await?.value);
    }
    Ok(full)
}

/// Collects these channels from now on: records what they are and gives each the default schedules. What the account
/// may not see stays switched off until it may.
///
/// # Errors
/// [`CollectError::Store`] or [`CollectError::Database`].
pub async fn add(
    pool: &PgPool,
    clock: &Clock,
    account: AccountId,
    simulated: bool,
    full: &[FullChannel],
) -> Result<Vec<ChannelId>, CollectError> {
    let mut db = pool.begin().await?;
    add_in(&mut db, clock.now(), account, simulated, full).await?;
    db.commit().await?;
    Ok(full.iter().map(|one| one.listed.channel.id).collect())
}

/// As [`add`], inside the caller's transaction.
pub(super) async fn add_in(
    db: &mut PgConnection,
    now: Timestamp,
    account: AccountId,
    simulated: bool,
    full: &[FullChannel],
) -> store::Result<()> {
    for one in full {
        let (facts, access) = (facts(one, simulated), access(one, account));
        let known = schedules::find(&mut *db, facts.id, Collector::Facts).await?.is_some();
        channels::record_facts(&mut *db, &facts, now).await?;
        channels::record_access(&mut *db, facts.id, &access, now).await?;
        schedules::add_defaults(&mut *db, facts.id, now).await?;
        for collector in Collector::ALL.iter().filter(|_| !known) {
            let group_statistics = facts.is_group && *collector == Collector::Statistics;
            if group_statistics || !allows(&access, *collector) {
                ignore_missing(schedules::pause(&mut *db, facts.id, *collector).await)?;
            }
        }
    }
    Ok(())
}

/// Looks for channels that were not there before.
///
/// # Errors
/// [`CollectError`].
pub async fn discover(context: &Context) -> Result<Vec<ChannelId>, CollectError> {
    let full = administered(&context.client).await?;
    let simulated = context.client.session().is_simulated();
    add(&context.pool, &context.clock, context.account, simulated, &full).await
}
