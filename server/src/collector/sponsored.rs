//! `messages.getSponsoredMessages`: ads that Telegram offers to this account, which is not what readers saw. None is
//! ever said to be seen or clicked: the requests for that are not on the list of what may be asked.

use app::model::ChannelId;
use futures::future::BoxFuture;
use sqlx::PgConnection;

use super::CollectError;
use super::asker::Asker;
use super::harvest::{Harvest, Record, Times};
use crate::store::sponsored::{self, Ad};
use crate::store::{self, Counts};
use crate::telegram::client::ChannelRef;

pub(super) async fn gather(asker: &Asker<'_>, channel: ChannelRef) -> Result<Harvest, CollectError> {
    let client = &asker.context.client;
    let answer = asker.ask(|| client.sponsored_messages(channel)).await?;
    let mut harvest = Harvest::default();
    harvest.snapshots.push(("messages.getSponsoredMessages".to_owned(), answer.body));
    let ads = answer.value.into_iter().map(|one| Ad {
        url: one.url,
        title: one.title,
        message: one.message,
        button_text: one.button_text,
        sponsor_info: one.sponsor_info,
        additional_info: one.additional_info,
        recommended: one.recommended,
    });
    harvest.records.push(Box::new(Gathered { ads: ads.collect() }));
    Ok(harvest)
}

#[derive(Debug)]
struct Gathered {
    ads: Vec<Ad>,
}

impl Record for Gathered {
    fn record<'a>(
        &'a self,
        db: &'a mut PgConnection,
        channel: ChannelId,
        times: Times,
    ) -> BoxFuture<'a, store::Result<Counts>> {
        Box::pin(sponsored::record(db, channel, &self.ads, times.now))
    }
}
