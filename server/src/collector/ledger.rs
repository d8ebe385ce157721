//! `payments.getStarsTransactions`: to the first row the first time, afterwards the newest pages until nothing in
//! them is new and nothing older is still open.
//!
//! All pages of a run are recorded in one transaction, so that a ledger is either complete down to its first row or
//! not there at all: the next run can trust that what lies behind a known page is known. Except where a row was refused:
//! it is not kept, so the ledger has a gap from then on and is read whole, and the row named, until none is refused.

use std::collections::HashSet;

use app::model::{ChannelId, TransactionState, UnitCode};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sqlx::PgConnection;

use super::CollectError;
use super::asker::Asker;
use super::currencies::{Tally, currencies};
use super::harvest::{Harvest, Record, Times};
use crate::store::channels::Access;
use crate::store::transactions::{self, Told};
use crate::store::{self, Counts, ledger_gaps};
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::LAYER;
use crate::telegram::convert::ledger::{LedgerPage, LedgerRow};
use crate::telegram::convert::salvage::Unread;
use crate::telegram::fault::Fault;

/// Rows a page: the most that Telegram gives.
const PAGE: i32 = 100;
/// No channel has ten million rows: a list that goes on so long does not end.
const MOST_PAGES: usize = 100_000;

/// What tells rows apart: id, refund, outgoing.
type Key = (String, bool, bool);

pub(super) async fn gather(
    asker: &Asker<'_>,
    channel: ChannelRef,
    access: &Access,
) -> Result<Harvest, CollectError> {
    let mut harvest = Harvest::default();
    let mut tally = Tally::default();
    for unit in currencies(access)? {
        tally.add(unit, gather_in(asker, channel, unit, &mut harvest).await)?;
    }
    tally.end(&mut harvest)?;
    Ok(harvest)
}

async fn gather_in(
    asker: &Asker<'_>,
    channel: ChannelRef,
    unit: UnitCode,
    harvest: &mut Harvest,
) -> Result<(), CollectError> {
    let client = &asker.context.client;
    let known = Known::load(asker, channel, unit).await?;
    let mut seen = Seen::default();
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    let mut has_gaps = false;
    let (mut offset, mut unread) = (String::new(), Unread::default());
    loop {
        asker.step(format!("the {} ledger, {} rows so far", unit.label(), rows.len()));
        let page = asker.ask(|| client.stars_transactions(channel, unit, &offset, PAGE)).await?.value;
        seen.check(&offset, &page)?;
        for (id, fault) in &page.refused {
            problems.push(format!("The {} row {id} was refused: {fault}.", unit.label()));
        }
        let LedgerPage { rows: here, refused, unread: unread_here, next_offset } = page;
        let page = Page {
            has_gaps: !refused.is_empty() || unread_here.count > 0,
            rows: here.into_iter().map(told).collect(),
        };
        unread.add(unread_here);
        has_gaps |= page.has_gaps;
        let is_enough = known.may_be_enough(&page) && {
            let mut db = asker.context.pool.acquire().await?;
            transactions::are_known(&mut db, channel.id, &page.rows).await?
        };
        rows.extend(page.rows);
        match next_offset {
            Some(next) if !is_enough => offset = next,
            _ => break,
        }
    }
    // Only now: half a ledger would look like a whole one to the next run.
    harvest.rows.extend(rows);
    harvest.problems.extend(problems);
    harvest.records.push(Box::new(Gaps { unit, has_gaps }));
    harvest.add_unread(&format!("{} rows", unit.label()), "payments.getStarsTransactions", unread);
    Ok(())
}

/// What can be kept of a page, and whether that is less than was shown.
#[derive(Debug, Default)]
struct Page {
    rows: Vec<Told>,
    has_gaps: bool,
}

/// Whether rows of a ledger that was read as far as it had to be could not be kept.
#[derive(Debug)]
struct Gaps {
    unit: UnitCode,
    has_gaps: bool,
}

impl Record for Gaps {
    fn record<'a>(
        &'a self,
        db: &'a mut PgConnection,
        channel: ChannelId,
        times: Times,
    ) -> BoxFuture<'a, store::Result<Counts>> {
        Box::pin(async move {
            ledger_gaps::set(db, channel, self.unit, self.has_gaps, times.now).await?;
            Ok(Counts::default())
        })
    }
}

/// What is known of a ledger already.
#[derive(Debug, Default)]
struct Known {
    oldest_pending: Option<Timestamp>,
    /// A row was shown once that could not be kept.
    has_gaps: bool,
}

impl Known {
    async fn load(asker: &Asker<'_>, channel: ChannelRef, unit: UnitCode) -> Result<Self, CollectError> {
        let pool = &asker.context.pool;
        Ok(Self {
            oldest_pending: transactions::oldest_pending(pool, channel.id, unit).await?,
            has_gaps: ledger_gaps::find(pool, channel.id, unit).await?,
        })
    }

    /// May nothing behind the page be new? Its rows are final, and no open row is older than the page, nor is there a gap.
    /// Whether its rows are known is to be asked then.
    fn may_be_enough(&self, page: &Page) -> bool {
        let is_final = page.rows.iter().all(|row| row.state != TransactionState::Pending);
        let end = page.rows.iter().map(|row| row.booked_at).min();
        !self.has_gaps
            && !page.has_gaps
            && is_final
            && end.is_some_and(|end| self.oldest_pending.is_none_or(|pending| pending > end))
    }
}

/// What this run has seen, to notice a list that does not end.
#[derive(Default)]
struct Seen {
    offsets: HashSet<String>,
    rows: HashSet<Key>,
}

impl Seen {
    fn check(&mut self, offset: &str, page: &LedgerPage) -> Result<(), Fault> {
        let endless = |detail: &str| Fault::Endless { what: "transactions", detail: detail.to_owned() };
        self.offsets.insert(offset.to_owned());
        let mut news = !page.refused.is_empty() || !page.unread.is_empty();
        for row in &page.rows {
            news |= self.rows.insert(key(row));
        }
        match &page.next_offset {
            Some(next) if self.offsets.contains(next) => Err(endless("a page leads back to an earlier one")),
            Some(_) if page.length() == 0 => Err(endless("an empty page leads to another")),
            Some(_) if !news => Err(endless("a page repeats what came before")),
            Some(_) if self.offsets.len() >= MOST_PAGES => Err(endless("too many pages")),
            _ => Ok(()),
        }
    }
}

fn key(row: &LedgerRow) -> Key {
    (row.id.clone(), row.is_refund, row.amount.0 < 0)
}

/// A row as the store keeps it.
pub(super) fn told(row: LedgerRow) -> Told {
    Told {
        unit_code: row.unit_code,
        id: row.id,
        is_refund: row.is_refund,
        kind: row.kind,
        state: row.state,
        amount: row.amount,
        booked_at: row.booked_at,
        period_start: row.period_start,
        period_end: row.period_end,
        settled_at: row.settled_at,
        url: row.url,
        layer: LAYER,
        raw: row.raw,
    }
}

#[cfg(test)]
mod tests;
