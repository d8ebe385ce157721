//! `payments.getStarsTransactions`: to the first row the first time, afterwards the newest pages until nothing in
//! them is new and nothing older is still open.
//!
//! All pages of a run are recorded in one transaction, so that a ledger is either complete down to its first row or
//! not there at all: the next run can trust that what lies behind a known page is known. Except after a partial run:
//! a row that was refused is not kept, so the whole ledger is read, and the row named, until none is refused.

use std::collections::{HashMap, HashSet};

use app::model::{Collector, RunState, TransactionState, UnitCode};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::CollectError;
use super::asker::Asker;
use super::currencies::{Tally, currencies};
use super::harvest::Harvest;
use crate::store::channels::Access;
use crate::store::runs;
use crate::store::transactions::{self, Filter, Told};
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
    let (mut offset, mut unread) = (String::new(), Unread::default());
    loop {
        asker.step(format!("the {} ledger, {} rows so far", unit.label(), rows.len()));
        let page = asker.ask(|| client.stars_transactions(channel, unit, &offset, PAGE)).await?.value;
        seen.check(&offset, &page)?;
        let enough = known.is_enough(&page);
        for (id, fault) in &page.refused {
            problems.push(format!("The {} row {id} was refused: {fault}.", unit.label()));
        }
        unread.add(page.unread);
        rows.extend(page.rows.into_iter().map(told));
        match page.next_offset {
            Some(next) if !enough => offset = next,
            _ => break,
        }
    }
    // Only now: half a ledger would look like a whole one to the next run.
    harvest.rows.extend(rows);
    harvest.problems.extend(problems);
    harvest.add_unread(&format!("{} rows", unit.label()), "payments.getStarsTransactions", unread);
    Ok(())
}

/// What is known of a ledger already.
#[derive(Default)]
struct Known {
    rows: HashMap<Key, (TransactionState, String)>,
    oldest_pending: Option<Timestamp>,
    /// The last run could not keep everything that it was shown.
    has_gaps: bool,
}

impl Known {
    async fn load(asker: &Asker<'_>, channel: ChannelRef, unit: UnitCode) -> Result<Self, CollectError> {
        let filter = Filter { channel: Some(channel.id), unit_code: Some(unit), ..Filter::default() };
        let pool = &asker.context.pool;
        let last = runs::last_recorded(pool, channel.id, Collector::Ledger).await?;
        let mut known = Self { has_gaps: last == Some(RunState::Partial), ..Self::default() };
        for entry in transactions::list(pool, filter).await? {
            let row = entry.transaction;
            if row.state == TransactionState::Pending {
                known.oldest_pending =
                    Some(known.oldest_pending.map_or(row.booked_at, |oldest| oldest.min(row.booked_at)));
            }
            known.rows.insert((row.id, row.is_refund, entry.is_outgoing), (row.state, row.source_tl_hash));
        }
        Ok(known)
    }

    /// Every row of the page is known, final and as it was, and no open row is older than the page, nor a gap.
    fn is_enough(&self, page: &LedgerPage) -> bool {
        let unchanged = page.refused.is_empty()
            && page.unread.is_empty()
            && page.rows.iter().all(|row| {
                let known = self.rows.get(&key(row));
                row.state != TransactionState::Pending
                    && known.is_some_and(|(state, hash)| *state == row.state && *hash == sha256(&row.raw))
            });
        let end = page.rows.iter().map(|row| row.booked_at).min();
        !self.has_gaps
            && unchanged
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

fn sha256(raw: &[u8]) -> String {
    Sha256::digest(raw).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn told(row: LedgerRow) -> Told {
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
