//! The numbers above the graphs.

use app::model::{Card, ChannelId};
use futures::future::BoxFuture;
use sqlx::PgConnection;

use super::harvest::{Harvest, Record, Times};
use crate::store::{self, Counts, cards};
use crate::telegram::convert::cards::Cards;

#[derive(Debug)]
struct Told(Vec<Card>);

impl Record for Told {
    fn record<'a>(
        &'a self,
        db: &'a mut PgConnection,
        channel: ChannelId,
        times: Times,
    ) -> BoxFuture<'a, store::Result<Counts>> {
        Box::pin(cards::record(db, channel, &self.0, times.now))
    }
}

/// Adds what an answer says above its graphs.
pub(super) fn add(harvest: &mut Harvest, cards: Cards) {
    harvest.records.push(Box::new(Told(cards.cards)));
    let news: Vec<String> =
        cards.problems.into_iter().filter(|problem| !harvest.problems.contains(problem)).collect();
    harvest.problems.extend(news);
}
