use std::collections::BTreeSet;

use sqlx::PgPool;

use super::*;
use crate::store::accounts::{self, AccountState};
use crate::store::channels::{Access, record_access};
use crate::store::runs;
use crate::store::testing::{access, account, at, channel, connection, flood_wait};
use app::model::schedule::Preset;
use app::model::{AccountId, RunState, Trigger};

const NOW: &str = "2026-03-01T00:00:00Z";

async fn world(pool: &PgPool) -> (ChannelId, AccountId) {
    let account = account(pool, 7).await;
    (channel_of(pool, 5, account).await, account)
}

/// A channel with its schedules, of which the account may see everything.
async fn channel_of(pool: &PgPool, id: i64, account: AccountId) -> ChannelId {
    let id = channel(pool, id).await;
    record_access(pool, id, &access(account), at(NOW)).await.unwrap();
    add_defaults(pool, id, Collector::ALL, at(NOW)).await.unwrap();
    id
}

async fn due_at(pool: &PgPool, now: &str) -> Vec<Collector> {
    due(pool, at(now), 100).await.unwrap().into_iter().map(|due| due.collector).collect()
}

#[sqlx::test(migrations = "../migrations")]
async fn defaults_are_added_once(pool: PgPool) {
    let (five, _) = world(&pool).await;
    set_interval(&pool, five, Collector::Facts, 60, at(NOW)).await.unwrap();
    add_defaults(&pool, five, Collector::ALL, at("2026-03-05T00:00:00Z")).await.unwrap();
    let schedules = list(&pool).await.unwrap();
    assert_eq!(schedules.iter().map(|one| one.collector).collect::<Vec<_>>(), Collector::ALL);
    let facts = &schedules[0];
    assert_eq!((facts.every_seconds, facts.enabled, facts.next_due_at), (60, true, at(NOW)));
    assert_eq!(find(&pool, five, Collector::Facts).await.unwrap().as_ref(), Some(facts));
    assert_eq!(find(&pool, ChannelId(404), Collector::Facts).await.unwrap(), None);
    assert_eq!(
        add_defaults(&pool, ChannelId(404), Collector::ALL, at(NOW)).await.unwrap_err().to_string(),
        "The channel was not found"
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_due_comes_money_first(pool: PgPool) {
    let (five, account) = world(&pool).await;
    assert_eq!(due_at(&pool, "2026-02-28T23:59:59Z").await, []);
    let first = due(&pool, at(NOW), 1).await.unwrap();
    assert_eq!(
        first,
        [Due { channel: five, collector: Collector::Facts, account, since: at(NOW), urgency: 2 }]
    );
    assert_eq!(due_at(&pool, NOW).await, first_round());
    assert_eq!(
        first_round()[..5],
        [Collector::Facts, Collector::Revenue, Collector::Ledger, Collector::Statistics, Collector::Posts],
        "facts, balances, the whole ledger, statistics, the newest posts"
    );
    set_next_due(&pool, five, Collector::Facts, at("2026-03-01T06:00:00Z"), at("2026-03-01T00:00:00Z"))
        .await
        .unwrap();
    assert_eq!(due_at(&pool, NOW).await, &first_round()[1..]);
    // Once it has been collected, what is urgent goes before what has waited longer.
    for of in [Collector::Posts, Collector::Ledger] {
        set_next_due(&pool, five, of, at("2026-03-01T06:30:00Z"), at(NOW)).await.unwrap();
    }
    let due = due_at(&pool, "2026-03-01T07:00:00Z").await;
    assert_eq!(due[..4], [Collector::Facts, Collector::Posts, Collector::Ledger, Collector::Revenue]);
    assert_eq!(due.last(), Some(&Collector::History));
}

/// An account with more to ask than a day is long never comes to the end of what is due.
#[sqlx::test(migrations = "../migrations")]
async fn what_is_a_day_late_waits_no_longer_than_the_rest(pool: PgPool) {
    let (five, _) = world(&pool).await;
    for of in Collector::ALL.iter().copied().filter(|one| one.is_on_by_default()) {
        let next = if of.urgency() < 3 { "2026-03-02T06:00:01Z" } else { "2026-03-01T06:00:00Z" };
        set_next_due(&pool, five, of, at(next), at(NOW)).await.unwrap();
    }
    let of_posts = [Collector::PostStatistics, Collector::StoryStatistics, Collector::Hourly];
    let urgent = [Collector::Facts, Collector::Revenue, Collector::Ledger, Collector::Posts];
    let (almost, late) = ("2026-03-02T05:59:59Z", "2026-03-02T06:00:01Z");
    let waiting = due(&pool, at(almost), 100).await.unwrap();
    let names = |due: &[Due]| due.iter().map(|one| one.collector).collect::<BTreeSet<_>>();
    assert_eq!(names(&waiting[..3]), BTreeSet::from(of_posts));
    assert!(waiting[..3].iter().all(|one| one.urgency == 3));
    let waiting = due(&pool, at(late), 100).await.unwrap();
    assert_eq!(names(&waiting[..4]), BTreeSet::from(urgent), "money and young posts never wait for them");
    assert_eq!(names(&waiting[4..7]), BTreeSet::from(of_posts), "they have waited longest");
    assert!(waiting[4..7].iter().all(|one| one.urgency == 2));
    assert_eq!(waiting.last().unwrap().collector, Collector::History);
}

/// A look at posts is not behind money, of which there may be hundreds after hours in which nothing ran, and money is not
/// behind posts, which may be enough to fill the day.
#[sqlx::test(migrations = "../migrations")]
async fn money_and_young_posts_take_turns(pool: PgPool) {
    let (_, account) = world(&pool).await;
    let mut channels = vec![ChannelId(5)];
    for id in 6..12 {
        channels.push(channel_of(&pool, id, account).await);
    }
    let order = async |posts: &str, money: &str| -> Vec<Collector> {
        for id in &channels {
            for of in Collector::ALL.iter().copied() {
                let next = match of {
                    Collector::Posts => posts,
                    Collector::Revenue => money,
                    _ => "2026-03-03T00:00:00Z",
                };
                set_next_due(&pool, *id, of, at(next), at(NOW)).await.unwrap();
            }
        }
        let due = due(&pool, at("2026-03-02T12:00:00Z"), 6).await.unwrap();
        due.into_iter().map(|one| one.collector).collect()
    };
    use Collector::{Posts, Revenue};
    let in_turn = [Revenue, Posts, Revenue, Posts, Revenue, Posts];
    assert_eq!(order("2026-03-02T11:59:00Z", "2026-03-02T03:00:00Z").await, in_turn);
    let in_turn = [Posts, Revenue, Posts, Revenue, Posts, Revenue];
    assert_eq!(order("2026-03-02T03:00:00Z", "2026-03-02T11:59:00Z").await, in_turn);
    // They share the places.
    let mut db = connection(&pool).await;
    runs::open(&mut db, channels[0], Revenue, account, Trigger::Schedule, at(NOW)).await.unwrap();
    let left = due(&pool, at("2026-03-02T12:00:00Z"), 3).await.unwrap();
    assert_eq!(left.iter().map(|one| one.collector).collect::<Vec<_>>(), in_turn[..2]);
}

/// What was late when it was opened takes the place that it was given.
#[sqlx::test(migrations = "../migrations")]
async fn late_runs_do_not_fill_the_queue_look_by_look(pool: PgPool) {
    let (five, account) = world(&pool).await;
    for of in Collector::ALL.iter().copied().filter(|one| one.is_on_by_default()) {
        set_next_due(&pool, five, of, at("2026-03-01T06:00:00Z"), at(NOW)).await.unwrap();
    }
    let now = at("2026-03-02T07:00:00Z");
    let mut db = connection(&pool).await;
    let mut opened = Vec::new();
    // As many looks as there could be runs.
    for _ in 0..20 {
        for one in due(&pool, now, 6).await.unwrap() {
            runs::open(&mut db, five, one.collector, account, Trigger::Schedule, now).await.unwrap();
            opened.push(one.collector);
        }
    }
    let urgent = opened.iter().filter(|one| one.urgency() == 0).count();
    assert_eq!((urgent, opened.len()), (4, 6), "{opened:?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn of_an_account_only_so_many_are_due_beside_its_open_runs(pool: PgPool) {
    let (five, account) = world(&pool).await;
    let collectors = async |most| -> Vec<Collector> {
        due(&pool, at(NOW), most).await.unwrap().into_iter().map(|due| due.collector).collect()
    };
    assert_eq!(collectors(3).await, first_round()[..3]);
    let mut db = connection(&pool).await;
    let open =
        runs::open(&mut db, five, Collector::Facts, account, Trigger::Schedule, at(NOW)).await.unwrap();
    assert_eq!(collectors(3).await, first_round()[1..3]);
    runs::open(&mut db, five, Collector::Boosts, account, Trigger::Manual, at(NOW)).await.unwrap();
    assert_eq!(collectors(3).await, first_round()[1..2]);
    assert_eq!(collectors(2).await, []);
    let outcome =
        runs::Outcome { state: RunState::Done, requests: 1, counts: Default::default(), error: None };
    runs::finish(&mut *db, open.id, &outcome, at(NOW)).await.unwrap();
    assert_eq!(collectors(2).await, first_round()[..1], "it is due until the schedule moves on");
}

/// Long runs that fill the queue are no reason to let a post come to its age unseen.
#[sqlx::test(migrations = "../migrations")]
async fn what_is_urgent_never_waits_for_a_place_behind_what_is_not(pool: PgPool) {
    let (five, account) = world(&pool).await;
    for of in Collector::ALL.iter().copied().filter(|one| one.is_on_by_default()) {
        set_next_due(&pool, five, of, at("2026-03-01T06:00:00Z"), at(NOW)).await.unwrap();
    }
    let now = "2026-03-01T06:00:01Z";
    let mut db = connection(&pool).await;
    for of in [Collector::StoryStatistics, Collector::PostStatistics] {
        runs::open(&mut db, five, of, account, Trigger::Schedule, at(now)).await.unwrap();
    }
    let collectors = async |most: usize| -> Vec<Collector> {
        let most = i64::try_from(most).unwrap();
        due(&pool, at(now), most).await.unwrap().into_iter().map(|due| due.collector).collect()
    };
    // Two places, both taken by what can wait: it is still open to what is more urgent, and to no more of its own kind.
    assert_eq!(collectors(2).await, [Collector::Facts, Collector::Posts]);
    let all = collectors(100).await;
    let hours = all.iter().position(|one| *one == Collector::Hourly).unwrap();
    // Its turn, and the two that are open.
    assert_eq!(collectors(hours + 2).await.len(), hours);
    assert_eq!(collectors(hours + 3).await.last(), Some(&Collector::Hourly));
    // An open run that is as urgent takes a place.
    runs::open(&mut db, five, Collector::Posts, account, Trigger::Schedule, at(now)).await.unwrap();
    assert_eq!(collectors(2).await, [Collector::Facts]);
    assert_eq!(collectors(1).await, []);
}

/// The order of a first round: that of the list, but older posts last, and without what is off by default.
fn first_round() -> Vec<Collector> {
    let mut order: Vec<_> = Collector::ALL.iter().copied().filter(|one| one.is_on_by_default()).collect();
    order.sort_by_key(|one| one.urgency().max(2));
    order
}

#[sqlx::test(migrations = "../migrations")]
async fn times_of_the_day_take_the_place_of_an_interval_and_back(pool: PgPool) {
    let (five, _) = world(&pool).await;
    let of = Collector::Statistics;
    let times = Times {
        cron: "30 6 * * *",
        time_zone: "Europe/Berlin",
        every_seconds: 86_400,
        next: at("2026-03-01T05:30:00Z"),
    };
    set_times(&pool, five, of, times).await.unwrap();
    let set = find(&pool, five, of).await.unwrap().unwrap();
    assert_eq!((set.cron.as_deref(), set.time_zone.as_deref()), (Some("30 6 * * *"), Some("Europe/Berlin")));
    assert_eq!((set.every_seconds, set.next_due_at), (86_400, at("2026-03-01T05:30:00Z")));
    set_interval(&pool, five, of, 3_600, at(NOW)).await.unwrap();
    let set = find(&pool, five, of).await.unwrap().unwrap();
    assert_eq!((set.cron, set.time_zone, set.every_seconds), (None, None, 3_600));
    let error = set_times(&pool, ChannelId(404), of, times).await.unwrap_err();
    assert_eq!(error.to_string(), "The statistics schedule of channel 404 was not found");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_preset_sets_all_schedules_and_leaves_what_is_off_off(pool: PgPool) {
    let (five, _) = world(&pool).await;
    pause(&pool, five, Collector::Boosts).await.unwrap();
    for preset in Preset::ALL {
        let count = set_preset(&pool, Some(five), preset, at(NOW)).await.unwrap();
        assert_eq!(count, Collector::ALL.len() as u64);
        let all = list(&pool).await.unwrap();
        assert_eq!(Preset::of(&all), Some(preset));
        let is_on = |one: Collector| one.is_on_by_default() && one != Collector::Boosts;
        assert!(all.iter().all(|one| one.enabled == is_on(one.collector)));
    }
    assert_eq!(set_preset(&pool, Some(ChannelId(404)), Preset::Normal, at(NOW)).await.unwrap(), 0);
    set_interval(&pool, five, Collector::Facts, 61, at(NOW)).await.unwrap();
    assert_eq!(Preset::of(&list(&pool).await.unwrap()), None, "a set of one's own");
    assert_eq!(set_preset(&pool, None, Preset::Normal, at(NOW)).await.unwrap(), Collector::ALL.len() as u64);
}

#[sqlx::test(migrations = "../migrations")]
async fn paused_parked_and_running_are_not_due(pool: PgPool) {
    let (five, account) = world(&pool).await;
    pause(&pool, five, Collector::Facts).await.unwrap();
    park(&pool, five, Collector::Revenue, "The right to see it was taken away.").await.unwrap();
    let mut db = connection(&pool).await;
    let run =
        runs::open(&mut db, five, Collector::Ledger, account, Trigger::Schedule, at(NOW)).await.unwrap();
    let mut others = first_round();
    others.retain(|one| ![Collector::Facts, Collector::Revenue, Collector::Ledger].contains(one));
    assert_eq!(due_at(&pool, NOW).await, others);
    let parked = find(&pool, five, Collector::Revenue).await.unwrap().unwrap();
    assert_eq!(parked.parked_reason.as_deref(), Some("The right to see it was taken away."));

    resume(&pool, five, Collector::Facts).await.unwrap();
    unpark(&pool, five, &[Collector::Revenue], at(NOW)).await.unwrap();
    runs::start(&pool, run.id, account, at(NOW)).await.unwrap();
    let outcome =
        runs::Outcome { state: RunState::Done, requests: 1, counts: Default::default(), error: None };
    runs::finish(&pool, run.id, &outcome, at(NOW)).await.unwrap();
    assert_eq!(due_at(&pool, NOW).await, first_round());
    assert_eq!(find(&pool, five, Collector::Ledger).await.unwrap().unwrap().last_run, Some(run.id));
}

#[sqlx::test(migrations = "../migrations")]
async fn nothing_is_due_through_an_account_that_can_t(pool: PgPool) {
    let (_, account) = world(&pool).await;
    for method in Collector::ALL.iter().flat_map(|one| one.methods()) {
        flood_wait(&pool, account, method, at("2026-03-01T00:10:00Z")).await;
    }
    assert_eq!(due_at(&pool, "2026-03-01T00:09:59Z").await, []);
    assert_eq!(due_at(&pool, "2026-03-01T00:10:00Z").await, first_round());
    accounts::set_state(&mut *connection(&pool).await, account, AccountState::NeedsLinking, at(NOW))
        .await
        .unwrap();
    assert_eq!(due_at(&pool, "2026-03-01T00:10:00Z").await, []);
}

#[sqlx::test(migrations = "../migrations")]
async fn failures_are_counted_until_it_goes_well(pool: PgPool) {
    let (five, _) = world(&pool).await;
    let of = Collector::Ledger;
    for expected in 1..3 {
        set_retry(&pool, five, of, at("2026-03-01T00:05:00Z")).await.unwrap();
        assert_eq!(find_with_failures(&pool, five, of).await.unwrap().unwrap().1, expected);
    }
    set_next_due(&pool, five, of, at("2026-03-01T03:00:00Z"), at("2026-03-01T00:00:00Z")).await.unwrap();
    assert_eq!(find_with_failures(&pool, five, of).await.unwrap().unwrap().1, 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_shorter_interval_works_at_once(pool: PgPool) {
    let (five, _) = world(&pool).await;
    let of = Collector::Statistics;
    set_next_due(&pool, five, of, at("2026-03-01T06:00:00Z"), at("2026-03-01T00:00:00Z")).await.unwrap();
    set_interval(&pool, five, of, 3_600, at(NOW)).await.unwrap();
    assert_eq!(find(&pool, five, of).await.unwrap().unwrap().next_due_at, at("2026-03-01T01:00:00Z"));
    set_interval(&pool, five, of, 86_400, at(NOW)).await.unwrap();
    assert_eq!(find(&pool, five, of).await.unwrap().unwrap().next_due_at, at("2026-03-01T01:00:00Z"));
    for bad in [59, 31_536_001] {
        let error = set_interval(&pool, five, of, bad, at(NOW)).await.unwrap_err();
        assert_eq!(error.to_string(), "A schedule runs at most once a minute and at least once a year");
    }
    let error = pause(&pool, ChannelId(404), of).await.unwrap_err();
    assert_eq!(error.to_string(), "The statistics schedule of channel 404 was not found");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_person_takes_up_what_was_put_aside_and_only_a_person_what_was_paused(pool: PgPool) {
    let (five, _) = world(&pool).await;
    let of = Collector::Revenue;
    set_retry(&pool, five, of, at("2026-03-02T00:00:00Z")).await.unwrap();
    park(&pool, five, of, "The right to see it was taken away.").await.unwrap();
    pause(&pool, five, of).await.unwrap();
    unpark(&pool, five, &[of], at(NOW)).await.unwrap();
    assert!(!find(&pool, five, of).await.unwrap().unwrap().enabled, "unparking resumes nothing");

    set_retry(&pool, five, of, at("2026-03-02T00:00:00Z")).await.unwrap();
    park(&pool, five, of, "The right to see it was taken away.").await.unwrap();
    resume(&pool, five, of).await.unwrap();
    let resumed = find(&pool, five, of).await.unwrap().unwrap();
    assert_eq!((resumed.enabled, resumed.parked_reason), (true, None));
    assert_eq!(find_with_failures(&pool, five, of).await.unwrap().unwrap().1, 0);
    assert!(due_at(&pool, NOW).await.contains(&of), "at once");
    let error = resume(&pool, ChannelId(404), of).await.unwrap_err();
    assert_eq!(error.to_string(), "The revenue schedule of channel 404 was not found");
}

#[sqlx::test(migrations = "../migrations")]
async fn each_says_through_which_account_it_is_collected(pool: PgPool) {
    let (five, seven) = world(&pool).await;
    let six = channel(&pool, 6).await;
    add_defaults(&pool, six, Collector::ALL, at(NOW)).await.unwrap();
    let eight = account(&pool, 8).await;
    let no_money = Access { can_view_revenue: false, can_view_stars_revenue: false, ..access(seven) };
    record_access(&pool, five, &no_money, at(NOW)).await.unwrap();
    record_access(&pool, five, &Access { can_view_stats: false, ..access(eight) }, at(NOW)).await.unwrap();
    let through = async |channel: ChannelId| {
        let mut accounts = Vec::new();
        for one in list(&pool).await.unwrap().into_iter().filter(|one| one.channel_id == channel) {
            let access =
                crate::store::channels::access(&pool, channel, one.collector, at(NOW)).await.unwrap();
            assert_eq!(one.account, access.map(|access| access.account), "{}", one.collector);
            accounts.push(one.account);
        }
        accounts.sort();
        accounts.dedup();
        accounts
    };
    assert_eq!(through(five).await, [Some(seven), Some(eight)], "each collects what it may see");
    assert_eq!(through(six).await, [None]);
    let mut db = connection(&pool).await;
    accounts::set_state(&mut db, eight, AccountState::NeedsLinking, at(NOW)).await.unwrap();
    assert_eq!(through(five).await, [None, Some(seven)], "nobody is left for the money");
    let quiet = at("2026-03-01T01:00:00Z");
    flood_wait(&pool, seven, "stats.getBroadcastStats", quiet).await;
    assert_eq!(through(five).await, [None, Some(seven)], "quiet passes");
}
