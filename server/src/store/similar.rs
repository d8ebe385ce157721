//! Channels that Telegram finds similar.

pub mod whole;

use app::model::ChannelId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Counts;
use super::channels::Writing;
use super::convert::moment;
use super::error::Result;

/// A similar channel as Telegram shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Telegram's id. It is no collected channel of ours, unless it happens to be.
    pub id: ChannelId,
    /// As its owner wrote it.
    pub title: String,
    /// The public name, without `@`.
    pub username: Option<String>,
    /// How many subscribers it has.
    pub subscribers: Option<i64>,
}

/// A stretch of time in which a channel was shown as similar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The channel, as it was last seen.
    pub listed: Listed,
    /// Its place when it was last seen, from 1, the most similar first.
    pub place: i32,
    /// When it was first shown.
    pub appeared_at: Timestamp,
    /// When it was first missing; `None` while it is shown.
    pub gone_at: Option<Timestamp>,
}

/// Records a list, the most similar first, and how many there are in all. What is missing from it is gone as of now;
/// what comes again later has appeared again.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    total: Option<i32>,
    listed: &[Listed],
    now: Timestamp,
) -> Result<Counts> {
    let mut writing = Writing::begin(db, channel).await?;
    let ids: Vec<i64> = listed.iter().map(|one| one.id.0).collect();
    let gone = sqlx::query!(
        "update similar_channels set gone_at = greatest($3, seen_at)
         where channel_id = $1 and gone_at is null and similar_id <> all($2)",
        channel.0,
        &ids,
        now.to_sqlx(),
    )
    .execute(&mut *writing)
    .await?
    .rows_affected();
    let rows = sqlx::query!(
        r#"with told as (
             select distinct on (similar_id) similar_id, place::integer as place, title, username, subscribers
             from unnest($3::bigint[], $4::text[], $5::text[], $6::bigint[])
                 with ordinality as told (similar_id, title, username, subscribers, place)
             order by similar_id, place
         ), shown as (
             select told.*, known.appeared_at,
                    (known.title, known.username, known.subscribers, known.place)
                        is distinct from (told.title, told.username, told.subscribers, told.place) as is_changed
             from told
             left join similar_channels as known
               on known.channel_id = $1 and known.similar_id = told.similar_id and known.gone_at is null
         ), written as (
             insert into similar_channels as old
                 (channel_id, similar_id, appeared_at, seen_at, place, title, username, subscribers)
             select $1, similar_id, coalesce(appeared_at, $2), $2, place, title, username, subscribers from shown
             on conflict (channel_id, similar_id, appeared_at) do update
             set seen_at = greatest(old.seen_at, excluded.seen_at), gone_at = null, place = excluded.place,
                 title = excluded.title, username = excluded.username,
                 subscribers = coalesce(excluded.subscribers, old.subscribers)
         )
         select appeared_at is null as "is_new!", is_changed as "is_changed!" from shown"#,
        channel.0,
        now.to_sqlx(),
        &ids,
        &listed.iter().map(|one| one.title.clone()).collect::<Vec<_>>(),
        &listed.iter().map(|one| one.username.clone()).collect::<Vec<_>>() as _,
        &listed.iter().map(|one| one.subscribers).collect::<Vec<_>>() as _,
    )
    .fetch_all(&mut *writing)
    .await?;
    if let Some(total) = total {
        record_total(&mut writing, channel, total, now).await?;
    }
    writing.commit().await?;
    let mut counts = Counts { changed: u32::try_from(gone).unwrap_or(u32::MAX), ..Counts::default() };
    for row in rows {
        match (row.is_new, row.is_changed) {
            (true, _) => counts.new += 1,
            (false, true) => counts.changed += 1,
            (false, false) => counts.unchanged += 1,
        }
    }
    Ok(counts)
}

async fn record_total(db: &mut PgConnection, channel: ChannelId, total: i32, now: Timestamp) -> Result<()> {
    let same = sqlx::query!(
        "update similar_totals set seen_at = greatest(seen_at, $3)
         where channel_id = $1 and total = $2
           and observed_at = (select max(observed_at) from similar_totals where channel_id = $1)",
        channel.0,
        total,
        now.to_sqlx(),
    )
    .execute(&mut *db)
    .await?;
    if same.rows_affected() == 0 {
        sqlx::query!(
            "insert into similar_totals (channel_id, observed_at, seen_at, total) values ($1, $3, $3, $2)
             on conflict (channel_id, observed_at) do update set total = excluded.total",
            channel.0,
            total,
            now.to_sqlx(),
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

/// Every stretch of time in which a channel was shown: those shown now first, by their places, then the others, the
/// newest first.
pub async fn list(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<Shown>> {
    let rows = sqlx::query!(
        "select similar_id, title, username, subscribers, place, appeared_at, gone_at from similar_channels
         where channel_id = $1 order by gone_at desc nulls first, place, similar_id",
        channel.0,
    )
    .fetch_all(db)
    .await?;
    let shown = rows.into_iter().map(|row| Shown {
        listed: Listed {
            id: ChannelId(row.similar_id),
            title: row.title,
            username: row.username,
            subscribers: row.subscribers,
        },
        place: row.place,
        appeared_at: row.appeared_at.to_jiff(),
        gone_at: moment(row.gone_at),
    });
    Ok(shown.collect())
}

/// How many there were at the last look; `None` when nobody looked or Telegram did not say.
pub async fn total(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Option<i32>> {
    let total = sqlx::query_scalar!(
        "select total from similar_totals where channel_id = $1 order by observed_at desc limit 1",
        channel.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(total)
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::store::testing::{at, channel, connection};

    fn one(id: i64, subscribers: Option<i64>) -> Listed {
        let username = (id == 2).then(|| "two".to_owned());
        Listed { id: ChannelId(id), title: format!("Channel {id}"), username, subscribers }
    }

    #[sqlx::test(migrations = "../migrations")]
    async fn who_comes_and_who_goes_has_dates(pool: PgPool) {
        let five = channel(&pool, 5).await;
        let mut db = connection(&pool).await;
        let months =
            ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"]
                .map(at);
        let both = [one(2, Some(500)), one(1, None)];
        assert_eq!(record(&mut db, five, Some(10), &both, months[0]).await.unwrap().new, 2);
        let again = record(&mut db, five, Some(10), &both, months[1]).await.unwrap();
        assert_eq!(again, Counts { unchanged: 2, ..Counts::default() });
        let counts = record(&mut db, five, Some(9), &[one(2, Some(501))], months[2]).await.unwrap();
        assert_eq!(counts, Counts { changed: 2, ..Counts::default() });
        let counts = record(&mut db, five, None, &[one(1, Some(7)), one(2, None)], months[3]).await.unwrap();
        assert_eq!((counts.new, counts.changed), (1, 1));
        let shown = |id, subscribers, place, appeared: usize, gone: Option<usize>| Shown {
            listed: one(id, subscribers),
            place,
            appeared_at: months[appeared],
            gone_at: gone.map(|month| months[month]),
        };
        let expected =
            [shown(1, Some(7), 1, 3, None), shown(2, Some(501), 2, 0, None), shown(1, None, 2, 0, Some(2))];
        assert_eq!(list(&pool, five).await.unwrap(), expected);
        assert_eq!(total(&pool, five).await.unwrap(), Some(9));
    }
}
