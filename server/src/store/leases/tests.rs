use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::PgPool;

use super::*;
use crate::store::testing::account;

const TTL: SignedDuration = SignedDuration::from_secs(30);

#[sqlx::test(migrations = "../migrations")]
async fn a_lease_is_free_or_mine_or_over(pool: PgPool) {
    let account = account(&pool, 7).await;
    let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
    assert!(acquire(&pool, account, a, TTL).await.unwrap());
    let first = held_until(&pool, account).await.unwrap().unwrap();
    assert!(acquire(&pool, account, a, TTL).await.unwrap(), "one's own");
    assert!(held_until(&pool, account).await.unwrap().unwrap() > first);
    assert!(!acquire(&pool, account, b, TTL).await.unwrap(), "not over yet");
    assert!(!renew(&pool, account, b, TTL).await.unwrap());
    assert!(renew(&pool, account, a, SignedDuration::ZERO).await.unwrap());
    assert!(!renew(&pool, account, a, TTL).await.unwrap(), "too late is too late");
    assert_eq!(held_until(&pool, account).await.unwrap(), None);
    assert!(acquire(&pool, account, b, TTL).await.unwrap(), "it ran out");
    assert!(!acquire(&pool, account, a, TTL).await.unwrap());
    release(&pool, account, a).await.unwrap();
    assert!(renew(&pool, account, b, SignedDuration::MAX).await.unwrap(), "another's release does nothing");
    release(&pool, account, b).await.unwrap();
    assert!(acquire(&pool, account, a, TTL).await.unwrap());
}

#[sqlx::test(migrations = "../migrations")]
async fn a_lease_needs_an_account(pool: PgPool) {
    let error = acquire(&pool, AccountId(404), Uuid::from_u128(1), TTL).await.unwrap_err();
    assert_eq!(error.to_string(), "The account was not found");
}

/// Many holders, and leases that run out quickly. Whoever has the lease writes down from when and until when at
/// least; nobody may be told that they have it while another's has not run out.
#[sqlx::test(migrations = "../migrations")]
async fn two_holders_never_both_hold(pool: PgPool) {
    const SHORT: Duration = Duration::from_millis(30);
    let account = account(&pool, 7).await;
    // (holder, from, until) of every lease that was granted.
    let granted = Arc::new(std::sync::Mutex::new(Vec::new()));
    let tasks = (0..16u128).map(|number| {
        let (pool, granted) = (pool.clone(), granted.clone());
        tokio::spawn(async move {
            let me = Uuid::from_u128(number);
            let ttl = SignedDuration::try_from(SHORT).unwrap();
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_secs(1) {
                let asked = Instant::now();
                if acquire(&pool, account, me, ttl).await.unwrap() {
                    granted.lock().unwrap().push((number, Instant::now(), asked + SHORT));
                    let asked = Instant::now();
                    if renew(&pool, account, me, ttl).await.unwrap() {
                        granted.lock().unwrap().push((number, Instant::now(), asked + SHORT));
                    }
                    // Others' turn.
                    tokio::time::sleep(SHORT * 2).await;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
    });
    for task in futures::future::join_all(tasks).await {
        task.unwrap();
    }
    let granted = granted.lock().unwrap();
    assert!(granted.iter().any(|(holder, ..)| *holder != granted[0].0), "it passed on");
    for (index, (holder, from, until)) in granted.iter().enumerate() {
        for (other, other_from, other_until) in &granted[index + 1..] {
            let apart = until <= other_from || other_until <= from;
            assert!(
                holder == other || apart,
                "{holder} {from:?}..{until:?} and {other} {other_from:?}..{other_until:?}"
            );
        }
    }
}
