//! `premium.getBoostsStatus` and all pages of `premium.getBoostsList`.

use std::collections::{HashMap, HashSet};

use app::model::{BoostStatus, ChannelId};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sqlx::PgConnection;

use super::CollectError;
use super::asker::Asker;
use super::harvest::{Harvest, Record, Times};
use crate::store::boosts::{self, Look, Told};
use crate::store::{self, Counts, giveaways};
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::LAYER;
use crate::telegram::convert::boosts::BoostsSaid;
use crate::telegram::convert::salvage::Unread;
use crate::telegram::fault::Fault;

/// Boosts a page: the most that Telegram gives.
const PAGE: i32 = 100;
/// A hundred levels take ten thousand boosts; a list a hundred times as long does not end.
const MOST_PAGES: usize = 10_000;
/// A boost may come or go between two pages: a list that does not add up is read once more.
const READINGS: u32 = 2;

pub(super) async fn gather(asker: &Asker<'_>, channel: ChannelRef) -> Result<Harvest, CollectError> {
    let client = &asker.context.client;
    let mut harvest = Harvest::default();
    let status = asker.ask(|| client.boosts_status(channel)).await?;
    harvest.snapshots.push(("premium.getBoostsStatus".to_owned(), status.body));
    let mut list = read(asker, channel).await?;
    for _ in 1..READINGS {
        if list.adds_up() {
            break;
        }
        list = read(asker, channel).await?;
    }
    let is_whole = list.adds_up();
    if !is_whole {
        harvest.problems.push(format!(
            "Telegram speaks of {} boosts and lists {}: none is taken as ended.",
            list.total,
            list.sum()
        ));
    }
    harvest.add_unread("boosts", "premium.getBoostsList", list.unread);
    let look = Look { boosts: list.boosts, is_whole };
    harvest.records.push(Box::new(Gathered { status: status.value, look }));
    Ok(harvest)
}

/// One reading of the whole list.
#[derive(Debug, Default)]
struct List {
    /// As how many all count, as the last page says.
    total: i32,
    boosts: Vec<Told>,
    unread: Unread,
}

impl List {
    fn sum(&self) -> i64 {
        self.boosts.iter().map(|told| i64::from(told.boost.multiplier)).sum()
    }

    fn adds_up(&self) -> bool {
        self.unread.is_empty() && self.sum() == i64::from(self.total)
    }
}

async fn read(asker: &Asker<'_>, channel: ChannelRef) -> Result<List, CollectError> {
    let client = &asker.context.client;
    let (mut offset, mut offsets) = (String::new(), HashSet::new());
    let mut total;
    let mut unread = Unread::default();
    let mut found: HashMap<String, Told> = HashMap::new();
    loop {
        asker.step(format!("boosts, {} so far", found.len()));
        let page = asker.ask(|| client.boosts_list(channel, &offset, PAGE)).await?.value;
        total = page.total;
        unread.add(page.unread);
        for (boost, raw) in page.boosts {
            found.insert(boost.id.clone(), Told { boost, layer: LAYER, raw });
        }
        offsets.insert(offset);
        match page.next_offset {
            Some(next) if offsets.contains(&next) || offsets.len() >= MOST_PAGES => {
                let detail = "a page leads back to an earlier one".to_owned();
                return Err(Fault::Endless { what: "boosts", detail }.into());
            }
            Some(next) => offset = next,
            None => return Ok(List { total, boosts: found.into_values().collect(), unread }),
        }
    }
}

#[derive(Debug)]
struct Gathered {
    status: BoostsSaid,
    look: Look,
}

impl Record for Gathered {
    fn record<'a>(
        &'a self,
        db: &'a mut PgConnection,
        channel: ChannelId,
        times: Times,
    ) -> BoxFuture<'a, store::Result<Counts>> {
        Box::pin(async move {
            let said = &self.status;
            let status = status(said, times.now);
            let mut counts = boosts::record_status(&mut *db, channel, &status).await?;
            counts += boosts::record(&mut *db, channel, &self.look, times.now).await?;
            counts += giveaways::record_prepaid(db, channel, &said.prepaid, times.now).await?;
            Ok(counts)
        })
    }
}

/// How a channel stood at that moment.
pub(super) const fn status(said: &BoostsSaid, observed_at: Timestamp) -> BoostStatus {
    BoostStatus {
        level: said.level,
        current_level_boosts: said.current_level_boosts,
        boosts: said.boosts,
        gift_boosts: said.gift_boosts,
        next_level_boosts: said.next_level_boosts,
        premium_subscribers: said.premium_subscribers,
        subscribers: said.subscribers,
        observed_at,
    }
}
