//! A connection goes with its lease: who cannot renew it hangs up before another may have it.

use std::time::Duration;

use app::model::{AccountId, RunState};
use jiff::SignedDuration;
use server::store::leases;
use server::telegram::fault::Fault;
use server::worker::{self, WorkerConfig};
use sqlx::{PgConnection, PgPool};
use telegram_dc::{Outcome, RequestRecord};
use uuid::Uuid;

use crate::harness::{Harness, manners, until, until_within};

/// Connections to the simulated Telegram that are open: as the system counts ours, without its own ends of them.
fn connections(world: &Harness) -> usize {
    let ports: Vec<u16> = world.dc.access().dcs.iter().map(|dc| dc.port).collect();
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let is_open = |line: &&str| {
        // Number, local address, remote address (in hexadecimal, with its port), state: 01 is established.
        let fields: Vec<&str> = line.split_whitespace().collect();
        let port = fields.get(2).and_then(|address| u16::from_str_radix(address.split_once(':')?.1, 16).ok());
        port.is_some_and(|port| ports.contains(&port)) && fields.get(3) == Some(&"01")
    };
    table.lines().skip(1).filter(is_open).count()
}

fn asked(world: &Harness) -> usize {
    world.dc.requests().all().len()
}

fn assert_no_key_was_used_twice_at_once(world: &Harness) {
    let duplicated = Outcome::Refused("AUTH_KEY_DUPLICATED".to_owned());
    assert!(world.dc.requests().all().iter().all(|request| request.outcome != duplicated));
}

async fn holder(pool: &PgPool) -> Option<Uuid> {
    sqlx::query_scalar("select holder from account_leases").fetch_optional(pool).await.unwrap()
}

/// Takes the lease as soon as it may be had, with connections that are open then.
async fn take(db: &mut PgConnection, world: &Harness, account: AccountId) -> (Uuid, usize) {
    let taker = Uuid::new_v4();
    while !leases::acquire(&mut *db, account, taker, SignedDuration::from_secs(60)).await.unwrap() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    (taker, connections(world))
}

#[sqlx::test(migrations = "../migrations")]
async fn who_has_lost_the_lease_asks_nothing_until_it_is_held_again(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let worker = world.start_worker().await;
    until("it collects", async || {
        connections(&world) > 0 && world.runs().await.iter().any(|run| run.state == RunState::Running)
    })
    .await;
    let other = Uuid::new_v4();
    let taken =
        "update account_leases set holder = $1, expires_at = clock_timestamp() + interval '10 seconds'";
    sqlx::query(taken).bind(other).execute(&pool).await.unwrap();
    // It renews once a second.
    until_within(5, "it has hung up", async || connections(&world) == 0).await;
    let silent = asked(&world);
    let left = "select exists (select from account_leases
                where holder = $1 and expires_at > clock_timestamp() + interval '200 milliseconds')";
    let mut looks = 0;
    while sqlx::query_scalar::<_, bool>(left).bind(other).fetch_one(&pool).await.unwrap() {
        assert_eq!((asked(&world), connections(&world)), (silent, 0), "it asks with the key of another");
        looks += 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(looks > 20, "only {looks} looks");
    until("it has the lease again and goes on", async || asked(&world) > silent).await;
    assert_ne!(holder(&pool).await, Some(other));
    worker.shutdown().await;
    assert_no_key_was_used_twice_at_once(&world);
}

/// The database answers nothing that has to do with accounts: locks hold up the renewal, and all else that the holder asks.
#[sqlx::test(migrations = "../migrations")]
async fn who_cannot_renew_hangs_up_before_the_lease_passes_on(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let options = (*pool.connect_options()).clone();
    let own = sqlx::postgres::PgPoolOptions::new().max_connections(10).connect_with(options).await.unwrap();
    // An answer that comes late keeps the connection in use.
    world.dc.faults().delay("channels.getFullChannel", Duration::from_secs(4), 100);
    let worker = world.start_worker_on(own).await;
    until("it asks", async || world.dc.requests().count("channels.getFullChannel") > 0).await;
    // At once; and somewhere between two renewals first what else it asks, then the renewal.
    for statements in [
        &["lock table account_leases, accounts in access exclusive mode"][..],
        &[
            "lock table accounts in access exclusive mode",
            "select pg_sleep(1.5)",
            "lock table account_leases in access exclusive mode",
        ],
    ] {
        until("it is connected", async || connections(&world) > 0).await;
        let mut db = pool.begin().await.unwrap();
        for statement in statements {
            sqlx::query(*statement).execute(&mut *db).await.unwrap();
        }
        let (taker, open) = take(&mut db, &world, world.account).await;
        assert_eq!(open, 0, "{statements:?}: the lease has passed on, and the connection is still held");
        let silent = asked(&world);
        db.commit().await.unwrap();
        // With the key in other hands, the one who had it finds the database well again.
        let context = world.connect(manners()).await;
        for _ in 0..20 {
            context.client.self_user().await.unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let by_others =
            |one: &&RequestRecord| !["users.getUsers", "help.getConfig"].contains(&one.method.as_str());
        let log = world.dc.requests().all();
        assert_eq!(
            log[silent..].iter().filter(by_others).count(),
            0,
            "{statements:?}: {:#?}",
            &log[silent..]
        );
        assert!(log.len() >= silent + 20);
        context.client.close().await;
        leases::release(&pool, world.account, taker).await.unwrap();
        until("it goes on", async || {
            world.dc.requests().all()[silent..].iter().any(|one| one.method == "channels.getFullChannel")
        })
        .await;
    }
    worker.shutdown().await;
    assert_no_key_was_used_twice_at_once(&world);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_borrowed_connection_goes_with_its_lease_too(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 5).await;
    let seal = std::sync::Arc::clone(&world.seal);
    let clock = world.clock.clone();
    let mut config = WorkerConfig::new(pool.clone(), seal, clock, Some(world.file.clone()), manners());
    config.lease = Duration::from_secs(3);
    let borrowed = worker::borrow(&config, world.account).await.unwrap();
    // Longer than the lease: it is renewed.
    for _ in 0..8 {
        borrowed.context.client.self_user().await.unwrap();
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let mut db = pool.begin().await.unwrap();
    sqlx::query("lock table account_leases in access exclusive mode").execute(&mut *db).await.unwrap();
    assert!(connections(&world) > 0);
    let (_, open) = take(&mut db, &world, world.account).await;
    assert_eq!(open, 0, "the lease has passed on, and the connection is still held");
    db.commit().await.unwrap();
    let refused = borrowed.context.client.self_user().await.unwrap_err();
    assert!(matches!(refused, Fault::Stopped), "{refused}");
    borrowed.give_back().await.unwrap();
    assert!(holder(&pool).await.is_some(), "what is another's is not given back");
}
