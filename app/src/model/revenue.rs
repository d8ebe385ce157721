//! Balances and the ledger.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Channel, Nano, Period, UnitCode, UsdRate};

/// What Telegram says a channel has in one currency, at one moment (`starsRevenueStatus`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balances {
    /// The currency.
    pub unit_code: UnitCode,
    /// `available_balance`: withdrawable now.
    pub available: Nano,
    /// `current_balance`: earned and not yet withdrawn.
    pub current: Nano,
    /// `overall_revenue`: earned since the channel began.
    pub overall: Nano,
    /// The owner may start a withdrawal, now or at `next_withdrawal_at`.
    pub withdrawal_enabled: bool,
    /// From when, if not now.
    pub next_withdrawal_at: Option<Timestamp>,
    /// USD a unit: the newest rate stated within the 24 hours before `observed_at`.
    pub usd_rate: Option<UsdRate>,
    /// When Telegram said so.
    pub observed_at: Timestamp,
}

/// What a ledger row is, after TDLib's classification. `Other` keeps what is not known yet, so that it never
/// vanishes from a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionKind {
    /// Telegram's payment for advertisements shown from `period_start` to `period_end`.
    AdRevenue,
    /// A withdrawal to Fragment; its state says how far it is.
    Withdrawal,
    /// A withdrawal that came back.
    WithdrawalRefund,
    /// Payment for a published suggested post.
    SuggestedPost,
    /// A paid reaction.
    PaidReaction,
    /// A sale of paid media.
    PaidMedia,
    /// A paid subscription to the channel.
    Subscription,
    /// A paid direct message.
    PaidMessage,
    /// A gift sold for Stars.
    Gift,
    /// Commission from an affiliate programme.
    AffiliateCommission,
    /// Stars spent on Telegram Ads.
    AdSpend,
    /// Anything else: kept raw, counted in the totals.
    Other,
}

impl TransactionKind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::AdRevenue,
        Self::Withdrawal,
        Self::WithdrawalRefund,
        Self::SuggestedPost,
        Self::PaidReaction,
        Self::PaidMedia,
        Self::Subscription,
        Self::PaidMessage,
        Self::Gift,
        Self::AffiliateCommission,
        Self::AdSpend,
        Self::Other,
    ];

    /// The stable name: in files, the API and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AdRevenue => "ad_revenue",
            Self::Withdrawal => "withdrawal",
            Self::WithdrawalRefund => "withdrawal_refund",
            Self::SuggestedPost => "suggested_post",
            Self::PaidReaction => "paid_reaction",
            Self::PaidMedia => "paid_media",
            Self::Subscription => "subscription",
            Self::PaidMessage => "paid_message",
            Self::Gift => "gift",
            Self::AffiliateCommission => "affiliate_commission",
            Self::AdSpend => "ad_spend",
            Self::Other => "other",
        }
    }

    /// What people read in the ledger.
    pub const fn label(self) -> &'static str {
        match self {
            Self::AdRevenue => "Ad revenue",
            Self::Withdrawal => "Withdrawal",
            Self::WithdrawalRefund => "Withdrawal returned",
            Self::SuggestedPost => "Suggested post",
            Self::PaidReaction => "Paid reaction",
            Self::PaidMedia => "Paid media",
            Self::Subscription => "Subscription",
            Self::PaidMessage => "Paid message",
            Self::Gift => "Gift",
            Self::AffiliateCommission => "Affiliate commission",
            Self::AdSpend => "Telegram Ads",
            Self::Other => "Other",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// How far a ledger row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionState {
    /// Not final; asked again until it is.
    Pending,
    /// Final.
    Done,
    /// Failed; the money is or comes back.
    Failed,
}

impl TransactionState {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Pending, Self::Done, Self::Failed].into_iter().find(|state| state.name() == name)
    }
}

/// One row of a channel's ledger (`starsTransaction`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// Telegram's id; a refund reuses the id of what it refunds.
    pub id: String,
    /// The refund of the row with the same id.
    pub is_refund: bool,
    /// What it is.
    pub kind: TransactionKind,
    /// How far it is.
    pub state: TransactionState,
    /// The currency.
    pub unit_code: UnitCode,
    /// Signed: negative leaves the channel.
    pub amount: Nano,
    /// When Telegram booked it.
    pub booked_at: Timestamp,
    /// First moment of the period that ad revenue is for.
    pub period_start: Option<Timestamp>,
    /// Last moment of that period.
    pub period_end: Option<Timestamp>,
    /// When a withdrawal succeeded.
    pub settled_at: Option<Timestamp>,
    /// Where the withdrawal can be seen on the chain.
    pub url: Option<String>,
    /// The recorded rate nearest to `booked_at` within 24 hours; never today's for an old row.
    pub rate: Option<RecordedRate>,
    /// `amount` × `rate`, exact; `None` without a rate.
    pub usd: Option<Decimal>,
    /// The sum of this and all earlier rows of the currency. Pending rows count: that money has left the balance.
    /// A failed row does not, unless its refund is a row too: then both do, and cancel out.
    pub balance_after: Option<Nano>,
    /// SHA-256 of the TL row as Telegram sent it, hexadecimal.
    pub source_tl_hash: String,
}

/// A rate with its moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedRate {
    /// USD a unit.
    pub usd_rate: UsdRate,
    /// When Telegram stated it.
    pub observed_at: Timestamp,
}

/// A channel's revenue page in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revenue {
    /// Whose.
    pub channel: Channel,
    /// The newest balances; `None` before the first collection.
    pub balances: Option<Balances>,
    /// The period shown.
    pub period: Period,
    /// Rows booked in the period (in its time zone), newest first.
    pub transactions: Vec<Transaction>,
    /// Rows known over all time.
    pub known_rows: i64,
    /// `current_balance` as Telegram says, minus the sum of the ledger: 0 when every row is known.
    pub unexplained: Option<Nano>,
}
