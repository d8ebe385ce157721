use app::model::{PostCounters, PostKind};
use sqlx::PgPool;

use super::*;
use crate::store::item_forwards::{self, Forward};
use crate::store::posts::{self, Content, Look, Told};
use crate::store::testing::{at, channel, connection};

const POSTED: &str = "2026-03-01T12:00:00Z";

fn after(days: i64) -> Timestamp {
    at(POSTED) + SignedDuration::from_hours(24 * days)
}

/// Posts 1 (a day after), 2 (a poll) and 3 (a forward), all posted on the same day.
async fn posted(pool: &PgPool) -> ChannelId {
    let five = channel(pool, 5).await;
    let told = |(id, kind): (i32, PostKind)| Told {
        content: Content {
            message_ids: vec![id],
            counted_id: id,
            grouped_id: None,
            posted_at: at(POSTED) - SignedDuration::from_secs(id.into()),
            kind,
            author: None,
            text: String::new(),
            forwarded_from: None,
            edited_at: None,
        },
        counters: PostCounters::default(),
        seen_at: at(POSTED),
        layer: 230,
        raw: vec![vec![7]],
    };
    let kinds = [(1, PostKind::Text), (2, PostKind::Poll), (3, PostKind::Forward)];
    let look = Look { posts: kinds.map(told).to_vec(), ..Look::default() };
    posts::record(&mut *connection(pool).await, five, &look, at(POSTED), at(POSTED)).await.unwrap();
    five
}

async fn due_ids(pool: &PgPool, now: Timestamp, limit: i64) -> Vec<i32> {
    let due = due(pool, ChannelId(5), ItemKind::Post, now, limit).await.unwrap();
    due.into_iter().map(|one| one.item.id).collect()
}

fn asked(item: Item, asked_at: Timestamp) -> Asked {
    let error = Some("Not enough data.".to_owned());
    Asked {
        item,
        asked_at,
        views_error: None,
        reactions_error: error,
        votes_error: None,
        public_forwards: Some(2),
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn posts_are_due_at_ages_that_thin_out(pool: PgPool) {
    let five = posted(&pool).await;
    assert_eq!(due_ids(&pool, after(1) - SignedDuration::from_secs(3), 9).await, [] as [i32; 0]);
    assert_eq!(due_ids(&pool, after(1), 9).await, [1, 2], "no forwards, the newest first");
    assert_eq!(due_ids(&pool, after(1), 1).await, [1]);
    let mut db = connection(&pool).await;
    record(&mut db, five, &[asked(Item::post(1), after(1)), asked(Item::post(404), after(1))]).await.unwrap();
    assert_eq!(find(&pool, five, Item::post(1)).await.unwrap(), Some(asked(Item::post(1), after(1))));
    assert_eq!(due_ids(&pool, after(1), 9).await, [2]);
    assert_eq!(due_ids(&pool, after(2), 9).await, [1, 2]);
    let mut met = Vec::new();
    for day in 2..40 {
        if due_ids(&pool, after(day), 9).await.contains(&1) {
            met.push(day);
            record(&mut db, five, &[asked(Item::post(1), after(day))]).await.unwrap();
        }
    }
    assert_eq!(met, [2, 3, 4, 7, 14, 21, 28]);
    let older = Asked { public_forwards: None, ..asked(Item::post(1), after(40)) };
    record(&mut db, five, &[older]).await.unwrap();
    assert_eq!(
        find(&pool, five, Item::post(1)).await.unwrap().unwrap().public_forwards,
        Some(2),
        "not asked is not none"
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn lines_grow_and_lose_nothing(pool: PgPool) {
    let five = posted(&pool).await;
    let mut db = connection(&pool).await;
    let line = |step_seconds, points: &[(i32, i64)]| Line {
        item: Item::post(1),
        graph: ItemGraph::Views,
        dimension: String::new(),
        step_seconds,
        points: points.to_vec(),
    };
    let elsewhere = Line { item: Item::post(404), ..line(3_600, &[(0, 1)]) };
    let counts =
        record_lines(&mut db, five, &[line(3_600, &[(-60, 3), (3_540, 4)]), elsewhere], after(1)).await;
    assert_eq!(counts.unwrap().new, 1);
    let again = record_lines(&mut db, five, &[line(3_600, &[(-60, 3), (3_540, 4)])], after(2)).await.unwrap();
    assert_eq!(again, Counts { unchanged: 1, ..Counts::default() });
    // The window moved on, the newest point grew; and days come beside the hours.
    let more = [line(3_600, &[(3_540, 5), (7_140, 1)]), line(86_400, &[(-43_200, 9)])];
    let counts = record_lines(&mut db, five, &more, after(3)).await.unwrap();
    assert_eq!((counts.new, counts.changed, counts.unchanged), (1, 1, 0));
    let known = lines(&pool, five, Item::post(1)).await.unwrap();
    assert_eq!(known, [line(3_600, &[(-60, 3), (3_540, 5), (7_140, 1)]), line(86_400, &[(-43_200, 9)])]);
}

#[sqlx::test(migrations = "../migrations")]
async fn forwards_are_kept_with_the_views_seen_last(pool: PgPool) {
    let five = posted(&pool).await;
    let mut db = connection(&pool).await;
    let forward = |id, views| Forward {
        item: Item::post(id),
        peer: ChannelId(77),
        peer_item: Item::post(12),
        title: "Elsewhere".to_owned(),
        username: "elsewhere".to_owned(),
        forwarded_at: after(1),
        views,
    };
    let first = [forward(1, Some(5)), forward(404, Some(5))];
    assert_eq!(item_forwards::record(&mut db, five, &first, after(2)).await.unwrap().new, 1);
    let counts = item_forwards::record(&mut db, five, &[forward(1, Some(5))], after(3)).await.unwrap();
    assert_eq!(counts, Counts { unchanged: 1, ..Counts::default() });
    let counts = item_forwards::record(&mut db, five, &[forward(1, Some(9))], after(4)).await.unwrap();
    assert_eq!(counts, Counts { changed: 1, ..Counts::default() });
    assert_eq!(item_forwards::list(&pool, five, Item::post(1)).await.unwrap(), [forward(1, Some(9))]);
    let items = [12, 13].map(|id| (ChannelId(77), Item::post(id)));
    assert_eq!(item_forwards::count_known(&pool, five, Item::post(1), &items).await.unwrap(), 1);
}
