//! `messages.getHistory`: older posts in the background, some pages a run, down to the first one or to where they are
//! wanted. How far it is is kept with what was read, so that it goes on after a crash. What a layer could not read is
//! passed, and kept as it was sent; a later layer reads all of it again.

use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use super::CollectError;
use super::asker::Asker;
use super::harvest::Harvest;
use super::posts::{Looked, Reading};
use crate::store::post_history::Reached;
use crate::store::{self, post_history};
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::LAYER;
use app::model::ChannelId;

/// Pages of one run.
const PAGES: usize = 10;
/// When there is nothing more to read.
const LATER: SignedDuration = SignedDuration::from_hours(365 * 24);

pub(super) async fn gather(asker: &Asker<'_>, channel: ChannelRef) -> Result<Harvest, CollectError> {
    post_history::begin_again_for(&asker.context.pool, channel.id, LAYER).await?;
    let progress = post_history::find(&asker.context.pool, channel.id).await?;
    if progress.is_some_and(|progress| progress.complete) {
        return Ok(Harvest::default());
    }
    let wanted_since = progress.and_then(|progress| progress.wanted_since);
    let mut reading = Reading::from(progress.map_or(0, |progress| progress.oldest_id));
    let mut enough = None;
    for page in 1..=PAGES {
        asker.step(format!("older posts, page {page} of at most {PAGES}"));
        reading.page(asker, channel).await?;
        enough = wanted_since.filter(|since| reading.oldest_at().is_some_and(|oldest| oldest < *since));
        if enough.is_some() || reading.is_at_end() {
            break;
        }
    }
    let (unread, _) = reading.take_unread();
    let (messages, oldest_id, at_end) = reading.end();
    let reached = match enough {
        _ if at_end => Reached::TheFirst,
        Some(since) => Reached::Wanted(since),
        None => Reached::NotTheEnd,
    };
    let looked = Looked::back(messages, oldest_id, reached);
    let mut harvest = Harvest { records: vec![Box::new(looked)], ..Harvest::default() };
    harvest.add_unread("messages", "messages.getHistory", unread);
    Ok(harvest)
}

/// When it goes on: not for a year once it is complete.
pub(super) async fn next_due(
    db: &mut PgConnection,
    channel: ChannelId,
    now: Timestamp,
    by_interval: Timestamp,
) -> store::Result<Timestamp> {
    let progress = post_history::find(db, channel).await?;
    let complete = progress.is_some_and(|progress| progress.complete);
    Ok(if complete { now.saturating_add(LATER).unwrap_or(Timestamp::MAX) } else { by_interval })
}
