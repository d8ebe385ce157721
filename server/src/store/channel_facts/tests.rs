use jiff::civil::date;
use sqlx::PgPool;

use super::*;
use crate::store::testing::{at, channel, connection};

fn facts(subscribers: Option<i64>) -> Facts {
    Facts {
        title: "Fungi".into(),
        usernames: vec!["fungi".into(), "mushrooms".into()],
        flags: vec!["signatures".into(), "verified".into()],
        subscribers,
        online: None,
        photo_id: Some(7),
        linked_channel_id: None,
        level: Some(2),
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_row_is_added_when_something_differs(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let (morning, noon, evening) =
        (at("2026-03-01T06:00:00Z"), at("2026-03-01T12:00:00Z"), at("2026-03-01T18:00:00Z"));
    let new = Counts { new: 1, ..Counts::default() };
    let same = Counts { unchanged: 1, ..Counts::default() };
    assert_eq!(record(&mut db, five, &facts(Some(10)), morning).await.unwrap(), new);
    assert_eq!(record(&mut db, five, &facts(Some(10)), noon).await.unwrap(), same);
    let linked = Facts { linked_channel_id: Some(6), online: Some(3), ..facts(Some(10)) };
    assert_eq!(record(&mut db, five, &linked, evening).await.unwrap(), new);
    assert_eq!(record(&mut db, five, &linked, evening).await.unwrap(), same);
    assert_eq!(list(&pool, five).await.unwrap(), [(morning, facts(Some(10))), (evening, linked)]);
    assert!(record(&mut db, ChannelId(404), &facts(None), morning).await.is_err());
}

#[sqlx::test(migrations = "../migrations")]
async fn subscribers_of_a_day_are_those_of_its_last_look(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    assert_eq!(subscribers_known(&pool, five).await.unwrap(), None);
    for (seen_at, subscribers) in [
        ("2026-03-01T06:00:00Z", Some(10)),
        ("2026-03-01T18:00:00Z", Some(12)),
        ("2026-03-03T06:00:00Z", Some(12)),
        ("2026-03-03T18:00:00Z", None),
        ("2026-03-06T00:00:00Z", Some(9)),
    ] {
        record(&mut db, five, &facts(subscribers), at(seen_at)).await.unwrap();
    }
    let days = subscribers_by_day(&pool, five, date(2026, 3, 1), date(2026, 3, 31)).await.unwrap();
    let march = |day| date(2026, 3, day);
    let known = [(march(1), 12), (march(2), 12), (march(3), 12), (march(6), 9)];
    assert_eq!(days, BTreeMap::from(known), "on the 2nd nobody looked, and nothing changed");
    let some = subscribers_by_day(&pool, five, march(2), march(5)).await.unwrap();
    assert_eq!(some.keys().copied().collect::<Vec<_>>(), [march(2), march(3)]);
    let known = Counted { since: march(1), as_of: at("2026-03-06T00:00:00Z") };
    assert_eq!(subscribers_known(&pool, five).await.unwrap(), Some(known));
}
