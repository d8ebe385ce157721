//! Ledger rows and what they were before: a kind that the program did not know when they came, it may know now.

use app::model::ChannelId;
use futures::TryStreamExt as _;
use sqlx::PgConnection;

use super::KindComparison;
use super::rows::Tally;
use crate::collector::ledger;
use crate::store;
use crate::store::transactions::Told;
use crate::store::transactions::whole::{self, Kept};
use crate::telegram::convert::ledger::reread;

/// Rows as their bytes say.
#[derive(Debug, Default)]
pub(super) struct Wanting(Vec<Kept>);

pub(super) async fn compare(
    db: &mut PgConnection,
    channel: ChannelId,
    tally: &mut Tally,
) -> store::Result<Wanting> {
    let mut now = KindComparison::new("transactions");
    let mut before = KindComparison::new("transaction_versions");
    let mut wanting = Vec::new();
    let mut rows = whole::list(db, channel);
    while let Some(kept) = rows.try_next().await? {
        let counts = if kept.replaced_at.is_none() { &mut now } else { &mut before };
        match said(&kept) {
            Ok(said) => {
                if counts.count(Some(&kept), &said) {
                    wanting.push(said);
                }
            }
            Err(reason) => tally.refuse(counts, reason),
        }
    }
    tally.add(now);
    tally.add(before);
    Ok(Wanting(wanting))
}

/// What a row says by its bytes.
fn said(kept: &Kept) -> Result<Kept, String> {
    let told = ledger::told(reread(&kept.told.raw, kept.told.unit_code)?);
    let told = Told { layer: kept.told.layer, raw: kept.told.raw.clone(), ..told };
    let key = (&told.id, told.is_refund, told.amount.0 < 0);
    if key != (&kept.told.id, kept.told.is_refund, kept.is_outgoing) {
        return Err("it is another row in its bytes".to_owned());
    }
    Ok(Kept { told, has_known_kind: true, ..kept.clone() })
}

impl Wanting {
    pub(super) async fn restore(self, db: &mut PgConnection, channel: ChannelId) -> store::Result<()> {
        for said in &self.0 {
            whole::restore(&mut *db, channel, said).await?;
        }
        Ok(())
    }
}
