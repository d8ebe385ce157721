use std::time::Duration;

use app::model::{ChannelId, Collector, Metric, RunState};
use jiff::SignedDuration;
use server::store::accounts::AccountState;
use server::store::{samples, schedules};
use server::telegram::client::Manners;
use sqlx::PgPool;
use telegram_dc::{HOME_DC, Role};

use crate::harness::{Harness, assert_done, manners, until};

#[sqlx::test(migrations = "../migrations")]
async fn an_expired_token_is_asked_for_again_once(pool: PgPool) {
    let world = Harness::linked(pool, 120).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    world.dc.faults().rpc_error("stats.loadAsyncGraph", 400, "GRAPH_EXPIRED_RELOAD", 1);
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);
    assert_eq!(
        world.dc.requests().count("stats.getBroadcastStats"),
        2 + 1,
        "one of them before the login came over"
    );

    world.dc.faults().rpc_error("stats.loadAsyncGraph", 400, "GRAPH_OUTDATED_RELOAD", 2);
    let run = world.collect(&context, channel, Collector::Statistics).await;
    assert_eq!(run.state, RunState::Partial);
    assert!(run.values_unchanged > 0, "the other graphs are kept");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_lost_right_parks_the_schedule_and_says_why(pool: PgPool) {
    let world = Harness::linked(pool, 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    world.dc.faults().rpc_error("stats.getBroadcastStats", 400, "CHAT_ADMIN_REQUIRED", 1);
    let run = world.collect(&context, channel, Collector::Statistics).await;
    assert_eq!(run.state, RunState::Failed);
    let reason = world.schedule(channel, Collector::Statistics).await.parked_reason.unwrap();
    assert!(reason.starts_with("The account may not read the statistics of this channel"), "{reason}");
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);
    assert_eq!(world.schedule(channel, Collector::Statistics).await.parked_reason, None, "it works again");
}

/// Telegram may let be looked at what it does not promise: a run that was queued before the right went is no sign that it
/// is back.
#[sqlx::test(migrations = "../migrations")]
async fn what_goes_well_without_the_right_stays_put_aside(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    sqlx::query("update channel_accounts set is_admin = false").execute(&pool).await.unwrap();
    schedules::park(&pool, channel, Collector::Boosts, "Lost.").await.unwrap();
    assert_done(&world.collect(&context, channel, Collector::Boosts).await);
    assert_eq!(world.schedule(channel, Collector::Boosts).await.parked_reason.as_deref(), Some("Lost."));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_revoked_session_needs_linking(pool: PgPool) {
    let world = Harness::linked(pool, 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    world.dc.faults().revoke_session();
    world.advance(SignedDuration::from_hours(5)).await;
    let before = world.clock.now();
    let run = world.collect(&context, channel, Collector::Facts).await;
    assert_eq!(run.state, RunState::Failed);
    assert!(run.error.unwrap().contains("SESSION_REVOKED"));
    let account = world.account().await;
    assert_eq!(account.state, AccountState::NeedsLinking);
    assert!((before..=world.clock.now()).contains(&account.state_since), "since {}", account.state_since);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_dead_connection_is_rebuilt_and_a_silent_one_is_given_up(pool: PgPool) {
    let world = Harness::linked(pool, 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(Manners { patience: Duration::from_millis(500), ..manners() }).await;
    assert_done(&world.collect(&context, channel, Collector::Facts).await);
    world.dc.faults().drop_connection_before("channels.getFullChannel", 1);
    assert_done(&world.collect(&context, channel, Collector::Facts).await);

    world.dc.faults().delay("channels.getFullChannel", Duration::from_secs(3), 1);
    let run = world.collect(&context, channel, Collector::Facts).await;
    assert_eq!(run.state, RunState::Failed);
    assert!(run.error.unwrap().contains("did not answer within"));
    let due_in =
        world.schedule(channel, Collector::Facts).await.next_due_at.duration_since(world.clock.now());
    assert!(due_in <= SignedDuration::from_secs(60), "it is tried again soon: {due_in:#}");
    assert_done(&world.collect(&context, channel, Collector::Facts).await);
}

#[sqlx::test(migrations = "../migrations")]
async fn who_has_a_clock_that_is_ahead_is_told_of_it(pool: PgPool) {
    let world = Harness::linked(pool, 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(Manners { patience: Duration::from_secs(1), ..manners() }).await;
    world.dc.dc(HOME_DC).clock_is_ahead(-3_600);
    let run = world.collect(&context, channel, Collector::Facts).await;
    assert_eq!(run.state, RunState::Failed);
    let said = run.error.unwrap();
    assert!(
        said.starts_with("Telegram did not answer within 2 seconds; ") && said.contains("its clock"),
        "{said}"
    );
    world.dc.dc(HOME_DC).clock_is_ahead(0);
    assert_done(&world.collect(&context, channel, Collector::Facts).await);
}

#[sqlx::test(migrations = "../migrations")]
async fn one_currency_that_fails_does_not_take_the_other_with_it(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    world.dc.faults().rpc_error("payments.getStarsRevenueStats", 500, "RPC_CALL_FAIL", 1);
    let run = world.collect(&context, channel, Collector::Revenue).await;
    assert_eq!(run.state, RunState::Partial);
    assert!(run.error.unwrap().starts_with("Nothing in TON"));
    assert!(samples::state(&pool, channel, Metric::StarsRevenue).await.unwrap().as_of.is_some());
    assert_eq!(samples::state(&pool, channel, Metric::AdRevenue).await.unwrap().as_of, None);
}

#[sqlx::test(migrations = "../migrations")]
async fn answers_that_cannot_be_read_are_named_and_kept_apart(pool: PgPool) {
    let world = Harness::linked(pool, 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    world.dc.faults().rpc_error("stats.getBroadcastStats", 303, "STATS_MIGRATE_4", 1);
    assert_done(&world.collect(&context, channel, Collector::Statistics).await);
    world.dc.faults().rpc_error("stats.loadAsyncGraph", 400, "SOMETHING_NEW", 1);
    let run = world.collect(&context, channel, Collector::Statistics).await;
    assert_eq!(run.state, RunState::Partial);
    let error = run.error.unwrap();
    assert!(error.contains("the error 400 SOMETHING_NEW"), "{error}");
    assert!(run.values_unchanged > 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_right_given_takes_up_what_was_put_aside_but_nothing_that_a_person_paused(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    // As if the rights came only now: one was lost, one was paused by a person and then lost, one was never there.
    schedules::park(&pool, channel, Collector::Revenue, "Lost.").await.unwrap();
    schedules::pause(&pool, channel, Collector::Ledger).await.unwrap();
    schedules::park(&pool, channel, Collector::Ledger, "Lost.").await.unwrap();
    for statement in [
        "update channel_accounts set can_view_stats = false, can_view_revenue = false, can_view_stars_revenue = false",
        "delete from schedules where collector = 'statistics'",
    ] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    assert_done(&world.collect(&context, channel, Collector::Facts).await);
    for (collector, enabled) in
        [(Collector::Revenue, true), (Collector::Ledger, false), (Collector::Statistics, true)]
    {
        let schedule = world.schedule(channel, collector).await;
        assert_eq!((schedule.enabled, schedule.parked_reason), (enabled, None), "{collector}");
    }

    let channels = world.dc.truth().channels();
    let group = channels.iter().find(|one| one.supergroup && one.role != Role::Member).unwrap();
    let group = ChannelId(group.id);
    assert_done(&world.collect(&context, group, Collector::Facts).await);
    assert_eq!(schedules::find(&pool, group, Collector::Statistics).await.unwrap(), None);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_ledger_with_a_gap_is_read_to_its_first_row(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 400).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    let first = world.collect(&context, channel, Collector::Ledger).await;
    assert_done(&first);
    // It was read before gaps were remembered, and of the last run only the state was known: of both currencies.
    let gap = "insert into ledger_gaps (channel_id, unit_code, seen_at) select $1, unit_code, now()
               from unnest(array['TON', 'XTR']) as units (unit_code)";
    sqlx::query(gap).bind(channel.0).execute(&pool).await.unwrap();
    let second = world.collect(&context, channel, Collector::Ledger).await;
    assert_done(&second);
    assert_eq!(second.requests, first.requests, "a refused row may lie anywhere");
    assert!(world.collect(&context, channel, Collector::Ledger).await.requests < first.requests);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_day_that_ends_during_a_run_is_not_known_to_its_end(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    // The graphs are asked for just before midnight and recorded just after it.
    world.dc.clock().set("2026-11-20T23:59:58Z".parse().unwrap());
    until("the clock follows", async || world.clock.now().to_string().starts_with("2026-11-20T23:59")).await;
    world.dc.faults().delay("stats.getBroadcastStats", Duration::from_secs(3), 1);
    let run = world.collect(&context, channel, Collector::Statistics).await;
    assert_done(&run);
    assert!(run.finished_at.unwrap().to_string().starts_with("2026-11-21"), "{run:?}");
    let as_of = samples::state(&pool, channel, Metric::Joined).await.unwrap().as_of.unwrap();
    assert!(as_of.to_string().starts_with("2026-11-20"), "as of {as_of}, though asked for the day before");
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_missing_of_a_run_is_asked_for_again_soon_and_then_less_often(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    let left = async || {
        let due = world.schedule(channel, Collector::Statistics).await.next_due_at;
        context.clock.now().duration_until(due).as_secs()
    };
    for minutes in [1, 2, 4] {
        world.dc.faults().rpc_error("stats.loadAsyncGraph", 500, "RPC_CALL_FAIL", 1);
        let run = world.collect(&context, channel, Collector::Statistics).await;
        assert_eq!(run.state, RunState::Partial, "{run:?}");
        let left = left().await;
        assert!((minutes * 60 - 10..=minutes * 60).contains(&left), "{left} s, not {minutes} min");
    }
    let run = world.collect(&context, channel, Collector::Statistics).await;
    assert_eq!((run.state, run.error.as_deref()), (RunState::Done, None), "{run:?}");
    assert!(left().await > 4 * 3600);
}
