use app::model::{ChannelId, Collector};
use server::collector::probe::probe;
use server::telegram::client::Manners;
use server::worker::{self, BorrowError, WorkerConfig};
use sqlx::PgPool;
use telegram_dc::Unit;

use crate::harness::{Harness, manners};

fn config(world: &Harness, manners: Manners) -> WorkerConfig {
    let (pool, seal) = (world.pool.clone(), std::sync::Arc::clone(&world.seal));
    WorkerConfig::new(pool, seal, world.clock.clone(), Some(world.file.clone()), manners)
}

#[sqlx::test(migrations = "../migrations")]
async fn shapes_are_told_and_nothing_of_the_world_is(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 200).await;
    let truth = world.dc.truth();
    let one = world.richest();
    let group = truth.channels().into_iter().find(|one| one.supergroup && one.stats).unwrap();
    let borrowed = worker::borrow(&config(&world, manners()), world.account).await.unwrap();
    for channel in [&one, &group] {
        let told = probe(&borrowed.context, ChannelId(channel.id), |_| {}).await.unwrap();
        let text = told.to_string();

        let answers = told["answers"].as_array().unwrap();
        let shaped: Vec<&str> = answers
            .iter()
            .filter(|answer| answer.get("shape").is_some())
            .map(|answer| answer["method"].as_str().unwrap())
            .collect();
        for collector in Collector::ALL.iter().filter(|one| one.exists_in(channel.supergroup)) {
            let first = collector.methods_in(channel.supergroup).next().unwrap();
            let is_answered = answers.iter().any(|answer| answer["method"] == first);
            assert!(is_answered, "{first}: {text}");
        }
        assert!(!text.contains(if channel.supergroup { "getBroadcastStats" } else { "getMegagroupStats" }));
        let statistics =
            if channel.supergroup { "stats.getMegagroupStats" } else { "stats.getBroadcastStats" };
        for method in ["channels.getFullChannel", statistics, "stats.loadAsyncGraph", "premium.getBoostsList"]
        {
            assert!(shaped.contains(&method), "{method}: {shaped:?}");
        }
        assert!(text.contains(r#""can_view_stats":true"#) && text.contains(r#""columns""#), "{text}");
        assert!(!text.contains("unreadable"), "{text}");

        for other in truth.channels() {
            let names = [Some(other.title.clone()), other.username.clone()];
            for name in names.into_iter().flatten() {
                assert!(!text.contains(&name), "{name}");
            }
        }
        for marker in truth.private_markers() {
            assert!(!text.contains(marker), "{marker}");
        }
        for row in [Unit::Ton, Unit::Stars].into_iter().flat_map(|unit| truth.ledger(channel.id, unit)) {
            assert!(!text.contains(&row.id), "{}", row.id);
        }
        // Ids, hashes, dates and amounts have more digits than any order of magnitude.
        let numbers = text.split(|letter: char| !letter.is_ascii_digit());
        let long: Vec<&str> = numbers.filter(|digits| digits.len() > 3).collect();
        assert!(long.is_empty(), "{long:?}");
    }
    borrowed.give_back().await.unwrap();
    let methods: Vec<String> =
        world.dc.requests().unknown().into_iter().map(|one| format!("{one:?}")).collect();
    assert_eq!(methods, [""; 0]);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_connection_that_is_held_is_not_taken(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let first = worker::borrow(&config(&world, manners()), world.account).await.unwrap();
    let refused = worker::borrow(&config(&world, manners()), world.account).await.unwrap_err();
    assert!(matches!(refused, BorrowError::Held(_)), "{refused}");
    assert!(refused.to_string().contains("another process holds the connection"), "{refused}");
    first.give_back().await.unwrap();
    worker::borrow(&config(&world, manners()), world.account).await.unwrap().give_back().await.unwrap();
}
