use sqlx::PgPool;

use super::*;
use crate::store::testing::{at, channel, connection};

/// When the newest answer of a kind was first and last said, in which layer, and what.
async fn latest(
    pool: &PgPool,
    channel: ChannelId,
    kind: &str,
) -> Option<(Timestamp, Timestamp, i32, Vec<u8>)> {
    let newest = sqlx::query!(
        "select taken_at, seen_at, layer, body from snapshots
         where channel_id = $1 and kind = $2 order by taken_at desc limit 1",
        channel.0,
        kind,
    )
    .fetch_optional(pool)
    .await
    .unwrap();
    newest.map(|row| (row.taken_at.to_jiff(), row.seen_at.to_jiff(), row.layer, row.body))
}

/// Records one answer, and says whether it is news.
async fn record_one(
    db: &mut PgConnection,
    channel: ChannelId,
    kind: &str,
    (asked_at, taken_at): (Timestamp, Timestamp),
    layer: i32,
    body: &[u8],
) -> bool {
    record(db, channel, &[Answer { kind, layer, body }], asked_at, taken_at).await.unwrap() == 1
}

async fn count(pool: &PgPool) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "count!" from snapshots"#).fetch_one(pool).await.unwrap()
}

#[sqlx::test(migrations = "../migrations")]
async fn the_same_again_only_moves_when_it_was_seen(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let (first, second) = (at("2026-03-01T00:00:00Z"), at("2026-03-02T00:00:00Z"));
    assert_eq!(latest(&pool, five, "full").await, None);
    assert!(record_one(&mut db, five, "full", (first, first), 230, b"one").await);
    assert!(!record_one(&mut db, five, "full", (first, second), 230, b"one").await);
    assert_eq!(latest(&pool, five, "full").await, Some((first, second, 230, b"one".to_vec())));
    assert_eq!(count(&pool).await, 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn every_difference_is_kept_in_order(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let moment = at("2026-03-01T00:00:00Z");
    // The same moment (a clock that stands still), an earlier one, and an old answer that comes back.
    for (taken_at, layer, body) in [
        (moment, 230, b"one"),
        (moment, 230, b"two"),
        (at("2026-02-01T00:00:00Z"), 230, b"one"),
        (moment, 231, b"one"),
    ] {
        assert!(record_one(&mut db, five, "full", (taken_at, taken_at), layer, body).await);
        let (_, _, newest_layer, newest) = latest(&pool, five, "full").await.unwrap();
        assert_eq!((newest_layer, newest.as_slice()), (layer, body.as_slice()));
    }
    assert!(record_one(&mut db, five, "other", (moment, moment), 230, b"one").await);
    assert_eq!(count(&pool).await, 5);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_snapshot_needs_a_channel(pool: PgPool) {
    let mut db = connection(&pool).await;
    let day = at("2026-03-01T00:00:00Z");
    let answer = Answer { kind: "full", layer: 230, body: b"x" };
    let error = record(&mut db, ChannelId(404), &[answer], day, day).await.unwrap_err();
    assert_eq!(error.to_string(), "Channel 404 was not found");
}

#[sqlx::test(migrations = "../migrations")]
async fn of_a_kind_that_was_said_several_times_at_once_each_is_compared_with_the_one_before(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let day = at("2026-03-01T00:00:00Z");
    let answer = |kind, body| Answer { kind, layer: 230, body };
    let said: [Answer<'_>; 6] = [
        answer("full", b"one"),
        answer("other", b"one"),
        answer("full", b"one"),
        answer("full", b"two"),
        answer("full", b"one"),
        answer("other", b"one"),
    ];
    assert_eq!(record(&mut db, five, &said, day, day).await.unwrap(), 4);
    assert_eq!(count(&pool).await, 4);
    assert_eq!(latest(&pool, five, "full").await.unwrap().3, b"one");
    assert_eq!(record(&mut db, five, &said[4..], day, day).await.unwrap(), 0);
    assert_eq!(record(&mut db, five, &[], day, day).await.unwrap(), 0);
}
