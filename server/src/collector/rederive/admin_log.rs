//! Events of the admin log.

use app::model::ChannelId;
use sqlx::PgConnection;

use super::KindComparison;
use super::rows::Tally;
use crate::collector::admin_log;
use crate::store;
use crate::store::admin_log::{self as stored, Told};
use crate::telegram::convert::admin_log::reread;

/// Events as their bytes say.
#[derive(Debug, Default)]
pub(super) struct Wanting(Vec<Told>);

pub(super) async fn compare(
    db: &mut PgConnection,
    channel: ChannelId,
    tally: &mut Tally,
) -> store::Result<Wanting> {
    let mut counts = KindComparison::new("admin_events");
    let mut wanting = Vec::new();
    for kept in stored::list(db, channel).await? {
        match reread(&kept.raw) {
            Ok(event) if event.id == kept.id => {
                let said = Told { layer: kept.layer, raw: kept.raw.clone(), ..admin_log::told(event) };
                if counts.count(Some(&kept), &said) {
                    wanting.push(said);
                }
            }
            Ok(_) => tally.refuse(&mut counts, "it is another event in its bytes".to_owned()),
            Err(reason) => tally.refuse(&mut counts, reason),
        }
    }
    tally.add(counts);
    Ok(Wanting(wanting))
}

impl Wanting {
    pub(super) async fn restore(self, db: &mut PgConnection, channel: ChannelId) -> store::Result<()> {
        for said in &self.0 {
            stored::restore(&mut *db, channel, said).await?;
        }
        Ok(())
    }
}
