use sqlx::PgPool;

use super::*;
use crate::store::testing::{at, channel, connection};

fn told(id: &str, multiplier: i32) -> Told {
    let boost = Boost {
        id: id.to_owned(),
        source: BoostSource::Premium,
        user_id: Some(TelegramUserId(7)),
        multiplier,
        stars: None,
        giveaway_msg_id: None,
        is_unclaimed: false,
        applied_at: at("2026-02-28T10:00:00Z"),
        expires_at: at("2026-03-30T10:00:00Z"),
    };
    Told { boost, layer: 230, raw: vec![1, 2, 3] }
}

fn look(boosts: Vec<Told>) -> Look {
    Look { boosts, is_whole: true }
}

#[sqlx::test(migrations = "../migrations")]
async fn boosts_begin_and_end_when_that_is_seen_and_not_earlier(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let days: Vec<Timestamp> = (1..=5).map(|day| at(&format!("2026-03-0{day}T00:00:00Z"))).collect();
    let both = look(vec![told("a", 1), told("b", 4)]);
    let first = record(&mut db, five, &both, days[0]).await.unwrap();
    assert_eq!(first, Counts { new: 2, ..Counts::default() });
    let again = record(&mut db, five, &both, days[1]).await.unwrap();
    assert_eq!(again, Counts { unchanged: 2, ..Counts::default() });
    // A list that does not add up ends nothing.
    let partly = Look { is_whole: false, ..look(vec![told("a", 1)]) };
    assert_eq!(record(&mut db, five, &partly, days[2]).await.unwrap().changed, 0);
    assert_eq!(record(&mut db, five, &look(vec![told("a", 1)]), days[3]).await.unwrap().changed, 1);
    let seen = list(&pool, five).await.unwrap();
    let b = seen.iter().find(|one| one.boost.id == "b").unwrap();
    assert_eq!((b.first_seen_at, b.last_seen_at, b.ended_seen_at), (days[0], days[1], Some(days[3])));
    let a = seen.iter().find(|one| one.boost.id == "a").unwrap();
    assert_eq!((a.first_seen_at, a.last_seen_at, a.ended_seen_at), (days[0], days[3], None));
    // It was renewed late, and is the same boost.
    assert_eq!(record(&mut db, five, &both, days[4]).await.unwrap().changed, 1);
    let back = list(&pool, five).await.unwrap();
    let b = back.iter().find(|one| one.boost.id == "b").unwrap();
    assert_eq!((b.first_seen_at, b.ended_seen_at), (days[0], None));
    assert_eq!(back.len(), 2);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_a_boost_was_is_kept(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let days: Vec<Timestamp> = (1..=5).map(|day| at(&format!("2026-03-0{day}T00:00:00Z"))).collect();
    let later_layer = Told { layer: 231, ..told("a", 1) };
    let larger = Told { raw: vec![4], ..told("a", 4) };
    let looks = [vec![told("a", 1)], vec![later_layer], vec![larger.clone()], vec![], vec![larger]];
    for (boosts, day) in looks.into_iter().zip(&days) {
        record(&mut db, five, &look(boosts.clone()), *day).await.unwrap();
        record(&mut db, five, &look(boosts), *day).await.unwrap();
    }
    let versions = sqlx::query!(
        "select multiplier, raw, layer, ended_seen_at, replaced_at from boost_versions where channel_id = 5 and id = 'a'
         order by replaced_at"
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let versions: Vec<_> = versions
        .into_iter()
        .map(|row| (row.multiplier, row.raw, row.layer, moment(row.ended_seen_at), row.replaced_at.to_jiff()))
        .collect();
    let expected = [(1, vec![1, 2, 3], 231, None, days[2]), (4, vec![4], 230, Some(days[3]), days[4])];
    assert_eq!(versions, expected);
}

#[sqlx::test(migrations = "../migrations")]
async fn the_same_status_again_is_one_row(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    assert_eq!(latest_status(&pool, five).await.unwrap(), None);
    let said = |day: &str, boosts| BoostStatus {
        level: 2,
        current_level_boosts: 4,
        boosts,
        gift_boosts: None,
        next_level_boosts: Some(9),
        premium_subscribers: Some(70),
        subscribers: Some(1_000),
        observed_at: at(day),
    };
    let days = ["2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"];
    assert_eq!(record_status(&mut db, five, &said(days[0], 5)).await.unwrap().new, 1);
    assert_eq!(record_status(&mut db, five, &said(days[1], 5)).await.unwrap().unchanged, 1);
    assert_eq!(latest_status(&pool, five).await.unwrap(), Some(said(days[1], 5)));
    assert_eq!(record_status(&mut db, five, &said(days[2], 6)).await.unwrap().new, 1);
    assert_eq!(latest_status(&pool, five).await.unwrap(), Some(said(days[2], 6)));
}

#[sqlx::test(migrations = "../migrations")]
async fn only_the_very_list_that_was_recorded_last_is_not_compared(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let day = |day: u32| at(&format!("2026-03-{day:02}T00:00:00Z"));
    let (a, b) = (told("a", 1), told("b", 4));
    let otherwise_read = Told { boost: Boost { multiplier: 2, ..a.boost.clone() }, ..a.clone() };
    let partly = Look { is_whole: false, ..look(vec![a.clone()]) };
    // Each with how many are new, changed and unchanged; in whichever order they are listed.
    let looks = [
        (look(vec![a.clone(), b.clone()]), (2, 0, 0)),
        (look(vec![b.clone(), a.clone()]), (0, 0, 2)),
        (partly, (0, 0, 1)),
        // The same of it, but this time it is all there is: b has ended.
        (look(vec![a.clone()]), (0, 1, 1)),
        (look(vec![otherwise_read.clone()]), (0, 1, 0)),
        (look(vec![otherwise_read]), (0, 0, 1)),
        (look(vec![a.clone(), b.clone()]), (0, 2, 0)),
        (look(vec![a, b]), (0, 0, 2)),
    ];
    for (number, (look, (new, changed, unchanged))) in (1..).zip(looks) {
        let counts = record(&mut db, five, &look, day(number)).await.unwrap();
        assert_eq!(counts, Counts { new, changed, unchanged }, "look {number}");
        for told in &look.boosts {
            let seen = list(&pool, five).await.unwrap();
            let one = seen.iter().find(|one| one.boost == told.boost).unwrap();
            assert_eq!((one.last_seen_at, one.ended_seen_at), (day(number), None), "look {number}");
        }
    }
}

/// Hashes are kept: the next version has the same ones, whichever sources it knows besides.
#[test]
fn a_list_hashes_as_it_always_did() {
    let a = told("a", 1);
    let list = BTreeMap::from([("a", &a)]);
    assert_eq!(LookHash::of(&list, true).0[..4], [253, 231, 61, 39]);
    assert_ne!(LookHash::of(&list, true), LookHash::of(&list, false));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_boost_that_was_put_right_is_compared_once_more(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let (right, day) = (look(vec![told("a", 1)]), at("2026-03-01T00:00:00Z"));
    record(&mut db, five, &right, day).await.unwrap();
    let otherwise = whole::Kept { told: told("a", 3), replaced_at: None };
    whole::restore(&mut db, five, &otherwise).await.unwrap();
    assert_eq!(record(&mut db, five, &right, day).await.unwrap().changed, 1);
    assert_eq!(list(&pool, five).await.unwrap()[0].boost, right.boosts[0].boost);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_list_that_was_not_written_is_compared(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let look = look(vec![told("a", 1)]);
    let mut lost = pool.begin().await.unwrap();
    record(&mut lost, five, &look, at("2026-03-01T00:00:00Z")).await.unwrap();
    lost.rollback().await.unwrap();
    let counts = record(&mut db, five, &look, at("2026-03-02T00:00:00Z")).await.unwrap();
    assert_eq!(counts.new, 1);
}
