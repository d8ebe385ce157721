//! Paid reactions to messages, as the ledger has them.

use std::collections::BTreeMap;

use super::row::{Row, RowKind};

const STAR: i128 = 1_000_000_000;

/// Stars by message and payer.
#[derive(Clone, Debug, Default)]
pub(crate) struct PaidReactions {
    by_message: BTreeMap<i32, BTreeMap<i64, u64>>,
}

impl PaidReactions {
    pub(super) fn of(ledger: &[Row]) -> Self {
        let mut paid = Self::default();
        for row in ledger {
            if let RowKind::Reaction { post, user } = row.kind {
                let payers = paid.by_message.entry(post).or_default();
                *payers.entry(user).or_default() += u64::try_from(row.nano / STAR).unwrap_or(0);
            }
        }
        paid
    }

    /// Who paid for a message, and how many Stars: the most generous first.
    pub(crate) fn payers(&self, message_id: i32) -> Vec<(i64, u64)> {
        let payers = self.by_message.get(&message_id);
        let mut payers: Vec<_> = payers.into_iter().flatten().map(|(user, stars)| (*user, *stars)).collect();
        payers.sort_by_key(|(user, stars)| (std::cmp::Reverse(*stars), *user));
        payers
    }
}
