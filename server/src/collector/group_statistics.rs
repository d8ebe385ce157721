//! `stats.getMegagroupStats`, its graphs, and who did most.

use app::model::ChannelId;
use futures::future::BoxFuture;
use sqlx::PgConnection;

use super::CollectError;
use super::asker::Asker;
use super::cards;
use super::graphs::{self, Parent};
use super::harvest::{Harvest, Record, Times};
use crate::store::channels::Access;
use crate::store::{self, Counts, group_tops};
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::group_stats::{Deeds, Top};

pub(super) async fn gather(
    asker: &Asker<'_>,
    channel: ChannelRef,
    access: &Access,
) -> Result<Harvest, CollectError> {
    let client = &asker.context.client;
    let dc = access.stats_dc;
    let answer = asker.ask(|| client.megagroup_stats(channel, dc)).await?;
    let stats = answer.value;
    let mut harvest = Harvest::default();
    harvest.snapshots.push((Parent::Megagroup(dc).kind(), answer.body));
    cards::add(&mut harvest, stats.cards);
    let (period_start, period_end) = stats.period;
    match stats.tops {
        Ok(tops) => {
            let tops = tops.into_iter().map(stored).collect();
            harvest.records.push(Box::new(Busiest(group_tops::Told { period_start, period_end, tops })));
        }
        Err(reason) => harvest.problems.push(format!("Who did most is not known: {reason}.")),
    }
    graphs::gather(asker, channel, Parent::Megagroup(dc), stats.graphs, answer.dc, &mut harvest).await?;
    Ok(harvest)
}

#[derive(Debug)]
struct Busiest(group_tops::Told);

impl Record for Busiest {
    fn record<'a>(
        &'a self,
        db: &'a mut PgConnection,
        channel: ChannelId,
        times: Times,
    ) -> BoxFuture<'a, store::Result<Counts>> {
        Box::pin(group_tops::record(db, channel, &self.0, times.now))
    }
}

fn stored(top: Top) -> group_tops::Top {
    let Top { user_id, name, deeds } = top;
    let deeds = match deeds {
        Deeds::Posted { messages, average_characters } => {
            group_tops::Deeds::Posted { messages, average_characters }
        }
        Deeds::Moderated { deleted, kicked, banned } => {
            group_tops::Deeds::Moderated { deleted, kicked, banned }
        }
        Deeds::Invited { invitations } => group_tops::Deeds::Invited { invitations },
    };
    group_tops::Top { user_id, name, deeds }
}
