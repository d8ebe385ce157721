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
async fn a_sample_counts_for_an_age_to_the_edge_of_its_window_and_no_second_further(pool: PgPool) {
    channel(&pool, 5).await;
    looked(&pool, vec![told(&[3], 1, 60)], Some(3), 60).await;
    let views = async || {
        let post = listed(&pool).await.remove(0);
        [post.views_1h, post.views_2h, post.views_6h, post.views_12h, post.views_24h, post.views_48h]
    };
    for (hours, minutes) in [(1, 6), (2, 10), (6, 20), (12, 30), (24, 30), (48, 30)] {
        let (age, edge) = (hours * 3_600, minutes * 60);
        let place = [1, 2, 6, 12, 24, 48].iter().position(|one| *one == hours).unwrap();
        for (off, counts) in [(-edge - 1, false), (-edge, true), (edge + 1, false), (edge, true)] {
            sqlx::query("update post_samples set age_seconds = $1")
                .bind(age + off)
                .execute(&pool)
                .await
                .unwrap();
            let mut expected = [None; 6];
            expected[place] = counts.then_some(1);
            assert_eq!(views().await, expected, "{hours} hours and {off} seconds");
        }
    }
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

/// Those words, edited so many seconds after posting, seen twenty seconds later, with bytes of their own.
fn edited(ids: &[i32], text: &str, age: i64, byte: u8) -> Told {
    let mut edited = told(ids, 1, age + 20);
    edited.content.text = text.to_owned();
    edited.content.edited_at = Some(after(age));
    edited.raw = ids.iter().map(|_| vec![byte]).collect();
    edited
}

/// The versions that were replaced: what each said, of which bytes, its edit's age, and the age when another was seen.
async fn replaced(pool: &PgPool) -> Vec<(String, Vec<Vec<u8>>, Option<i64>, i64)> {
    sqlx::query_as(
        "select versions.text, versions.raw, extract(epoch from versions.edited_at - posted_at)::bigint,
                extract(epoch from replaced_at - posted_at)::bigint
         from post_versions as versions
         join posts on posts.channel_id = versions.channel_id and posts.id = post_id
         order by versions.channel_id, post_id, replaced_at",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

fn version(
    text: &str,
    raw: &[u8],
    edited: Option<i64>,
    replaced: i64,
) -> (String, Vec<Vec<u8>>, Option<i64>, i64) {
    (text.to_owned(), raw.iter().map(|byte| vec![*byte]).collect(), edited, replaced)
}

#[sqlx::test(migrations = "../migrations")]
async fn every_version_before_an_edit_is_kept_once(pool: PgPool) {
    channel(&pool, 5).await;
    looked(&pool, vec![told(&[2], 1, 60), told(&[3], 1, 60)], Some(2), 60).await;
    let first = edited(&[3], "better words", 100, 8);
    looked(&pool, vec![told(&[2], 1, 120), first.clone()], Some(2), 120).await;
    let once = [version("words", &[7], None, 120)];
    assert_eq!(replaced(&pool).await, once);
    // Again, and what is older than that.
    looked(&pool, vec![told(&[2], 1, 120), first], Some(2), 120).await;
    looked(&pool, vec![told(&[3], 1, 119)], None, 119).await;
    assert_eq!(replaced(&pool).await, once);
    // The same words, but something else of it: its bytes are others.
    let second = edited(&[3], "better words", 200, 9);
    looked(&pool, vec![second.clone()], None, 220).await;
    looked(&pool, vec![second], None, 230).await;
    let twice = [version("words", &[7], None, 120), version("better words", &[8], Some(100), 220)];
    assert_eq!(replaced(&pool).await, twice);
    let newest: Vec<Vec<u8>> =
        sqlx::query_scalar("select raw from posts where id = 3").fetch_one(&pool).await.unwrap();
    assert_eq!(newest, [vec![9]]);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_moves_without_an_edit_makes_no_version(pool: PgPool) {
    channel(&pool, 5).await;
    let mut seen = edited(&[3, 4], "words", 40, 7);
    looked(&pool, vec![seen.clone()], Some(3), 60).await;
    // Views, reactions, and with them the bytes.
    seen = Told { seen_at: after(70), raw: vec![vec![1], vec![2]], ..seen };
    seen.counters.views = Some(9);
    seen.counters.reactions = Some(3);
    seen.counters.reactions_by.insert("🔥".to_owned(), 1);
    assert_eq!(looked(&pool, vec![seen.clone()], None, 70).await.changed, 1);
    // It is read otherwise than before, and counted elsewhere.
    seen = Told { seen_at: after(80), layer: 231, ..seen };
    seen.content.kind = PostKind::Album;
    seen.content.counted_id = 4;
    assert_eq!(looked(&pool, vec![seen.clone()], None, 80).await.changed, 1);
    // Its edit is hidden.
    seen = Told { seen_at: after(90), ..seen };
    seen.content.edited_at = None;
    assert_eq!(looked(&pool, vec![seen.clone()], None, 90).await.changed, 1);
    // It was not there, and is.
    let look = Look { gone: vec![3], ..Look::default() };
    record(&mut *connection(&pool).await, ChannelId(5), &look, after(100), after(100)).await.unwrap();
    seen.seen_at = after(110);
    assert_eq!(looked(&pool, vec![seen.clone()], None, 110).await.changed, 1);
    // There is more of it.
    seen = Told { seen_at: after(120), raw: vec![vec![1], vec![2], vec![3]], ..seen };
    seen.content.message_ids.push(5);
    assert_eq!(looked(&pool, vec![seen], None, 120).await.changed, 1);
    assert_eq!(replaced(&pool).await, []);
}

#[sqlx::test(migrations = "../migrations")]
async fn words_of_a_hidden_edit_and_messages_that_went_are_kept(pool: PgPool) {
    channel(&pool, 5).await;
    looked(&pool, vec![told(&[3, 4], 1, 60)], Some(3), 60).await;
    let mut hidden = edited(&[3, 4], "better words", 100, 8);
    hidden.content.edited_at = None;
    looked(&pool, vec![hidden.clone()], None, 120).await;
    let mut shorter = Told { seen_at: after(130), raw: vec![vec![9]], ..hidden };
    shorter.content.message_ids = vec![4];
    looked(&pool, vec![shorter], None, 130).await;
    let kept = [version("words", &[7, 7], None, 120), version("better words", &[8, 8], None, 130)];
    assert_eq!(replaced(&pool).await, kept);
    let messages: Vec<Vec<i32>> =
        sqlx::query_scalar("select message_ids from post_versions order by replaced_at")
            .fetch_all(&pool)
            .await
            .unwrap();
    assert_eq!(messages, [[3, 4], [3, 4]]);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_look_that_is_taken_back_replaced_nothing(pool: PgPool) {
    channel(&pool, 5).await;
    looked(&pool, vec![told(&[3], 1, 60)], Some(3), 60).await;
    let look = Look { posts: vec![edited(&[3], "better words", 100, 8)], ..Look::default() };
    let mut transaction = pool.begin().await.unwrap();
    record(&mut transaction, ChannelId(5), &look, after(120), after(120)).await.unwrap();
    let kept = "select count(*) from post_versions";
    let inside: i64 = sqlx::query_scalar(kept).fetch_one(&mut *transaction).await.unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(
        (inside, replaced(&pool).await, listed(&pool).await[0].text.as_str()),
        (1, Vec::new(), "words")
    );
    // It is seen again.
    record(&mut *connection(&pool).await, ChannelId(5), &look, after(125), after(125)).await.unwrap();
    assert_eq!(replaced(&pool).await, [version("words", &[7], None, 120)]);
}
