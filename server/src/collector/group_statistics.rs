//! `stats.getMegagroupStats`, its graphs, and who did most.

use app::model::ChannelId;
use futures::future::BoxFuture;
use jiff::Timestamp;
use sqlx::PgConnection;

use super::CollectError;
use super::asker::Asker;
use super::cards;
use super::graphs::{self, Parent};
use super::harvest::{Harvest, Record, Times};
use crate::store::channels::Access;
use crate::store::{self, Counts, group_tops};
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::cards::Cards;
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
    add_beside(&mut harvest, stats.cards, stats.period, stats.tops);
    graphs::gather(asker, channel, Parent::Megagroup(dc), stats.graphs, answer.dc, &mut harvest).await?;
    Ok(harvest)
}

/// Adds what an answer says beside its graphs.
pub(super) fn add_beside(
    harvest: &mut Harvest,
    cards: Cards,
    (period_start, period_end): (Timestamp, Timestamp),
    tops: Result<Vec<Top>, String>,
) {
    cards::add(harvest, cards);
    match tops {
        Ok(tops) => {
            let tops = tops.into_iter().map(stored).collect();
            harvest.records.push(Box::new(Busiest(group_tops::Told { period_start, period_end, tops })));
        }
        Err(reason) => {
            let problem = format!("Who did most is not known: {reason}.");
            if !harvest.problems.contains(&problem) {
                harvest.problems.push(problem);
            }
        }
    }
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

pub(super) fn stored(top: Top) -> group_tops::Top {
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
