//! Cards: the numbers above Telegram's graphs.

use app::model::{Card, CardName, ChannelId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{Connection, PgConnection, PgExecutor};

use super::convert::{inconsistent, named};
use super::error::Result;
use super::{Counts, channels};

/// Records what Telegram says at `now`. What a card said last, said again, only moves the moment it was last seen.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    cards: &[Card],
    now: Timestamp,
) -> Result<Counts> {
    let mut savepoint = db.begin().await?;
    channels::lock(&mut savepoint, channel).await?;
    let known = latest(&mut *savepoint, channel).await?;
    let (same, new): (Vec<&Card>, Vec<&Card>) = cards.iter().partition(|card| known.contains(card));
    let names: Vec<String> = same.iter().map(|card| card.name.name().to_owned()).collect();
    sqlx::query!(
        "update cards set seen_at = greatest(seen_at, $3)
         where channel_id = $1 and (card, observed_at) in (
             select card, max(observed_at) from cards where channel_id = $1 and card = any($2) group by card)",
        channel.0,
        &names,
        now.to_sqlx(),
    )
    .execute(&mut *savepoint)
    .await?;
    let names: Vec<String> = new.iter().map(|card| card.name.name().to_owned()).collect();
    let starts: Vec<jiff_sqlx::Timestamp> = new.iter().map(|card| card.period_start.to_sqlx()).collect();
    let ends: Vec<jiff_sqlx::Timestamp> = new.iter().map(|card| card.period_end.to_sqlx()).collect();
    let current: Vec<String> = new.iter().map(|card| card.current.to_string()).collect();
    let previous: Vec<Option<String>> =
        new.iter().map(|card| card.previous.map(|number| number.to_string())).collect();
    let total: Vec<Option<String>> =
        new.iter().map(|card| card.total.map(|number| number.to_string())).collect();
    sqlx::query!(
        "insert into cards
             (channel_id, card, observed_at, seen_at, period_start, period_end, current, previous, total)
         select $1, card, $2, $2, period_start, period_end, current::numeric, previous::numeric, total::numeric
         from unnest($3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[], $8::text[])
             as told (card, period_start, period_end, current, previous, total)
         on conflict (channel_id, card, observed_at) do update
         set period_start = excluded.period_start, period_end = excluded.period_end, current = excluded.current,
             previous = excluded.previous, total = excluded.total",
        channel.0,
        now.to_sqlx(),
        &names,
        &starts as _,
        &ends as _,
        &current,
        &previous as _,
        &total as _,
    )
    .execute(&mut *savepoint)
    .await?;
    savepoint.commit().await?;
    let count = |list: &[&Card]| u32::try_from(list.len()).unwrap_or(u32::MAX);
    Ok(Counts { new: count(&new), unchanged: count(&same), ..Counts::default() })
}

/// The newest of each card, by name.
pub async fn latest(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<Card>> {
    let rows = sqlx::query!(
        r#"select distinct on (card) card, period_start, period_end, current::text as "current!", previous::text,
                  total::text
           from cards where channel_id = $1
           order by card, observed_at desc"#,
        channel.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let number = |column, text: String| text.parse().map_err(|_| inconsistent("cards", column, text));
            Ok(Card {
                name: named("cards", "card", &row.card, |name| {
                    CardName::ALL.iter().copied().find(|card| card.name() == name)
                })?,
                period_start: row.period_start.to_jiff(),
                period_end: row.period_end.to_jiff(),
                current: number("current", row.current)?,
                previous: row.previous.map(|text| number("previous", text)).transpose()?,
                total: row.total.map(|text| number("total", text)).transpose()?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use app::model::card::decimal;
    use sqlx::PgPool;

    use super::*;
    use crate::store::testing::{at, channel, connection};

    fn card(name: CardName, current: f64) -> Card {
        Card {
            name,
            period_start: at("2026-03-01T00:00:00Z"),
            period_end: at("2026-03-08T00:00:00Z"),
            current: decimal(current).unwrap(),
            previous: (name != CardName::EnabledNotifications).then(|| decimal(0.1).unwrap()),
            total: (name == CardName::EnabledNotifications).then(|| decimal(7.0).unwrap()),
        }
    }

    #[sqlx::test(migrations = "../migrations")]
    async fn one_row_as_long_as_the_same_is_said(pool: PgPool) {
        let five = channel(&pool, 5).await;
        let mut db = connection(&pool).await;
        let told =
            [card(CardName::EnabledNotifications, 3.0), card(CardName::ViewsPerPost, 38_123.571_428_571_43)];
        let first = record(&mut db, five, &told, at("2026-03-08T01:00:00Z")).await.unwrap();
        assert_eq!(first, Counts { new: 2, ..Counts::default() });
        let again = record(&mut db, five, &told, at("2026-03-08T07:00:00Z")).await.unwrap();
        assert_eq!(again, Counts { unchanged: 2, ..Counts::default() });
        let count = || async {
            sqlx::query_scalar!(r#"select count(*) as "count!" from cards"#).fetch_one(&pool).await.unwrap()
        };
        assert_eq!((count().await, latest(&pool, five).await.unwrap()), (2, told.to_vec()));
        let revised = [card(CardName::ViewsPerPost, 0.0)];
        record(&mut db, five, &revised, at("2026-03-08T13:00:00Z")).await.unwrap();
        assert_eq!(count().await, 3, "the older one is kept");
        assert_eq!(latest(&pool, five).await.unwrap(), [told[0].clone(), revised[0].clone()]);
    }
}
