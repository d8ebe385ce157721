use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use sqlx::PgPool;

use super::*;
use crate::store::testing::{account, at};

const TTL: SignedDuration = SignedDuration::from_secs(30);

fn after(seconds: i64) -> Timestamp {
    at("2026-03-01T00:00:00Z").checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

#[sqlx::test(migrations = "../migrations")]
async fn a_lease_is_free_or_mine_or_over(pool: PgPool) {
    let account = account(&pool, 7).await;
    let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
    assert!(acquire(&pool, account, a, after(0), TTL).await.unwrap());
    assert!(acquire(&pool, account, a, after(1), TTL).await.unwrap(), "one's own");
    assert!(!acquire(&pool, account, b, after(30), TTL).await.unwrap(), "until second 31");
    assert!(!renew(&pool, account, b, after(30), TTL).await.unwrap());
    assert_eq!(held_until(&pool, account, after(30)).await.unwrap(), Some(after(31)));
    assert!(!renew(&pool, account, a, after(31), TTL).await.unwrap(), "too late is too late");
    assert_eq!(held_until(&pool, account, after(31)).await.unwrap(), None);
    assert!(acquire(&pool, account, b, after(31), TTL).await.unwrap(), "it ran out");
    assert!(!acquire(&pool, account, a, after(32), TTL).await.unwrap());
    release(&pool, account, a).await.unwrap();
    assert!(renew(&pool, account, b, after(33), TTL).await.unwrap(), "another's release does nothing");
    release(&pool, account, b).await.unwrap();
    assert!(acquire(&pool, account, a, after(34), TTL).await.unwrap());
}

#[sqlx::test(migrations = "../migrations")]
async fn a_lease_needs_an_account(pool: PgPool) {
    let error = acquire(&pool, AccountId(404), Uuid::from_u128(1), after(0), TTL).await.unwrap_err();
    assert_eq!(error.to_string(), "The account was not found");
}

/// Many holders, one clock that never goes back. Whoever has the lease writes down until when; nobody may be told
/// that they have it while another's has not run out.
#[sqlx::test(migrations = "../migrations")]
async fn two_holders_never_both_hold(pool: PgPool) {
    let account = account(&pool, 7).await;
    let clock = Arc::new(AtomicI64::new(0));
    let taken = Arc::new(AtomicU32::new(0));
    // (holder, from, until) of every lease that was granted.
    let granted = Arc::new(std::sync::Mutex::new(Vec::new()));
    let tasks = (0..16u128).map(|number| {
        let (pool, clock, taken, granted) = (pool.clone(), clock.clone(), taken.clone(), granted.clone());
        tokio::spawn(async move {
            let me = Uuid::from_u128(number);
            for turn in 0..25 {
                let second = clock.fetch_add(i64::from(turn % 3), Ordering::SeqCst);
                let ttl = SignedDuration::from_secs(5);
                if acquire(&pool, account, me, after(second), ttl).await.unwrap() {
                    taken.fetch_add(1, Ordering::SeqCst);
                    granted.lock().unwrap().push((number, second, second + 5));
                    let later = clock.load(Ordering::SeqCst);
                    if renew(&pool, account, me, after(later), ttl).await.unwrap() {
                        granted.lock().unwrap().push((number, later, later + 5));
                    }
                }
            }
        })
    });
    for task in futures::future::join_all(tasks).await {
        task.unwrap();
    }
    assert!(taken.load(Ordering::SeqCst) > 1);
    let granted = granted.lock().unwrap();
    for (index, (holder, from, until)) in granted.iter().enumerate() {
        for (other, other_from, other_until) in &granted[index + 1..] {
            let apart = until <= other_from || other_until <= from;
            assert!(
                holder == other || apart,
                "{holder} {from}..{until} and {other} {other_from}..{other_until}"
            );
        }
    }
}
