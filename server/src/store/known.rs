//! Since when what is kept of a channel is known.

use app::model::ChannelId;
use app::model::known::{Known, Record};
use sqlx::PgConnection;

use super::admin_log;
use super::convert::moment;
use super::error::Result;

/// What is known of a channel, and since when. Nothing of a channel that is not there.
///
/// # Errors
/// The database's.
pub async fn get(db: &mut PgConnection, channel: ChannelId) -> Result<Known> {
    let row = sqlx::query!(
        "select (select min(known_since)::timestamp at time zone 'UTC' from metric_states where channel_id = $1) as statistics,
                (select min(observed_at) from channel_facts where channel_id = $1) as facts,
                (select min(posted_at) from posts where channel_id = $1) as posts,
                (select min(posted_at) from stories where channel_id = $1) as stories,
                (select min(booked_at) from transactions where channel_id = $1) as ledger,
                (select min(observed_at) from balances where channel_id = $1) as balances,
                (select min(first_seen_at) from boosts where channel_id = $1) as boosts,
                (select min(coalesce(started_at, paid_at, first_seen_at)) from giveaways where channel_id = $1) as giveaways,
                (select min(first_seen_at) from invite_links where channel_id = $1) as invite_links,
                (select min(at) from admin_events where channel_id = $1) as admin_log",
        channel.0,
    )
    .fetch_one(&mut *db)
    .await?;
    let since = Record::ALL.into_iter().filter_map(|record| {
        let since = match record {
            Record::Statistics => row.statistics,
            Record::Facts => row.facts,
            Record::Posts => row.posts,
            Record::Stories => row.stories,
            Record::Ledger => row.ledger,
            Record::Balances => row.balances,
            Record::Boosts => row.boosts,
            Record::Giveaways => row.giveaways,
            Record::InviteLinks => row.invite_links,
            Record::AdminLog => row.admin_log,
        };
        Some((record, moment(since)?))
    });
    Ok(Known { since: since.collect(), admin_log_gaps: admin_log::gaps(db, channel).await? })
}
