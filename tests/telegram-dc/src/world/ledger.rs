//! What a channel earned and what was taken out.

use jiff::Timestamp;

use super::row::{Row, RowKind, RowState, Unit};
use super::{Day, Dice, Post, Spec, World, ledger_stars, ledger_ton};

/// How long a withdrawal stays pending, in seconds, and how long after that one may come back.
const PENDING_SECONDS: i64 = 3 * 86_400;

/// The rows by now, oldest first, of a channel with those days and posts so far.
pub(crate) fn until(
    (world, spec): (&World, &Spec),
    unit: Unit,
    days: &[Day],
    posts: impl FnOnce() -> Vec<Post>,
    now: Timestamp,
) -> Vec<Row> {
    let now = now.as_second();
    let mut rows = match unit {
        Unit::Ton if spec.ads_permille > 0 => ledger_ton::rows(world, spec, days, now),
        Unit::Stars if spec.stars => ledger_stars::rows(world, spec, days, posts(), now),
        _ => Vec::new(),
    };
    rows.retain(|row| row.date <= now);
    rows.sort_by(|a, b| (a.date, &a.id).cmp(&(b.date, &b.id)));
    rows
}

/// A withdrawal and what becomes of it, which is settled from the beginning.
#[derive(Clone, Debug)]
pub(crate) struct Withdrawal {
    pub(crate) id: String,
    pub(crate) date: i64,
    /// What was asked for; positive.
    pub(crate) nano: i128,
    /// 2 fails, 3 is sent and comes back, others are sent.
    pub(crate) fate: u32,
}

impl Withdrawal {
    fn resolved(&self) -> i64 {
        self.date + PENDING_SECONDS
    }

    fn returned(&self) -> Option<i64> {
        (self.fate == 3).then(|| self.resolved() + PENDING_SECONDS)
    }

    /// What is missing from the balance because of it at a moment.
    pub(crate) fn gone(&self, at: i64) -> i128 {
        let failed = self.fate == 2 && at >= self.resolved();
        let back = failed || self.returned().is_some_and(|returned| at >= returned);
        if at < self.date || back { 0 } else { self.nano }
    }

    /// Its rows as they look by now.
    pub(crate) fn rows(&self, now: i64) -> Vec<Row> {
        let at = self.resolved();
        let state = if now < at {
            RowState::Pending
        } else if self.fate == 2 {
            RowState::Failed
        } else {
            RowState::Succeeded { at, url: format!("https://tonviewer.com/transaction/{}", self.id) }
        };
        let row = |date, nano, kind| Row { id: self.id.clone(), date, nano, kind };
        let taken = row(self.date, -self.nano, RowKind::Withdrawal { state });
        let back = self.returned().map(|date| row(date, self.nano, RowKind::WithdrawalRefund));
        std::iter::once(taken).chain(back).collect()
    }
}

/// Something that looks like Telegram's transaction ids.
pub(crate) fn identifier(seed: u64, purpose: &str, channel: i64, number: u32) -> String {
    let mut dice = Dice::new(seed, purpose, channel, number);
    format!("{:016x}{:016x}", dice.number(), dice.number())
}
