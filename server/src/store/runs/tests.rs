use sqlx::PgPool;

use super::*;
use crate::store::accounts::AccountState;
use crate::store::testing::{account, at, channel, connection};

const NOW: &str = "2026-03-01T00:00:00Z";

fn outcome(state: RunState) -> Outcome {
    let counts = Counts { new: 3, changed: 2, unchanged: u32::MAX };
    Outcome { state, requests: 4, counts, error: (state != RunState::Done).then(|| "Half.".to_owned()) }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_run_has_its_life(pool: PgPool) {
    let (five, account) = (channel(&pool, 5).await, account(&pool, 7).await);
    let mut db = connection(&pool).await;
    let run = open(&mut db, five, Collector::Ledger, account, Trigger::Manual, at(NOW)).await.unwrap().id;
    assert_eq!(find(&pool, run).await.unwrap().unwrap().state, RunState::Queued);
    assert_eq!(start(&pool, run, account, at("2026-03-01T00:01:00Z")).await.unwrap(), Started::Begun);
    set_progress(&pool, run, 3, Some("page 2")).await.unwrap();
    let under_way = find(&pool, run).await.unwrap().unwrap();
    assert_eq!((under_way.requests, under_way.step.as_deref()), (3, Some("page 2")));
    add_wait(&pool, run, 30).await.unwrap();
    add_wait(&pool, run, 50).await.unwrap();
    assert!(wait(&pool, run).await.unwrap());
    assert_eq!(start(&pool, run, account, at("2026-03-01T00:02:00Z")).await.unwrap(), Started::Begun);
    assert!(finish(&pool, run, &outcome(RunState::Partial), at("2026-03-01T00:03:00Z")).await.unwrap());
    let expected = Run {
        id: run,
        channel_id: five,
        channel_title: "Channel 5".into(),
        collector: Collector::Ledger,
        trigger: Trigger::Manual,
        state: RunState::Partial,
        queued_at: at(NOW),
        started_at: Some(at("2026-03-01T00:01:00Z")),
        finished_at: Some(at("2026-03-01T00:03:00Z")),
        requests: 4,
        values_new: 3,
        values_changed: 2,
        values_unchanged: i32::MAX,
        waited_seconds: 80,
        step: None,
        error: Some("Half.".into()),
    };
    assert_eq!(find(&pool, run).await.unwrap(), Some(expected.clone()));
    assert_eq!(list(&pool, 10).await.unwrap(), std::slice::from_ref(&expected));

    // What is over stays as it is.
    set_progress(&pool, run, 9, None).await.unwrap();
    assert_eq!(start(&pool, run, account, at(NOW)).await.unwrap(), Started::Over);
    assert!(!wait(&pool, run).await.unwrap());
    assert!(!finish(&pool, run, &outcome(RunState::Done), at(NOW)).await.unwrap());
    assert_eq!(find(&pool, run).await.unwrap(), Some(expected));
    assert!(finish(&pool, run, &outcome(RunState::Running), at(NOW)).await.is_err());
}

#[sqlx::test(migrations = "../migrations")]
async fn asking_twice_joins_until_it_is_over(pool: PgPool) {
    let (five, account) = (channel(&pool, 5).await, account(&pool, 7).await);
    let mut db = connection(&pool).await;
    let first = open(&mut db, five, Collector::Facts, account, Trigger::Schedule, at(NOW)).await.unwrap();
    let second = open(&mut db, five, Collector::Facts, account, Trigger::Manual, at(NOW)).await.unwrap();
    assert_eq!((first.joined, second), (false, Opened { id: first.id, joined: true }));
    let other = open(&mut db, five, Collector::Ledger, account, Trigger::Manual, at(NOW)).await.unwrap();
    assert!(!other.joined && other.id != first.id);
    finish(&pool, first.id, &outcome(RunState::Done), at(NOW)).await.unwrap();
    let next = open(&mut db, five, Collector::Facts, account, Trigger::Manual, at(NOW)).await.unwrap();
    assert!(!next.joined && next.id != first.id);
    let ids: Vec<RunId> = list(&pool, 2).await.unwrap().into_iter().map(|run| run.id).collect();
    assert_eq!(ids, [next.id, other.id]);
    let error =
        open(&mut db, ChannelId(404), Collector::Facts, account, Trigger::Manual, at(NOW)).await.unwrap_err();
    assert_eq!(error.to_string(), "The channel was not found");
    let error = open(&mut db, five, Collector::Revenue, AccountId(404), Trigger::Manual, at(NOW)).await;
    assert_eq!(error.unwrap_err().to_string(), "Account 404 was not found");
}

#[sqlx::test(migrations = "../migrations")]
async fn many_who_ask_at_once_open_one(pool: PgPool) {
    let (five, account) = (channel(&pool, 5).await, account(&pool, 7).await);
    let tasks = (0..12).map(|_| {
        let pool = pool.clone();
        tokio::spawn(async move {
            let mut db = connection(&pool).await;
            open(&mut db, five, Collector::Facts, account, Trigger::Manual, at(NOW)).await.unwrap()
        })
    });
    let opened: Vec<Opened> =
        futures::future::join_all(tasks).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(opened.iter().filter(|run| !run.joined).count(), 1);
    assert!(opened.iter().all(|run| run.id == opened[0].id));
}

#[sqlx::test(migrations = "../migrations")]
async fn what_a_dead_process_left_is_ended(pool: PgPool) {
    let (five, mine, other) = (channel(&pool, 5).await, account(&pool, 7).await, account(&pool, 8).await);
    let mut db = connection(&pool).await;
    let mut ids = Vec::new();
    for collector in &Collector::ALL[..4] {
        ids.push(open(&mut db, five, *collector, other, Trigger::Schedule, at(NOW)).await.unwrap().id);
    }
    start(&pool, ids[0], mine, at(NOW)).await.unwrap();
    start(&pool, ids[1], mine, at(NOW)).await.unwrap();
    wait(&pool, ids[1]).await.unwrap();
    start(&pool, ids[2], other, at(NOW)).await.unwrap();
    assert_eq!(fail_abandoned(&pool, mine, at("2026-03-01T01:00:00Z")).await.unwrap(), 2);
    let mut states = Vec::new();
    for id in ids {
        states.push(find(&pool, id).await.unwrap().unwrap().state);
    }
    assert_eq!(states, [RunState::Failed, RunState::Failed, RunState::Running, RunState::Queued]);
    assert_eq!(fail_abandoned(&pool, mine, at("2026-03-01T01:00:00Z")).await.unwrap(), 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn old_runs_that_went_well_go_but_the_newest_of_each_collector(pool: PgPool) {
    let (five, six, account) = (channel(&pool, 5).await, channel(&pool, 6).await, account(&pool, 7).await);
    let mut db = connection(&pool).await;
    let mut ended = Vec::new();
    for (channel, collector, state, when) in [
        (five, Collector::Facts, RunState::Done, "2026-01-01T00:00:00Z"),
        (five, Collector::Facts, RunState::Partial, "2026-01-02T00:00:00Z"),
        (five, Collector::Facts, RunState::Failed, "2026-01-03T00:00:00Z"),
        (five, Collector::Facts, RunState::Done, "2026-01-04T00:00:00Z"),
        (five, Collector::Facts, RunState::Done, NOW),
        (five, Collector::Ledger, RunState::Done, "2026-01-01T00:00:00Z"),
        (six, Collector::Facts, RunState::Done, "2026-01-01T00:00:00Z"),
        (six, Collector::Facts, RunState::Done, NOW),
    ] {
        let run = open(&mut db, channel, collector, account, Trigger::Schedule, at(when)).await.unwrap().id;
        finish(&mut *db, run, &outcome(state), at(when)).await.unwrap();
        ended.push(run);
    }
    let before = at("2026-02-01T00:00:00Z");
    assert_eq!(forget_old(&pool, five, before, 1).await.unwrap(), 1, "no more than so many");
    assert_eq!(forget_old(&pool, five, before, 10).await.unwrap(), 1);
    assert_eq!(forget_old(&pool, five, before, 10).await.unwrap(), 0);
    let mut left: Vec<_> = list(&pool, 100).await.unwrap().into_iter().map(|run| run.id).collect();
    left.sort();
    ended.remove(3);
    ended.remove(0);
    assert_eq!(left, ended);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_due_is_opened_once_and_only_through_usable_accounts(pool: PgPool) {
    let now = at("2026-03-01T00:00:00Z");
    let (five, six) = (channel(&pool, 5).await, channel(&pool, 6).await);
    let (one, two) = (account(&pool, 1).await, account(&pool, 2).await);
    let due = |channel, collector, account| Due { channel, collector, account, since: now, urgency: 0 };
    let all = [
        due(five, Collector::Facts, one),
        due(five, Collector::Posts, one),
        due(six, Collector::Facts, two),
        due(ChannelId(404), Collector::Facts, one),
    ];
    let mut db = connection(&pool).await;
    open(&mut db, five, Collector::Posts, one, Trigger::Manual, now).await.unwrap();
    accounts::set_state(&mut db, two, AccountState::NeedsLinking, now).await.unwrap();
    let opened = open_due(&mut db, &all, now).await.unwrap();
    let [(run, what)] = opened[..] else { panic!("{opened:?}") };
    assert_eq!(what, all[0]);
    let run = find(&pool, run).await.unwrap().unwrap();
    assert_eq!((run.channel_id, run.collector, run.trigger), (five, Collector::Facts, Trigger::Schedule));
    assert_eq!(open_due(&mut db, &all, now).await.unwrap(), []);
}
