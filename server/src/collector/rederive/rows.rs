//! Rows that were kept with the bytes they were read from: what those say now, and what the rows say.

use std::collections::BTreeMap;

use app::model::ChannelId;
use sqlx::PgConnection;

use super::{KindComparison, admin_log, boosts, ledger, posts};
use crate::store;

/// What differs.
#[derive(Debug)]
pub(super) struct Rows {
    ledger: ledger::Wanting,
    posts: posts::Wanting,
    admin_log: admin_log::Wanting,
    boosts: boosts::Wanting,
}

impl Rows {
    /// Compares: one count a kind, those of which nothing is kept left out, what differs, and why some rows say nothing.
    pub(super) async fn compare(
        db: &mut PgConnection,
        channel: ChannelId,
    ) -> store::Result<(Vec<KindComparison>, Self, Vec<String>)> {
        let mut tally = Tally::default();
        let rows = Self {
            ledger: ledger::compare(&mut *db, channel, &mut tally).await?,
            posts: posts::compare(&mut *db, channel, &mut tally).await?,
            admin_log: admin_log::compare(&mut *db, channel, &mut tally).await?,
            boosts: boosts::compare(&mut *db, channel, &mut tally).await?,
        };
        let reasons = tally.reasons();
        Ok((tally.counts(), rows, reasons))
    }

    /// Puts it right, inside the caller's transaction.
    pub(super) async fn restore(self, db: &mut PgConnection, channel: ChannelId) -> store::Result<()> {
        self.ledger.restore(&mut *db, channel).await?;
        self.posts.restore(&mut *db, channel).await?;
        self.admin_log.restore(&mut *db, channel).await?;
        self.boosts.restore(db, channel).await
    }
}

/// What was counted, and what cannot be read.
#[derive(Debug, Default)]
pub(super) struct Tally {
    counts: Vec<KindComparison>,
    /// How many rows of a kind cannot be read for a reason.
    unreadable: BTreeMap<(&'static str, String), u64>,
}

impl Tally {
    /// Adds a kind, unless nothing is kept of it.
    pub(super) fn add(&mut self, counts: KindComparison) {
        self.counts.extend(Some(counts).filter(|counts| !counts.is_empty()));
    }

    /// A row that says nothing stays.
    pub(super) fn refuse(&mut self, counts: &mut KindComparison, reason: String) {
        counts.add_extra(1);
        *self.unreadable.entry((counts.kind, reason)).or_default() += 1;
    }

    /// One for each kind.
    pub(super) fn counts(self) -> Vec<KindComparison> {
        self.counts
    }

    fn reasons(&self) -> Vec<String> {
        self.unreadable.iter().map(|((kind, reason), count)| format!("{count} of {kind}: {reason}")).collect()
    }
}
