use sqlx::PgPool;

use super::*;
use crate::store::testing::{at, channel, connection};

#[sqlx::test(migrations = "../migrations")]
async fn what_a_look_leaves_open_stays_known(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let days: Vec<Timestamp> = (1..=4).map(|day| at(&format!("2026-03-0{day}T00:00:00Z"))).collect();
    let id = GiveawayId::Message(17);
    let announced = Giveaway {
        months: Some(3),
        quantity: Some(10),
        until: Some(at("2026-03-08T00:00:00Z")),
        ..Giveaway::new(id, GiveawayState::Running)
    };
    assert_eq!(record(&mut db, five, std::slice::from_ref(&announced), days[0]).await.unwrap().new, 1);
    let running = Giveaway { started_at: Some(days[0]), ..Giveaway::new(id, GiveawayState::Running) };
    assert_eq!(record(&mut db, five, std::slice::from_ref(&running), days[1]).await.unwrap().changed, 1);
    let again = record(&mut db, five, &[running], days[2]).await.unwrap();
    assert_eq!(again, Counts { unchanged: 1, ..Counts::default() });
    let seen = list(&pool, five).await.unwrap();
    assert_eq!(seen[0].giveaway, Giveaway { started_at: Some(days[0]), ..announced });
    assert_eq!(
        (seen[0].first_seen_at, seen[0].changed_at, seen[0].last_seen_at),
        (days[0], days[1], days[2])
    );
    let over =
        Giveaway { winners: Some(0), is_refunded: Some(true), ..Giveaway::new(id, GiveawayState::Finished) };
    record(&mut db, five, &[over], days[3]).await.unwrap();
    let seen = list(&pool, five).await.unwrap();
    assert_eq!((seen.len(), seen[0].giveaway.winners, seen[0].giveaway.months), (1, Some(0), Some(3)));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_prepaid_one_that_is_gone_was_launched(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let of =
        |id| Giveaway { stars: Some(500), ..Giveaway::new(GiveawayId::Prepaid(id), GiveawayState::Prepaid) };
    let days = [at("2026-03-01T00:00:00Z"), at("2026-03-02T00:00:00Z"), at("2026-03-03T00:00:00Z")];
    record_prepaid(&mut db, five, &[of(1), of(i64::MAX)], days[0]).await.unwrap();
    let launched = record_prepaid(&mut db, five, &[of(1)], days[1]).await.unwrap();
    assert_eq!(launched, Counts { changed: 1, unchanged: 1, ..Counts::default() });
    let again = record_prepaid(&mut db, five, &[of(1)], days[2]).await.unwrap();
    assert_eq!(again, Counts { unchanged: 1, ..Counts::default() });
    let seen = list(&pool, five).await.unwrap();
    let states: Vec<_> = seen.iter().map(|one| (one.giveaway.id, one.giveaway.state)).collect();
    assert_eq!(
        states,
        [
            (GiveawayId::Prepaid(1), GiveawayState::Prepaid),
            (GiveawayId::Prepaid(i64::MAX), GiveawayState::Launched)
        ]
    );
}
