//! `channels.getChannelRecommendations`: what Telegram finds similar, as far as it tells this account.

use app::model::ChannelId;
use futures::future::BoxFuture;
use sqlx::PgConnection;

use super::CollectError;
use super::asker::Asker;
use super::harvest::{Harvest, Record, Times};
use crate::store::similar::{self, Listed};
use crate::store::{self, Counts};
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::similar::SimilarChannel;

pub(super) async fn gather(asker: &Asker<'_>, channel: ChannelRef) -> Result<Harvest, CollectError> {
    let client = &asker.context.client;
    let answer = asker.ask(|| client.similar_channels(channel)).await?;
    let mut harvest = Harvest::default();
    harvest.snapshots.push(("channels.getChannelRecommendations".to_owned(), answer.body));
    let listed = answer.value.channels.into_iter().map(listed);
    harvest.records.push(Box::new(Gathered { total: answer.value.total, listed: listed.collect() }));
    Ok(harvest)
}

/// A similar channel as the store keeps it.
pub(super) fn listed(one: SimilarChannel) -> Listed {
    Listed { id: one.id, title: one.title, username: one.username, subscribers: one.subscribers }
}

#[derive(Debug)]
struct Gathered {
    total: Option<i32>,
    listed: Vec<Listed>,
}

impl Record for Gathered {
    fn record<'a>(
        &'a self,
        db: &'a mut PgConnection,
        channel: ChannelId,
        times: Times,
    ) -> BoxFuture<'a, store::Result<Counts>> {
        Box::pin(similar::record(db, channel, self.total, &self.listed, times.now))
    }
}
