//! `channels.getAdminLog`: events since the newest that is known. Telegram keeps 48 hours; what passed unseen is a gap.

use app::model::ChannelId;
use app::model::known::Gap;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use super::CollectError;
use super::asker::Asker;
use super::harvest::{Harvest, Record, Times};
use crate::store::admin_log::{self, Told};
use crate::store::{self, Counts};
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::LAYER;
use crate::telegram::convert::admin_log::AdminEvent;
use crate::telegram::convert::salvage::Unread;
use crate::telegram::fault::Fault;

/// Events a page: the most that Telegram gives.
const PAGE: i32 = 100;
/// Nothing has a million events in two days.
const MOST_PAGES: usize = 10_000;
/// So far back the log reaches.
const KEPT: SignedDuration = SignedDuration::from_hours(48);

pub(super) async fn gather(asker: &Asker<'_>, channel: ChannelRef) -> Result<Harvest, CollectError> {
    let client = &asker.context.client;
    let pool = &asker.context.pool;
    let asked_at = asker.now();
    let newest = admin_log::newest_id(pool, channel.id).await?.unwrap_or(0);
    let gap = gap(admin_log::looked_at(pool, channel.id).await?, asked_at);
    let mut harvest = Harvest::default();
    if let Some(gap) = gap {
        harvest.problems.push(format!(
            "Nobody looked at the admin log for more than 48 hours: what happened from {} to {} is not known.",
            gap.from, gap.to
        ));
    }
    let mut events: Vec<Told> = Vec::new();
    let (mut before, mut unread) = (0, Unread::default());
    for pages in 1.. {
        let page = asker.ask(|| client.admin_log(channel, before, newest, PAGE)).await?.value;
        unread.add(page.unread);
        let Some(oldest) = page.events.iter().map(|event| event.id).min() else { break };
        if pages > MOST_PAGES || (before != 0 && oldest >= before) {
            let detail = "a page repeats what came before".to_owned();
            return Err(Fault::Endless { what: "admin log events", detail }.into());
        }
        before = oldest;
        events.extend(page.events.into_iter().map(told));
    }
    harvest.add_unread("admin log events", "channels.getAdminLog", unread);
    harvest.records.push(Box::new(Gathered { events, gap }));
    Ok(harvest)
}

/// What passed between the last look and what the log still holds.
fn gap(looked_at: Option<Timestamp>, asked_at: Timestamp) -> Option<Gap> {
    let from = looked_at?;
    let to = asked_at.saturating_sub(KEPT).ok()?;
    (from < to).then_some(Gap { from, to })
}

/// An event as the store keeps it.
pub(super) fn told(event: AdminEvent) -> Told {
    Told {
        id: event.id,
        at: event.at,
        user_id: event.user_id,
        kind: event.kind.to_owned(),
        layer: LAYER,
        raw: event.raw,
    }
}

#[derive(Debug)]
struct Gathered {
    events: Vec<Told>,
    gap: Option<Gap>,
}

impl Record for Gathered {
    fn record<'a>(
        &'a self,
        db: &'a mut PgConnection,
        channel: ChannelId,
        times: Times,
    ) -> BoxFuture<'a, store::Result<Counts>> {
        Box::pin(async move {
            admin_log::record(db, channel, &self.events, self.gap, times.asked_at, times.now).await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_log_has_forgotten_is_a_gap() {
        let at = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
        assert_eq!(gap(None, at(500)), None);
        assert_eq!(gap(Some(at(452)), at(500)), None);
        assert_eq!(gap(Some(at(400)), at(500)), Some(Gap { from: at(400), to: at(452) }));
    }
}
