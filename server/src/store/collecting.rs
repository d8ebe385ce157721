//! What holds for all collecting.

use app::model::schedule::QuietHours;
use jiff_sqlx::{Time, ToSqlx as _};
use sqlx::PgExecutor;

use super::error::Result;

/// The quiet hours, if there are any.
pub async fn quiet_hours(db: impl PgExecutor<'_>) -> Result<Option<QuietHours>> {
    let row = sqlx::query!(
        r#"select quiet_from as "from: Time", quiet_until as "until: Time", quiet_time_zone as time_zone
           from collecting"#
    )
    .fetch_optional(db)
    .await?;
    Ok(row.and_then(|row| match (row.from, row.until, row.time_zone) {
        (Some(from), Some(until), Some(time_zone)) => {
            Some(QuietHours { from: from.to_jiff(), until: until.to_jiff(), time_zone })
        }
        _ => None,
    }))
}

/// Sets them; `None` for no more quiet.
pub async fn set_quiet_hours(db: impl PgExecutor<'_>, quiet: Option<&QuietHours>) -> Result<()> {
    sqlx::query!(
        "insert into collecting (quiet_from, quiet_until, quiet_time_zone) values ($1, $2, $3)
         on conflict (is_only) do update
         set quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
             quiet_time_zone = excluded.quiet_time_zone",
        quiet.map(|quiet| quiet.from.to_sqlx()) as _,
        quiet.map(|quiet| quiet.until.to_sqlx()) as _,
        quiet.map(|quiet| quiet.time_zone.as_str()),
    )
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use app::model::schedule::QuietHours;
    use sqlx::PgPool;

    use super::{quiet_hours, set_quiet_hours};

    #[sqlx::test(migrations = "../migrations")]
    async fn quiet_hours_are_kept_until_there_are_none(pool: PgPool) {
        assert_eq!(quiet_hours(&pool).await.unwrap(), None);
        let quiet = QuietHours::parse("23:00-07:30", "Europe/Berlin").unwrap();
        set_quiet_hours(&pool, Some(&quiet)).await.unwrap();
        assert_eq!(quiet_hours(&pool).await.unwrap(), Some(quiet));
        set_quiet_hours(&pool, None).await.unwrap();
        assert_eq!(quiet_hours(&pool).await.unwrap(), None);
    }
}
