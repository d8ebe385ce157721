//! Giveaways: announced in the history or named by boosts, then `payments.getGiveawayInfo` for each until nothing more
//! can happen to it.

use std::collections::{BTreeMap, BTreeSet};

use app::model::{ChannelId, Giveaway, GiveawayId, GiveawayState};
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use super::CollectError;
use super::asker::Asker;
use super::harvest::{Harvest, Record, Times};
use crate::store::{self, Counts, boosts, giveaways};
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::giveaways::{Announced, GiveawayMessages};
use crate::telegram::convert::salvage::Unread;
use crate::telegram::fault::Fault;

/// Messages a page: the most that Telegram gives.
const PAGE: i32 = 100;
/// So many pages of history are read the first time; boosts tell of giveaways that are older and still count.
const FIRST_PAGES: usize = 10;
/// So many pages at most later: nobody posts five hundred thousand messages between two looks.
const MOST_PAGES: usize = 5_000;
/// Winners use their codes for so long after the end.
const CODES_ARE_USED: SignedDuration = SignedDuration::from_hours(24 * 60);

pub(super) async fn gather(asker: &Asker<'_>, channel: ChannelRef) -> Result<Harvest, CollectError> {
    let pool = &asker.context.pool;
    let client = &asker.context.client;
    let known: BTreeMap<i32, Giveaway> = giveaways::list(pool, channel.id)
        .await?
        .into_iter()
        .filter_map(|one| match one.giveaway.id {
            GiveawayId::Message(id) => Some((id, one.giveaway)),
            GiveawayId::Prepaid(_) => None,
        })
        .collect();
    let read_to = giveaways::read_to(pool, channel.id).await?;
    let (mut announced, newest_id, mut unread_messages) = read_history(asker, channel, read_to).await?;
    let named: BTreeSet<i32> = boosts::giveaway_messages(pool, channel.id).await?.into_iter().collect();
    let is_new = |id: &i32| !known.contains_key(id) && announced.iter().all(|one| one.msg_id != *id);
    let unread: Vec<i32> = named.iter().copied().filter(is_new).collect();
    for ids in unread.chunks(100) {
        let messages = asker.ask(|| client.giveaway_messages(channel, ids)).await?.value;
        announced.extend(messages.announced);
        unread_messages.add(messages.unread);
    }
    let open = known.values().filter(|one| !is_settled(one, asker.now())).filter_map(|one| match one.id {
        GiveawayId::Message(id) => Some(id),
        GiveawayId::Prepaid(_) => None,
    });
    let wanted: BTreeSet<i32> =
        announced.iter().map(|one| one.msg_id).chain(unread.iter().copied()).chain(open).collect();

    let mut harvest = Harvest::default();
    let mut told = Vec::new();
    for id in wanted {
        match asker.ask(|| client.giveaway_info(channel, id)).await {
            Ok(info) => {
                // What the message says first, so that what Telegram says now has the last word.
                for one in announced.iter().filter(|one| one.msg_id == id) {
                    harvest.snapshots.push((format!("messageMediaGiveaway/{id}"), one.raw.clone()));
                    told.push(one.giveaway.clone());
                }
                harvest.snapshots.push((format!("payments.getGiveawayInfo/{id}"), info.body));
                told.push(info.value);
            }
            // The message is gone, and with it what Telegram would say: what is known of it stays, and nothing is missing
            // that could still come.
            Err(CollectError::Fault(Fault::Rpc { code: 400, name })) if name == "MESSAGE_ID_INVALID" => {}
            Err(CollectError::Fault(fault @ (Fault::Rpc { .. } | Fault::Undecodable { .. }))) => {
                harvest.problems.push(format!("The giveaway of message {id} could not be read: {fault}."));
            }
            Err(error) => return Err(error),
        }
    }
    // What could not be read is looked for again.
    let read_to = newest_id.filter(|_| harvest.problems.is_empty());
    // A message that cannot be read could not be read the next time either; it is kept, and boosts tell of giveaways.
    harvest.add_unread("messages", "messages.getHistory", unread_messages);
    harvest.records.push(Box::new(Gathered { told, read_to }));
    Ok(harvest)
}

/// Giveaways in the messages after `read_to`, the newest message of all, and those that cannot be read.
async fn read_history(
    asker: &Asker<'_>,
    channel: ChannelRef,
    read_to: Option<i32>,
) -> Result<(Vec<Announced>, Option<i32>, Unread), CollectError> {
    let client = &asker.context.client;
    let after = read_to.unwrap_or(0);
    let pages = if read_to.is_none() { FIRST_PAGES } else { MOST_PAGES };
    let (mut announced, mut newest_id) = (Vec::new(), None);
    let (mut before, mut unread) = (0, Unread::default());
    for _ in 0..pages {
        let page: GiveawayMessages =
            asker.ask(|| client.giveaway_history(channel, before, after, PAGE)).await?.value;
        announced.extend(page.announced);
        unread.add(page.unread);
        newest_id = newest_id.max(page.newest_id);
        match page.oldest_id {
            Some(oldest) if before != 0 && oldest >= before => {
                let detail = "a page repeats what came before".to_owned();
                return Err(Fault::Endless { what: "messages", detail }.into());
            }
            Some(oldest) if oldest > after.saturating_add(1) => before = oldest,
            _ => break,
        }
    }
    Ok((announced, newest_id, unread))
}

/// Can nothing more happen to it?
fn is_settled(giveaway: &Giveaway, now: Timestamp) -> bool {
    let all_used = giveaway.activated.is_some() && giveaway.activated >= giveaway.winners;
    let long_over = giveaway.finished_at.is_some_and(|at| now.duration_since(at) > CODES_ARE_USED);
    giveaway.state == GiveawayState::Finished
        && (giveaway.is_refunded == Some(true) || giveaway.stars.is_some() || all_used || long_over)
}

#[derive(Debug)]
struct Gathered {
    told: Vec<Giveaway>,
    read_to: Option<i32>,
}

impl Record for Gathered {
    fn record<'a>(
        &'a self,
        db: &'a mut PgConnection,
        channel: ChannelId,
        times: Times,
    ) -> BoxFuture<'a, store::Result<Counts>> {
        Box::pin(async move {
            let counts = giveaways::record(&mut *db, channel, &self.told, times.now).await?;
            if let Some(read_to) = self.read_to {
                giveaways::set_read_to(db, channel, read_to).await?;
            }
            Ok(counts)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_giveaway_is_asked_for_until_nothing_more_can_happen() {
        let at = |day: i64| Timestamp::from_second(day * 86_400).unwrap();
        let running = Giveaway::new(GiveawayId::Message(1), GiveawayState::Running);
        let over = Giveaway {
            months: Some(3),
            finished_at: Some(at(10)),
            winners: Some(10),
            activated: Some(4),
            is_refunded: Some(false),
            ..Giveaway::new(GiveawayId::Message(1), GiveawayState::Finished)
        };
        assert!(!is_settled(&running, at(1_000)));
        assert!(!is_settled(&over, at(11)) && is_settled(&over, at(71)));
        assert!(is_settled(&Giveaway { activated: Some(10), ..over.clone() }, at(11)));
        assert!(is_settled(&Giveaway { is_refunded: Some(true), ..over.clone() }, at(11)));
        assert!(!is_settled(&Giveaway { activated: None, winners: None, ..over }, at(11)));
    }
}
