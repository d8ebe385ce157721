//! `starsTransaction`: the rows of a ledger, told apart as TDLib does (`StarManager::get_star_transaction_object`).

use app::model::{Nano, TransactionKind, TransactionState, UnitCode};
use grammers_tl_types::{Deserializable as _, Serializable as _, enums as e, types as t};
use jiff::Timestamp;

use super::revenue::amount;
use super::salvage::{Salvaged, Unread};
use super::{moment, text};
use crate::telegram::fault::Fault;

/// A row of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRow {
    /// In which currency.
    pub unit_code: UnitCode,
    /// Telegram's id; a refund has that of what it refunds.
    pub id: String,
    /// The refund of the row with the same id.
    pub is_refund: bool,
    /// What it is.
    pub kind: TransactionKind,
    /// How far it is.
    pub state: TransactionState,
    /// Signed: negative leaves the channel.
    pub amount: Nano,
    /// `date`.
    pub booked_at: Timestamp,
    /// `ads_proceeds_from_date`.
    pub period_start: Option<Timestamp>,
    /// `ads_proceeds_to_date`.
    pub period_end: Option<Timestamp>,
    /// `transaction_date`.
    pub settled_at: Option<Timestamp>,
    /// `transaction_url`.
    pub url: Option<String>,
    /// The row as TL bytes.
    pub raw: Vec<u8>,
}

/// A page of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerPage {
    /// Rows that can be read, newest first.
    pub rows: Vec<LedgerRow>,
    /// Those that cannot: id and reason.
    pub refused: Vec<(String, Fault)>,
    /// Those of a later layer.
    pub unread: Unread,
    /// Where the next page begins; `None` after the last.
    pub next_offset: Option<String>,
}

impl LedgerPage {
    /// How many rows Telegram sent.
    pub const fn length(&self) -> usize {
        self.rows.len() + self.refused.len() + self.unread.count
    }
}

pub(in crate::telegram) fn page(status: Salvaged<e::payments::StarsStatus>, unit: UnitCode) -> LedgerPage {
    let Salvaged { answer: e::payments::StarsStatus::Status(status), unread } = status;
    let (rows, refused) = (Vec::new(), Vec::new());
    let mut page = LedgerPage { rows, refused, unread, next_offset: status.next_offset };
    for transaction in status.history.unwrap_or_default() {
        let raw = transaction.to_bytes();
        let e::StarsTransaction::Transaction(transaction) = transaction;
        match row(&transaction, unit, raw) {
            Ok(row) => page.rows.push(row),
            Err(fault) => page.refused.push((text(transaction.id), fault)),
        }
    }
    page
}

/// Reads the bytes of a row again.
///
/// # Errors
/// Why they cannot be read.
pub fn reread(raw: &[u8], unit: UnitCode) -> Result<LedgerRow, String> {
    let e::StarsTransaction::Transaction(transaction) =
        e::StarsTransaction::from_bytes(raw).map_err(|error| error.to_string())?;
    row(&transaction, unit, raw.to_vec()).map_err(|fault| fault.to_string())
}

fn row(transaction: &t::StarsTransaction, unit: UnitCode, raw: Vec<u8>) -> Result<LedgerRow, Fault> {
    let amount = amount(&transaction.amount, unit)?;
    let period = ads_period(transaction);
    Ok(LedgerRow {
        unit_code: unit,
        id: text(&transaction.id),
        is_refund: transaction.refund,
        kind: match unit {
            UnitCode::Ton => ton_kind(transaction, amount),
            UnitCode::Stars => stars_kind(transaction, amount),
        },
        state: state(transaction),
        amount,
        booked_at: moment(transaction.date),
        period_start: period.map(|(from, _)| moment(from)),
        period_end: period.map(|(_, to)| moment(to)),
        settled_at: transaction.transaction_date.filter(|date| *date > 0).map(moment),
        url: transaction.transaction_url.as_ref().filter(|url| !url.is_empty()).map(text),
        raw,
    })
}

const fn state(transaction: &t::StarsTransaction) -> TransactionState {
    if transaction.failed {
        TransactionState::Failed
    } else if transaction.pending {
        TransactionState::Pending
    } else {
        TransactionState::Done
    }
}

/// `0 < from ≤ to`, else there is none.
fn ads_period(transaction: &t::StarsTransaction) -> Option<(i32, i32)> {
    let period = transaction.ads_proceeds_from_date.zip(transaction.ads_proceeds_to_date);
    period.filter(|(from, to)| 0 < *from && from <= to)
}

/// Paid by the channel, or the refund of such a payment.
const fn is_purchase(transaction: &t::StarsTransaction, amount: Nano) -> bool {
    (amount.0 > 0) == transaction.refund
}

/// Withdrawals through Fragment: back, gone, under way or failed. Another row of Fragment's is not one.
fn withdrawal(transaction: &t::StarsTransaction) -> TransactionKind {
    let settled = transaction.transaction_date.is_some_and(|date| date > 0);
    if transaction.refund {
        TransactionKind::WithdrawalRefund
    } else if settled || transaction.pending || transaction.failed {
        TransactionKind::Withdrawal
    } else {
        TransactionKind::Other
    }
}

fn ton_kind(transaction: &t::StarsTransaction, amount: Nano) -> TransactionKind {
    use e::StarsTransactionPeer as Peer;
    let purchase = is_purchase(transaction, amount);
    match &transaction.peer {
        Peer::Ads if ads_period(transaction).is_some() => TransactionKind::AdRevenue,
        Peer::Fragment => withdrawal(transaction),
        Peer::Peer(peer) if is_user(peer) && transaction.paid_messages.is_some() && !purchase => {
            TransactionKind::SuggestedPost
        }
        _ => TransactionKind::Other,
    }
}

fn stars_kind(transaction: &t::StarsTransaction, amount: Nano) -> TransactionKind {
    use e::StarsTransactionPeer as Peer;
    match &transaction.peer {
        Peer::Fragment => withdrawal(transaction),
        Peer::Ads => TransactionKind::AdSpend,
        Peer::Peer(peer) => stars_peer_kind(transaction, is_user(peer), is_purchase(transaction, amount)),
        _ => TransactionKind::Other,
    }
}

fn stars_peer_kind(transaction: &t::StarsTransaction, user: bool, purchase: bool) -> TransactionKind {
    let commission = transaction.starref_commission_permille.is_some();
    let affiliate = transaction.starref_peer.is_some();
    if commission && !affiliate {
        return TransactionKind::AffiliateCommission;
    }
    // Bought by the channel, a resale, or of a kind that only people and bots have.
    let foreign = transaction.gift
        || transaction.giveaway_post_id.is_some()
        || transaction.premium_gift_months.is_some()
        || transaction.business_transfer
        || transaction.posts_search
        || transaction.stargift_upgrade
        || transaction.stargift_prepaid_upgrade
        || transaction.stargift_resale
        || transaction.stargift_drop_original_details
        || transaction.stargift_auction_bid
        || transaction.offer
        || transaction.floodskip_number.is_some();
    if foreign {
        return TransactionKind::Other;
    }
    if transaction.paid_messages.is_some() {
        return match (
            purchase,
            commission && affiliate,
            transaction.phonegroup_message && transaction.reaction,
        ) {
            (true, ..) => TransactionKind::Other,
            (false, true, true) => TransactionKind::PaidReaction,
            (false, true, false) => TransactionKind::PaidMessage,
            (false, false, _) if user => TransactionKind::SuggestedPost,
            (false, false, _) => TransactionKind::Other,
        };
    }
    if let Some(gift) = &transaction.stargift {
        return match gift {
            e::StarGift::Gift(_) if !purchase => TransactionKind::Gift,
            _ => TransactionKind::Other,
        };
    }
    if transaction.subscription_period.is_some_and(|period| period > 0) {
        return if purchase { TransactionKind::Other } else { TransactionKind::Subscription };
    }
    if transaction.reaction {
        return TransactionKind::PaidReaction;
    }
    if transaction.extended_media.as_ref().is_some_and(|media| !media.is_empty()) || transaction.refund {
        return TransactionKind::PaidMedia;
    }
    TransactionKind::Other
}

const fn is_user(peer: &t::StarsTransactionPeer) -> bool {
    matches!(peer.peer, e::Peer::User(_))
}

#[cfg(test)]
mod tests;
