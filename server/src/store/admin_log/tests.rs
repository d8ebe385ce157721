use app::model::known::Gap;
use sqlx::PgPool;

use super::*;
use crate::store::testing::{at, channel, connection};

#[sqlx::test(migrations = "../migrations")]
async fn events_are_kept_once_and_gaps_are_kept(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let event = |id| Told {
        id,
        at: at("2026-03-01T08:00:00Z"),
        user_id: TelegramUserId(7),
        kind: "change_title".to_owned(),
        layer: 230,
        raw: vec![1, 2],
    };
    let (first, second) = (at("2026-03-01T09:00:00Z"), at("2026-03-05T09:00:00Z"));
    assert_eq!((newest_id(&pool, five).await.unwrap(), looked_at(&pool, five).await.unwrap()), (None, None));
    let events = [event(2), event(1)];
    let new = record(&mut db, five, &events, None, first, first).await.unwrap();
    assert_eq!(new, Counts { new: 2, ..Counts::default() });
    let gap = Gap { from: first, to: at("2026-03-03T09:00:00Z") };
    let again = record(&mut db, five, &events, Some(gap), second, second).await.unwrap();
    assert_eq!(again, Counts { unchanged: 2, ..Counts::default() });
    assert_eq!(list(&pool, five).await.unwrap(), events);
    assert_eq!(gaps(&pool, five).await.unwrap(), [gap]);
    assert_eq!(newest_id(&pool, five).await.unwrap(), Some(2));
    assert_eq!(looked_at(&pool, five).await.unwrap(), Some(second));
}
