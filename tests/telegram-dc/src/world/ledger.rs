//! What a channel earned and what was taken out.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Day, Post, Spec, World, ledger_stars, ledger_ton};

/// What an amount is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// TON, from ads: amounts are nanotons.
    Ton,
    /// Telegram Stars: amounts are billionths of a Star.
    Stars,
}

/// What a ledger row is about, as TDLib tells the kinds apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum RowKind {
    /// Ad revenue of whole UTC days.
    AdsProceeds {
        /// The first second of the first day, Unix time.
        from: i64,
        /// The last second of the last day, Unix time.
        to: i64,
    },
    /// Taken out through Fragment; the amount is negative.
    Withdrawal {
        /// Where the state stands.
        state: RowState,
    },
    /// A withdrawal came back; the row has the withdrawal's id and a positive amount.
    WithdrawalRefund,
    /// A paid reaction to a post.
    Reaction {
        /// The post.
        post: i32,
        /// Who paid.
        user: i64,
    },
    /// A month of a paid subscription.
    Subscription {
        /// Who paid.
        user: i64,
    },
    /// A paid message to the channel, less Telegram's commission.
    PaidMessage {
        /// Who paid.
        user: i64,
        /// Telegram's share, in thousandths.
        commission_permille: i32,
        /// Telegram's share, in billionths of a Star.
        commission_nano: i128,
    },
}

/// How far a withdrawal has got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum RowState {
    /// Not yet sent; the amount has left the balance.
    Pending,
    /// Sent.
    Succeeded {
        /// When, Unix seconds.
        at: i64,
        /// Where to look at the transaction.
        url: String,
    },
    /// Not sent; the amount is back in the balance without a row of its own.
    Failed,
}

/// One row of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: String,
    /// Unix seconds.
    pub(crate) date: i64,
    /// Billionths of the unit; negative when it left the channel.
    pub(crate) nano: i128,
    pub(crate) kind: RowKind,
}

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

/// How a withdrawal and what follows from it look by now.
pub(crate) fn withdrawal(id: &str, date: i64, nano: i128, fate: u32, now: i64) -> Vec<Row> {
    let resolved = date + PENDING_SECONDS;
    let url = format!("https://tonviewer.com/transaction/{id}");
    let state = if now < resolved {
        RowState::Pending
    } else if fate == 2 {
        RowState::Failed
    } else {
        RowState::Succeeded { at: resolved, url }
    };
    let mut rows = vec![Row { id: id.to_owned(), date, nano: -nano, kind: RowKind::Withdrawal { state } }];
    if fate == 3 {
        let date = resolved + PENDING_SECONDS;
        rows.push(Row { id: id.to_owned(), date, nano, kind: RowKind::WithdrawalRefund });
    }
    rows
}

/// How long a withdrawal stays pending.
pub(crate) const PENDING_SECONDS: i64 = 3 * 86_400;

impl Row {
    /// What the row adds to the balance: a failed withdrawal adds nothing.
    pub(crate) fn effect(&self) -> i128 {
        match self.kind {
            RowKind::Withdrawal { state: RowState::Failed } => 0,
            _ => self.nano,
        }
    }

    /// Whether the row is income (not a withdrawal that came back).
    pub(crate) fn is_earning(&self) -> bool {
        !matches!(self.kind, RowKind::Withdrawal { .. } | RowKind::WithdrawalRefund)
    }
}
