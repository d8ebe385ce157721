//! What is known of a metric by day.

use std::collections::BTreeMap;

use app::model::{ChannelId, Metric};
use jiff::civil::Date;
use sqlx::PgConnection;

use crate::store::channel_facts;
use crate::store::error::Result;
use crate::store::samples::{self, MetricState};

/// A metric of a channel: since when it is known, and where its days are.
#[derive(Clone, Debug)]
pub struct Known {
    channel: ChannelId,
    metric: Metric,
    /// Since when, and how asking for it ended last. Subscribers are known since they were counted ([`channel_facts`]), where
    /// that was before statistics tell of them, or where none do.
    pub state: MetricState,
    /// The last day of which counted subscribers tell and statistics do not; `None` without any.
    counted_until: Option<Date>,
}

impl Known {
    /// What is known of a metric.
    pub async fn of(db: &mut PgConnection, channel: ChannelId, metric: Metric) -> Result<Self> {
        let mut state = samples::state(&mut *db, channel, metric).await?;
        let mut counted_until = None;
        if metric == Metric::Subscribers
            && let Some(counted) = channel_facts::subscribers_known(db, channel).await?
            && state.known_since.is_none_or(|told| counted.since < told)
        {
            let told = state.known_since.replace(counted.since);
            counted_until = Some(told.and_then(|told| told.yesterday().ok()).unwrap_or(Date::MAX));
            state.as_of = state.as_of.or(Some(counted.as_of));
        }
        Ok(Self { channel, metric, state, counted_until })
    }

    /// Every dimension ever known, each with its known UTC days in the range, both ends included.
    pub async fn by_day(
        &self,
        db: &mut PgConnection,
        from: Date,
        to: Date,
    ) -> Result<BTreeMap<String, BTreeMap<Date, i64>>> {
        let mut lines = samples::list(&mut *db, self.channel, self.metric, from, to).await?;
        if let Some(last) = self.counted_until {
            let counted = channel_facts::subscribers_by_day(db, self.channel, from, last.min(to)).await?;
            lines.entry(String::new()).or_default().extend(counted);
        }
        Ok(lines)
    }
}
