//! Cards: the numbers above Telegram's graphs.

use app::model::{Card, CardName, ChannelId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Counts;
use super::channels::Writing;
use super::convert::{inconsistent, named};
use super::error::Result;

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
    let mut writing = Writing::begin(db, channel).await?;
    let known = latest(&mut *writing, channel).await?;
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
    .execute(&mut *writing)
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
    .execute(&mut *writing)
    .await?;
    writing.commit().await?;
    let count = |list: &[&Card]| u32::try_from(list.len()).unwrap_or(u32::MAX);
    Ok(Counts { new: count(&new), unchanged: count(&same), ..Counts::default() })
}

/// The newest of each card, by name.
pub async fn latest(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<Card>> {
    let rows = sqlx::query_as!(
        CardRow,
        r#"select distinct on (card) card, observed_at, period_start, period_end, current::text as "current!",
                  previous::text, total::text
           from cards where channel_id = $1
           order by card, observed_at desc"#,
        channel.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| Ok(row.read()?.1)).collect()
}

/// Every row of a channel, by card in their order, with when it was said first.
pub async fn list(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<(Timestamp, Card)>> {
    let rows = sqlx::query_as!(
        CardRow,
        r#"select card, observed_at, period_start, period_end, current::text as "current!", previous::text,
                  total::text
           from cards where channel_id = $1
           order by card, observed_at"#,
        channel.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(CardRow::read).collect()
}

/// Puts a row in its place, as it was said first at `observed_at` and last at `seen_at`.
pub async fn restore(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    card: &Card,
    observed_at: Timestamp,
    seen_at: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into cards as old
             (channel_id, card, observed_at, seen_at, period_start, period_end, current, previous, total)
         values ($1, $2, $3, $4, $5, $6, $7::text::numeric, $8::text::numeric, $9::text::numeric)
         on conflict (channel_id, card, observed_at) do update
         set period_start = excluded.period_start, period_end = excluded.period_end, current = excluded.current,
             previous = excluded.previous, total = excluded.total,
             seen_at = greatest(old.seen_at, excluded.seen_at)",
        channel.0,
        card.name.name(),
        observed_at.to_sqlx(),
        seen_at.to_sqlx(),
        card.period_start.to_sqlx(),
        card.period_end.to_sqlx(),
        card.current.to_string(),
        card.previous.map(|number| number.to_string()),
        card.total.map(|number| number.to_string()),
    )
    .execute(db)
    .await?;
    Ok(())
}

struct CardRow {
    card: String,
    observed_at: jiff_sqlx::Timestamp,
    period_start: jiff_sqlx::Timestamp,
    period_end: jiff_sqlx::Timestamp,
    current: String,
    previous: Option<String>,
    total: Option<String>,
}

impl CardRow {
    /// With when it was said first.
    fn read(self) -> Result<(Timestamp, Card)> {
        let number = |column, text: String| text.parse().map_err(|_| inconsistent("cards", column, text));
        let card = Card {
            name: named("cards", "card", &self.card, |name| {
                CardName::ALL.iter().copied().find(|card| card.name() == name)
            })?,
            period_start: self.period_start.to_jiff(),
            period_end: self.period_end.to_jiff(),
            current: number("current", self.current)?,
            previous: self.previous.map(|text| number("previous", text)).transpose()?,
            total: self.total.map(|text| number("total", text)).transpose()?,
        };
        Ok((self.observed_at.to_jiff(), card))
    }
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
