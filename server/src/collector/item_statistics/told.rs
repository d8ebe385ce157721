//! What was told of items, ready to be recorded.

use app::model::{ChannelId, Item};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::collector::harvest::{Record, Times};
use crate::store::item_forwards::{self, Forward};
use crate::store::item_statistics::{self, Asked, Line};
use crate::store::posts::fill::{self, Fill};
use crate::store::{self, Counts};
use crate::telegram::convert::item_stats::ItemLine;

#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) asked: Vec<Asked>,
    pub(super) lines: Vec<Line>,
    /// By post; stories have none.
    pub(super) fills: Vec<(i32, Vec<Fill>)>,
    pub(super) forwards: Vec<Forward>,
}

/// A line as the store keeps it. One with fewer than two points does not say how wide they are; it is kept as Telegram
/// said it, and no more.
pub(in crate::collector) fn stored(item: Item, posted_at: Timestamp, line: &ItemLine) -> Option<Line> {
    let posted = posted_at.as_second();
    let offset = |start: i64| i32::try_from(start.saturating_sub(posted)).ok();
    Some(Line {
        item,
        graph: line.graph,
        dimension: line.dimension.clone(),
        step_seconds: i32::try_from(line.step_seconds?).ok()?,
        points: line.points.iter().filter_map(|(start, value)| Some((offset(*start)?, (*value)?))).collect(),
    })
}

impl Record for Told {
    fn record<'a>(
        &'a self,
        db: &'a mut PgConnection,
        channel: ChannelId,
        times: Times,
    ) -> BoxFuture<'a, store::Result<Counts>> {
        Box::pin(async move {
            item_statistics::record(db, channel, &self.asked).await?;
            let mut counts = item_statistics::record_lines(db, channel, &self.lines, times.now).await?;
            for (post, fills) in &self.fills {
                let new = fill::record(db, channel, *post, fills).await?;
                counts += Counts { new, ..Counts::default() };
            }
            counts += item_forwards::record(db, channel, &self.forwards, times.now).await?;
            Ok(counts)
        })
    }
}
