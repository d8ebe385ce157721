use app::model::{PostCounters, PostKind};
use sqlx::PgPool;

use super::*;
use crate::store::testing::{at, channel, connection};

const POSTED: &str = "2026-03-01T12:00:00Z";

fn after(seconds: i64) -> Timestamp {
    at(POSTED) + SignedDuration::from_secs(seconds)
}

/// A post of these messages with so many views, seen so many seconds after posting.
fn told(ids: &[i32], views: i32, age: i64) -> Told {
    let content = Content {
        message_ids: ids.to_vec(),
        counted_id: ids[0],
        grouped_id: (ids.len() > 1).then_some(9),
        posted_at: at(POSTED),
        kind: PostKind::Text,
        author: Some("Anna".to_owned()),
        text: "words".to_owned(),
        forwarded_from: Some(ForwardedFrom { channel_id: Some(ChannelId(8)), ..ForwardedFrom::default() }),
        edited_at: None,
    };
    let counters = PostCounters {
        views: Some(views),
        forwards: Some(0),
        replies: None,
        reactions: Some(2),
        reactions_by: [("👍".to_owned(), 2), ("paid".to_owned(), 50)].into(),
    };
    Told { content, counters, seen_at: after(age), layer: 230, raw: ids.iter().map(|_| vec![7]).collect() }
}

async fn looked(pool: &PgPool, posts: Vec<Told>, whole_from: Option<i32>, age: i64) -> Counts {
    let look = Look { posts, whole_from, gone: Vec::new() };
    record(&mut *connection(pool).await, ChannelId(5), &look, after(age), after(age)).await.unwrap()
}

async fn listed(pool: &PgPool) -> Vec<app::model::Post> {
    let filter = Filter { channel: ChannelId(5), from: after(0), until: after(1), limit: 10 };
    list(pool, filter).await.unwrap()
}

async fn sampled(pool: &PgPool) -> Vec<(i32, Option<i32>)> {
    sqlx::query_as("select age_seconds, views from post_samples order by post_id, age_seconds")
        .fetch_all(pool)
        .await
        .unwrap()
}

#[sqlx::test(migrations = "../migrations")]
async fn a_post_is_kept_as_it_was_told(pool: PgPool) {
    channel(&pool, 5).await;
    let counts = looked(&pool, vec![told(&[3, 4], 10, 60)], Some(3), 60).await;
    assert_eq!(counts, Counts { new: 1, ..Counts::default() });
    let post = listed(&pool).await.remove(0);
    assert_eq!((post.id, post.message_ids.as_slice(), post.text.as_str()), (3, &[3, 4][..], "words"));
    assert_eq!(post.counters, told(&[3, 4], 10, 60).counters);
    assert_eq!(post.forwarded_from, told(&[3], 10, 60).content.forwarded_from);
    assert_eq!((post.counted_at, post.views_1h, post.deleted_seen_at), (after(60), None, None));
    let again = looked(&pool, vec![told(&[3, 4], 10, 60)], Some(3), 60).await;
    assert_eq!(again, Counts { unchanged: 1, ..Counts::default() });
    assert_eq!(sampled(&pool).await, [(60, Some(10))]);
}

#[sqlx::test(migrations = "../migrations")]
async fn samples_are_taken_when_due_and_thinly_between(pool: PgPool) {
    channel(&pool, 5).await;
    looked(&pool, vec![told(&[3], 1, 60)], Some(3), 60).await;
    let due = async |age: i64| next_due(&pool, ChannelId(5), after(age)).await.unwrap();
    assert_eq!(due(60).await, NextDue { next: Some(after(3_600)), is_overdue: false });
    assert_eq!(due(3_600).await, NextDue { next: None, is_overdue: true });
    // Changed, but just looked at; unchanged; changed and far; due and unchanged.
    for (age, views) in [(120, 2), (1_000, 1), (1_900, 3), (3_600, 3)] {
        looked(&pool, vec![told(&[3], views, age)], Some(3), age).await;
    }
    assert_eq!(sampled(&pool).await, [(60, Some(1)), (1_000, Some(1)), (1_900, Some(3)), (3_600, Some(3))]);
    assert_eq!(listed(&pool).await[0].views_1h, Some(3));
    assert_eq!(due(3_600).await.next, Some(after(7_200)));
    // The day was missed by an hour: unknown, not nearly known.
    looked(&pool, vec![told(&[3], 9, 25 * 3_600)], Some(3), 25 * 3_600).await;
    assert_eq!(listed(&pool).await[0].views_24h, None);
    assert_eq!(due(25 * 3_600).await.next, Some(after(48 * 3_600)));
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_missing_was_deleted_and_keeps_what_was_known(pool: PgPool) {
    channel(&pool, 5).await;
    looked(&pool, vec![told(&[2], 1, 60), told(&[3], 1, 60), told(&[4, 5], 1, 60)], Some(2), 60).await;
    // Message 4 went, the album stays; 3 is gone; 2 is out of sight.
    let counts = looked(&pool, vec![told(&[5], 2, 700)], Some(3), 700).await;
    assert_eq!((counts.new, counts.changed), (0, 2));
    let posts = listed(&pool).await;
    let deleted: Vec<_> = posts.iter().map(|post| (post.id, post.deleted_seen_at)).collect();
    assert_eq!(deleted, [(4, None), (3, Some(after(700))), (2, None)]);
    assert_eq!((posts[0].message_ids.as_slice(), posts[1].text.as_str()), (&[5][..], "words"));
    assert_eq!(posts[1].counters.views, Some(1));
    // Asked for by id, and not there any more.
    let look = Look { gone: vec![2], ..Look::default() };
    record(&mut *connection(&pool).await, ChannelId(5), &look, after(800), after(800)).await.unwrap();
    assert_eq!(listed(&pool).await[2].deleted_seen_at, Some(after(800)));
    assert_eq!(to_read(&pool, ChannelId(5), 100, after(90_000)).await.unwrap(), [(4, vec![5])]);
    // It is there after all.
    looked(&pool, vec![told(&[3], 1, 900)], None, 900).await;
    assert_eq!(listed(&pool).await[1].deleted_seen_at, None);
}

#[sqlx::test(migrations = "../migrations")]
async fn edits_are_kept_with_their_bytes(pool: PgPool) {
    channel(&pool, 5).await;
    looked(&pool, vec![told(&[3], 1, 60)], Some(3), 60).await;
    let mut edited = told(&[3], 1, 120);
    edited.content.text = "better words".to_owned();
    edited.content.edited_at = Some(after(100));
    edited.raw = vec![vec![8]];
    assert_eq!(looked(&pool, vec![edited], Some(3), 120).await.changed, 1);
    let post = listed(&pool).await.remove(0);
    assert_eq!((post.text.as_str(), post.edited_at), ("better words", Some(after(100))));
    let raw: Vec<Vec<u8>> = sqlx::query_scalar("select raw from posts").fetch_one(&pool).await.unwrap();
    assert_eq!(raw, [vec![8]]);
}
