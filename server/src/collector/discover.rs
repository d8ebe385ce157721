//! Which channels an account has: those it created or administers. Private chats never leave `telegram/`.

use app::model::{AccountId, Collector};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::facts::{access, facts};
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

/// Collects these channels from now on, inside the caller's transaction: records what they are and gives each the
/// default schedules. What the account may not see has none until it may.
pub(super) async fn add(
    db: &mut PgConnection,
    now: Timestamp,
    account: AccountId,
    simulated: bool,
    full: &[FullChannel],
) -> store::Result<()> {
    for one in full {
        let (facts, access) = (facts(one, simulated), access(one, account));
        channels::record_facts(&mut *db, &facts, now).await?;
        channels::record_access(&mut *db, facts.id, &access, now).await?;
        let may = |one: &Collector| one.exists_in(facts.is_group) && one.allowed_by(access.rights());
        let possible: Vec<_> = Collector::ALL.iter().copied().filter(may).collect();
        schedules::add_defaults(&mut *db, facts.id, &possible, now).await?;
    }
    Ok(())
}
