//! Errands: what links lead to, and which channels an account administers by now.

use app::model::{AccountId, ChannelId, ChannelLink, Collector, ErrandAnswer};
use jiff::SignedDuration;
use server::clock::Clock;
use server::collector::{Context, errands};
use server::store::accounts::AccountState;
use server::store::channels::{self, find_access};
use server::store::errands::{self as asked, Question};
use server::store::schedules;
use server::worker::errand;
use sqlx::PgPool;
use telegram_dc::Role;
use tokio::time::Instant;

use crate::harness::{Harness, assert_done, manners, until};

/// The account owns it.
const BLOG: ChannelId = ChannelId(1_420_000_002);
/// The account reads it.
const FOLLOWED: ChannelId = ChannelId(1_420_000_007);
/// `@wideworld`, none of the account's.
const FOREIGN: ChannelId = ChannelId(1_430_000_001);

/// Carries an errand out, as the holder of the connection would.
async fn ask(world: &Harness, context: &Context, question: &Question) -> ErrandAnswer {
    let mut db = world.pool.acquire().await.unwrap();
    let id = asked::open(&mut db, context.account, question, world.clock.now()).await.unwrap();
    errands::carry_out(context, id).await.unwrap();
    asked::find(&world.pool, id).await.unwrap().unwrap().answer.unwrap()
}

async fn resolve(world: &Harness, context: &Context, link: &str) -> ErrandAnswer {
    ask(world, context, &Question::Resolve(link.parse().unwrap())).await
}

async fn known(pool: &PgPool) -> Vec<i64> {
    let mut ids: Vec<_> = channels::known(pool).await.unwrap().iter().map(|one| one.channel.id.0).collect();
    ids.sort_unstable();
    ids
}

#[sqlx::test(migrations = "../migrations")]
async fn a_link_to_a_channel_has_it_collected_as_far_as_it_may_be_seen(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let context = world.connect(manners()).await;
    let truth = world.dc.truth().channels();
    let name = |id: ChannelId| truth.iter().find(|one| one.id == id.0).unwrap().username.clone().unwrap();

    channels::set_collected(&pool, BLOG, false).await.unwrap();
    let answer = resolve(&world, &context, &format!("https://t.me/{}", name(BLOG))).await;
    assert_eq!((answer.is_good, answer.channel), (true, Some(BLOG)), "{answer:?}");
    assert!(answer.text.contains("statistics, ad revenue, Stars revenue"), "{}", answer.text);
    assert!(channels::list(&pool).await.unwrap().iter().any(|one| one.id == BLOG));

    for (link, channel) in
        [("https://t.me/wideworld/12", FOREIGN), (&format!("@{}", name(FOLLOWED)), FOLLOWED)]
    {
        assert!(!known(&pool).await.contains(&channel.0));
        let answer = resolve(&world, &context, link).await;
        assert_eq!((answer.is_good, answer.channel), (true, Some(channel)), "{answer:?}");
        assert!(answer.text.contains("No linked account administers it"), "{}", answer.text);
        let access = find_access(&pool, channel, world.account).await.unwrap().unwrap();
        assert!(!access.is_creator && !access.is_admin && !access.can_view_stats && !access.can_view_revenue);
        let mut scheduled: Vec<_> = schedules::list(&pool).await.unwrap();
        scheduled.retain(|one| one.channel_id == channel);
        let scheduled: Vec<_> = scheduled.iter().map(|one| one.collector).collect();
        use Collector::{Facts, History, Posts, Similar, Sponsored};
        assert_eq!(scheduled, [Facts, Posts, History, Similar, Sponsored]);
        for collector in scheduled {
            assert_done(&world.collect(&context, channel, collector).await);
        }
    }
    let posts: i64 = sqlx::query_scalar("select count(*) from posts where channel_id = $1")
        .bind(FOLLOWED.0)
        .fetch_one(&pool)
        .await
        .unwrap();
    assert!(posts > 20, "everybody may read them: {posts}");
    let foreign = channels::get(&pool, FOREIGN).await.unwrap();
    assert_eq!((foreign.username.as_deref(), foreign.subscribers), (Some("wideworld"), Some(4_800_000)));
    assert!(world.dc.requests().unknown().is_empty());
}

#[sqlx::test(migrations = "../migrations")]
async fn invite_links_and_ids_lead_to_where_the_account_is(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let context = world.connect(manners()).await;
    let invites = world.dc.truth().invites(BLOG.0);
    channels::set_collected(&pool, BLOG, false).await.unwrap();
    let good = invites.iter().find(|one| one.permanent && !one.revoked).unwrap();
    let answer = resolve(&world, &context, &good.link).await;
    assert_eq!((answer.is_good, answer.channel), (true, Some(BLOG)), "{answer:?}");
    assert!(channels::list(&pool).await.unwrap().iter().any(|one| one.id == BLOG));

    let revoked = invites.iter().find(|one| one.revoked).unwrap();
    let answer = resolve(&world, &context, &revoked.link).await;
    assert!(!answer.is_good && answer.text.contains("was revoked, has ended, or never was"), "{answer:?}");
    let answer = resolve(&world, &context, "https://t.me/+nothing").await;
    assert!(!answer.is_good && answer.text.contains("never was"), "{answer:?}");
    let answer = resolve(&world, &context, "https://t.me/+Closed_doors_1").await;
    assert!(!answer.is_good && answer.text.contains("join it with one of Telegram's own apps"), "{answer:?}");

    let answer = resolve(&world, &context, &format!("https://t.me/c/{FOLLOWED}/5")).await;
    assert_eq!((answer.is_good, answer.channel), (true, Some(FOLLOWED)), "{answer:?}");
    let answer = resolve(&world, &context, "https://t.me/c/404/5").await;
    assert!(!answer.is_good && answer.text.contains("no channel or supergroup with this id"), "{answer:?}");
    assert_eq!(world.dc.requests().count("messages.importChatInvite"), 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn people_bots_and_nobody_are_refused_and_not_kept(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 5).await;
    let context = world.connect(manners()).await;
    let before = known(&pool).await;
    for (link, said) in [
        ("@sasha_owns_channels", "This leads to a person."),
        ("@latte_tycoon_bot", "This leads to a bot."),
        ("@nobody_has_this", "Nobody has this name at Telegram"),
    ] {
        let answer = resolve(&world, &context, link).await;
        assert!(!answer.is_good && answer.text.starts_with(said) && answer.channel.is_none(), "{answer:?}");
    }
    assert_eq!(known(&pool).await, before);
    let kept: Vec<String> =
        sqlx::query_scalar("select errands::text from errands").fetch_all(&pool).await.unwrap();
    assert!(kept.iter().all(|row| !row.contains("sasha") && !row.contains("tycoon")), "{kept:?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn what_keeps_telegram_from_answering_is_said(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 5).await;
    let context = world.connect(manners()).await;
    world.dc.faults().flood_wait("contacts.resolveUsername", 600, 1);
    let answer = resolve(&world, &context, "@wideworld").await;
    assert!(!answer.is_good && answer.text.contains("for 600 seconds"), "{answer:?}");
    let asked = world.dc.requests().all().len();
    let answer = resolve(&world, &context, "@wideworld").await;
    assert!(answer.text.contains("wants no such request from the account"), "{answer:?}");
    assert_eq!(world.dc.requests().all().len(), asked, "nothing is sent while Telegram wants quiet");
    world.dc.clock().advance(SignedDuration::from_secs(601));
    until("the wait is over", async || world.account().await.quiet_until() <= Some(world.clock.now())).await;
    world.dc.faults().server_error("contacts.resolveUsername", 1);
    let answer = resolve(&world, &context, "@wideworld").await;
    assert!(answer.text.contains("the error 500 RPC_CALL_FAIL. Nothing was changed."), "{answer:?}");
    world.dc.faults().revoke_session();
    let answer = resolve(&world, &context, "@wideworld").await;
    assert!(answer.text.contains("signed the account out"), "{answer:?}");
    assert_eq!(world.account().await.state, AccountState::NeedsLinking);
}

/// The second account is asked only where it may know more.
#[sqlx::test(migrations = "../migrations")]
async fn whoever_holds_the_connection_asks_and_where_one_cannot_tell_another_may(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 5).await;
    let second = world.link_second().await;
    sqlx::query("update schedules set enabled = false").execute(&pool).await.unwrap();
    let worker = world.start_worker().await;
    let add = async |link: &str| {
        let link: ChannelLink = link.parse().unwrap();
        let until = Instant::now() + std::time::Duration::from_secs(20);
        errand::add(&pool, &world.clock, &link, until).await.unwrap()
    };
    let asked_by = async || -> Vec<i64> {
        sqlx::query_scalar("select account_id from errands order by id").fetch_all(&pool).await.unwrap()
    };
    let errand::Added::Answered(_, answer) = add("@wideworld").await else { panic!("no answer") };
    assert!(answer.is_good, "{answer:?}");
    let errand::Added::Answered(_, answer) = add("@nobody_has_this").await else { panic!("no answer") };
    assert!(!answer.is_good, "{answer:?}");
    assert_eq!(asked_by().await.len(), 2, "a name leads everybody to the same");
    let errand::Added::Answered(_, answer) = add("https://t.me/+Closed_doors_1").await else {
        panic!("no answer")
    };
    assert!(!answer.is_good, "{answer:?}");
    let mut asked: Vec<AccountId> = asked_by().await[2..].iter().copied().map(AccountId).collect();
    asked.sort_unstable();
    assert_eq!(asked, [world.account, second]);
    let errand::Added::Known(one) = add("@wideworld").await else { panic!("it is known") };
    assert_eq!(one.channel.id, FOREIGN);
    worker.shutdown().await;
    let errand::Added::Asking(id) = ({
        let link = "@odnoj_strokoj".parse().unwrap();
        errand::add(&pool, &world.clock, &link, Instant::now()).await.unwrap()
    }) else {
        panic!("nobody can have answered")
    };
    assert_eq!(asked::find(&pool, id).await.unwrap().unwrap().answer, None);
    let worker = world.start_worker().await;
    until("it is answered after all", async || {
        asked::find(&pool, id).await.unwrap().unwrap().answer.is_some()
    })
    .await;
    worker.shutdown().await;
}

#[sqlx::test(migrations = "../migrations")]
async fn a_second_look_finds_new_channels_and_says_what_is_lost(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let context = world.connect(manners()).await;
    let administered = world.dc.truth().channels().iter().filter(|one| one.role != Role::Member).count();
    let answer = ask(&world, &context, &Question::Refresh).await;
    let said = format!("The account administers {administered} channels and groups, none of them new.");
    assert_eq!((answer.is_good, answer.text), (true, said));

    // As if it had been made administrator of one since it was linked.
    sqlx::query("delete from channels where id = $1").bind(BLOG.0).execute(&pool).await.unwrap();
    // It is an administrator for the first thirty days, and then a reader.
    let lost = ChannelId(1_420_000_008);
    assert_eq!(world.schedule(lost, Collector::Boosts).await.parked_reason, None);
    world.dc.clock().advance(SignedDuration::from_hours(24 * 31));
    let answer = ask(&world, &context, &Question::Refresh).await;
    assert!(answer.text.contains("one of them new: tick it"), "{}", answer.text);
    assert!(answer.text.contains("One it administers no more; what was collected stays."), "{}", answer.text);
    let all = channels::known(&pool).await.unwrap();
    let is_collected = |id| all.iter().find(|one| one.channel.id == id).unwrap().is_collected;
    assert!(!is_collected(BLOG) && is_collected(lost), "a person chooses");
    assert!(!find_access(&pool, lost, world.account).await.unwrap().unwrap().is_admin);
    let reason = world.schedule(lost, Collector::Boosts).await.parked_reason.unwrap();
    assert!(reason.contains("give it the right again"), "{reason}");
    assert_eq!(world.schedule(lost, Collector::Facts).await.parked_reason, None);
}

#[sqlx::test(migrations = "../migrations")]
async fn who_was_thrown_out_has_no_right_left_until_it_is_let_in_again(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let context = world.connect(manners()).await;
    // A channel that is in no list any more, and that Telegram does not show.
    let gone = ChannelId(1_490_000_001);
    sqlx::query(
        "insert into channels (id, title, is_group, simulated, added_at) values ($1, 'Gone', false, true, now())",
    )
    .bind(gone.0)
    .execute(&pool)
    .await
    .unwrap();
    let access = find_access(&pool, BLOG, world.account).await.unwrap().unwrap();
    channels::record_access(&pool, gone, &access, world.clock.now()).await.unwrap();
    let statistics = [Collector::Statistics];
    schedules::add_defaults(&pool, gone, &statistics, world.clock.now()).await.unwrap();
    let answer = ask(&world, &context, &Question::Refresh).await;
    assert!(answer.text.contains("One it administers no more"), "{}", answer.text);
    let left = find_access(&pool, gone, world.account).await.unwrap().unwrap();
    assert!(!left.is_admin && !left.can_view_stats && !left.can_view_revenue);
    assert!(world.schedule(gone, Collector::Statistics).await.parked_reason.is_some());

    // One that is closed though it is in the list does not hide the others.
    world.dc.faults().rpc_error("channels.getFullChannel", 400, "CHANNEL_PRIVATE", 1);
    let answer = ask(&world, &context, &Question::Refresh).await;
    assert!(answer.is_good && !answer.text.contains("no more"), "{answer:?}");

    // Failover took a right from this account; a second look gives it back.
    sqlx::query("update channel_accounts set can_view_stats = false where channel_id = $1")
        .bind(BLOG.0)
        .execute(&pool)
        .await
        .unwrap();
    schedules::park(&pool, BLOG, Collector::Statistics, "Lost.").await.unwrap();
    ask(&world, &context, &Question::Refresh).await;
    assert!(find_access(&pool, BLOG, world.account).await.unwrap().unwrap().can_view_stats);
    assert_eq!(world.schedule(BLOG, Collector::Statistics).await.parked_reason, None);
}

#[sqlx::test(migrations = "../migrations")]
async fn every_account_looks_by_itself_once_a_day(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 5).await;
    sqlx::query("update schedules set enabled = false").execute(&pool).await.unwrap();
    let worker = world.start_worker().await;
    let looked = async || -> i64 {
        let ended = "select count(*) from errands where kind = 'refresh' and is_good";
        sqlx::query_scalar(ended).fetch_one(&pool).await.unwrap()
    };
    // Ten looks of the planner.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(looked().await, 0, "linking has looked");
    for day in 1..=2 {
        world.dc.clock().advance(SignedDuration::from_hours(25));
        until("it has looked", async || looked().await == day).await;
    }
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(looked().await, 2, "once a day");
    worker.shutdown().await;
}

/// It may have passed to another channel: Telegram knows.
#[sqlx::test(migrations = "../migrations")]
async fn a_name_that_was_seen_long_ago_is_not_believed(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 5).await;
    let known = channels::known(&pool).await.unwrap();
    let one = known.iter().find(|one| one.channel.username.is_some()).unwrap();
    let name = ChannelLink::Username(one.channel.username.clone().unwrap());
    let id = ChannelLink::Id(one.channel.id);
    let found = async |link: &ChannelLink, clock: &Clock| {
        errand::add_known(&pool, clock, link).await.unwrap().map(|one| one.channel.id)
    };
    let soon = Clock::manual(world.clock.now() + SignedDuration::from_hours(47));
    let later = Clock::manual(world.clock.now() + SignedDuration::from_hours(49));
    assert_eq!(found(&name, &soon).await, Some(one.channel.id));
    assert_eq!(found(&name, &later).await, None);
    assert_eq!(found(&id, &later).await, Some(one.channel.id));
}
