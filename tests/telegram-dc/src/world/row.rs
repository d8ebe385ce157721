//! One row of a ledger, and the kinds there are.

use serde::{Deserialize, Serialize};

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
    /// Stars spent on Telegram Ads; the amount is negative.
    AdsSpending,
    /// The channel's share of what people it referred paid a bot.
    AffiliateCommission {
        /// The bot they paid.
        bot: i64,
        /// The channel's share, in thousandths.
        commission_permille: i32,
    },
    /// A paid message in a live stream of the channel, less Telegram's commission.
    LiveMessage {
        /// Who paid.
        user: i64,
        /// Whether it was a paid reaction rather than a text.
        reaction: bool,
        /// Telegram's share, in thousandths.
        commission_permille: i32,
        /// Telegram's share, in billionths of a Star.
        commission_nano: i128,
    },
    /// A suggested post that was published and stayed, less Telegram's commission. In Stars or in TON.
    SuggestedPost {
        /// Who paid.
        user: i64,
    },
    /// A gift to the channel that was turned into Stars.
    GiftConverted {
        /// Who had given it.
        user: i64,
        /// Which gift of Telegram's catalogue.
        gift: i64,
    },
    /// Somebody opened paid media.
    PaidMedia {
        /// The post.
        post: i32,
        /// Who paid.
        user: i64,
    },
    /// A sale of paid media was given back; the row has the sale's id and a negative amount.
    PaidMediaRefund {
        /// The post.
        post: i32,
        /// Who got the Stars back.
        user: i64,
    },
    /// Something that Telegram cannot describe in this layer: positive amounts are income, negative ones were spent.
    Unsupported,
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

impl Row {
    /// What the row adds to the balance: a failed withdrawal adds nothing.
    pub(crate) fn effect(&self) -> i128 {
        match self.kind {
            RowKind::Withdrawal { state: RowState::Failed } => 0,
            _ => self.nano,
        }
    }

    /// Whether the row counts as revenue: income, or income given back (then the amount is negative). What the
    /// channel takes out or spends, and what of that comes back, does not.
    pub(crate) fn is_earning(&self) -> bool {
        match self.kind {
            RowKind::Withdrawal { .. } | RowKind::WithdrawalRefund | RowKind::AdsSpending => false,
            RowKind::Unsupported => self.nano > 0,
            _ => true,
        }
    }

    /// Whether the row has the id of an earlier one, which it undoes: Telegram's `refund`.
    pub(crate) fn is_refund(&self) -> bool {
        matches!(self.kind, RowKind::WithdrawalRefund | RowKind::PaidMediaRefund { .. })
    }
}
