//! Ages at which nobody looked, filled from the post's own graph.
//!
//! Telegram draws the views of a post by the hour while it is young. Added up to the end of an hour they are the views
//! at that age, if the graph and the counter are about the same: a graph whose total differs from the counter of the
//! same moment by more than 2 % tells nothing.

use app::model::ChannelId;
use jiff::Timestamp;
use sqlx::PgConnection;

use super::ages::{Age, COMPARED};
use crate::store::channels::Writing;
use crate::store::error::Result;

/// One part in so many may be between the graph's total and the counter.
const ONE_IN: i64 = 50;

/// Views at an age, from the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// Of which age.
    target_seconds: i32,
    /// How far from it another sample may be and count for it.
    tolerance_seconds: i32,
    /// The age at the end of the last point that was added, seconds.
    pub age_seconds: i32,
    /// All points until then.
    pub views: i32,
}

/// What a post's graph of views says of its ages; nothing unless its total agrees with the counter. `points` begin at
/// Unix seconds and ascend; one that is unknown makes all sums unknown.
pub fn fills(posted_at: Timestamp, points: &[(i64, Option<i64>)], counter: i32) -> Vec<Fill> {
    let posted = posted_at.as_second();
    let (mut sum, mut ends) = (0_i64, Vec::with_capacity(points.len()));
    for (start, value) in points {
        ends.push((start.saturating_sub(posted), sum));
        let Some(value) = value.filter(|value| *value >= 0) else { return Vec::new() };
        sum = sum.saturating_add(value);
    }
    // Without its beginning it is not known what the sums begin with.
    if ends.first().is_none_or(|(start, _)| *start > 0) {
        return Vec::new();
    }
    let counter = i64::from(counter);
    if counter <= 0 || sum.abs_diff(counter).saturating_mul(ONE_IN.unsigned_abs()) > counter.unsigned_abs() {
        return Vec::new();
    }
    let fill = |age: &Age| {
        let distance = |end: i64| end.abs_diff(age.seconds.into());
        let (end, views) = ends.iter().copied().min_by_key(|(end, _)| distance(*end))?;
        (distance(end) <= age.tolerance.unsigned_abs().into()).then_some(Fill {
            target_seconds: age.seconds,
            tolerance_seconds: age.tolerance,
            age_seconds: i32::try_from(end).ok()?,
            views: i32::try_from(views).ok()?,
        })
    };
    COMPARED.iter().filter_map(fill).collect()
}

/// Adds to a post what its graph says of ages that have no sample. What is known stays as it is. How many were added.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(db: &mut PgConnection, channel: ChannelId, post: i32, fills: &[Fill]) -> Result<u32> {
    let mut writing = Writing::begin(db, channel).await?;
    let done = sqlx::query!(
        "insert into post_samples (channel_id, post_id, age_seconds, views, origin)
         select $1, $2, told.age_seconds, told.views, 'views_graph'
         from unnest($3::integer[], $4::integer[], $5::integer[], $6::integer[])
             as told (target, tolerance, age_seconds, views)
         where exists (select from posts where channel_id = $1 and id = $2)
           and not exists (
             select from post_samples as known
             where known.channel_id = $1 and known.post_id = $2 and known.views is not null
               and known.age_seconds between target - tolerance and target + tolerance)
         on conflict do nothing",
        channel.0,
        post,
        &fills.iter().map(|one| one.target_seconds).collect::<Vec<_>>(),
        &fills.iter().map(|one| one.tolerance_seconds).collect::<Vec<_>>(),
        &fills.iter().map(|one| one.age_seconds).collect::<Vec<_>>(),
        &fills.iter().map(|one| one.views).collect::<Vec<_>>(),
    )
    .execute(&mut *writing)
    .await?;
    writing.commit().await?;
    Ok(u32::try_from(done.rows_affected()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use app::model::{PostCounters, PostKind, ViewsOrigin};
    use jiff::SignedDuration;
    use sqlx::PgPool;

    use super::*;
    use crate::store::posts::{Content, Filter, Look, Told, list};
    use crate::store::testing::{at, channel, connection};

    const POSTED: &str = "2026-03-01T12:10:00Z";

    /// Fifty hours with ten views each.
    fn hours() -> Vec<(i64, Option<i64>)> {
        let first = at("2026-03-01T12:00:00Z").as_second();
        (0..50).map(|hour| (first + hour * 3_600, Some(10))).collect()
    }

    fn ages(fills: &[Fill]) -> Vec<(i32, i32)> {
        fills.iter().map(|one| (one.age_seconds / 60, one.views)).collect()
    }

    #[test]
    fn ends_of_hours_near_an_age_count_for_it() {
        // The hours end ten minutes before the ages: too far for an hour, near enough for two and more.
        let filled = fills(at(POSTED), &hours(), 500);
        let expected = [2, 6, 12, 24, 48].map(|hours| (hours * 60 - 10, hours * 10));
        assert_eq!(ages(&filled), expected);
        let on_the_hour = fills(at("2026-03-01T12:00:00Z"), &hours(), 500);
        assert_eq!(ages(&on_the_hour), [1, 2, 6, 12, 24, 48].map(|hours| (hours * 60, hours * 10)));
    }

    #[test]
    fn a_graph_that_does_not_agree_with_the_counter_tells_nothing() {
        for (counter, agrees) in
            [(500, true), (510, true), (511, false), (491, true), (490, false), (0, false)]
        {
            assert_eq!(!fills(at(POSTED), &hours(), counter).is_empty(), agrees, "{counter}");
        }
        let mut unknown = hours();
        unknown[49].1 = None;
        assert_eq!(fills(at(POSTED), &unknown, 490), []);
        unknown[49].1 = Some(-10);
        assert_eq!(fills(at(POSTED), &unknown, 480), []);
        assert_eq!(fills(at(POSTED), &[], 480), []);
        assert_eq!(fills(at(POSTED), &hours()[1..], 490), [], "the beginning is missing");
    }

    #[test]
    fn a_graph_by_days_tells_an_age_where_a_day_ends_near_it() {
        let midnight = at("2026-03-01T00:00:00Z");
        let days: Vec<_> = (0..9).map(|day| (midnight.as_second() + day * 86_400, Some(10))).collect();
        assert_eq!(ages(&fills(midnight, &days, 90)), [(24 * 60, 10), (48 * 60, 20)]);
        assert_eq!(fills(at("2026-03-01T15:00:00Z"), &days, 90), []);
    }

    #[sqlx::test(migrations = "../migrations")]
    async fn what_was_counted_is_never_replaced(pool: PgPool) {
        let five = channel(&pool, 5).await;
        let seen = |age| at(POSTED) + SignedDuration::from_secs(age);
        let told = |age, views| Told {
            content: Content {
                message_ids: vec![3],
                counted_id: 3,
                grouped_id: None,
                posted_at: at(POSTED),
                kind: PostKind::Text,
                author: None,
                text: String::new(),
                forwarded_from: None,
                edited_at: None,
            },
            counters: PostCounters { views: Some(views), ..PostCounters::default() },
            seen_at: seen(age),
            layer: 230,
            raw: vec![vec![7]],
        };
        let mut db = connection(&pool).await;
        for (age, views) in [(60, 1), (24 * 3_600 + 60, 777)] {
            let look = Look { posts: vec![told(age, views)], ..Look::default() };
            crate::store::posts::record(&mut db, five, &look, seen(age), seen(age)).await.unwrap();
        }
        let filled = fills(at(POSTED), &hours(), 500);
        assert_eq!(record(&mut db, five, 3, &filled).await.unwrap(), 4, "2, 6, 12 and 48 hours");
        assert_eq!(record(&mut db, five, 3, &filled).await.unwrap(), 0, "again changes nothing");
        assert_eq!(record(&mut db, five, 4, &filled).await.unwrap(), 0, "no such post");
        let filter = Filter { channel: five, from: at(POSTED), until: seen(1), limit: 1 };
        let post = list(&pool, filter).await.unwrap().remove(0);
        assert_eq!((post.views_1h, post.views_1h_origin), (None, None));
        assert_eq!((post.views_24h, post.views_24h_origin), (Some(777), Some(ViewsOrigin::Counter)));
        assert_eq!((post.views_48h, post.views_48h_origin), (Some(480), Some(ViewsOrigin::ViewsGraph)));
        let text = serde_json::to_value(&post).unwrap();
        assert_eq!(
            (&text["views_24h_origin"], &text["views_48h_origin"]),
            (&"counter".into(), &"views_graph".into())
        );
    }
}
