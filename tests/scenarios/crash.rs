//! `kill -9` at any moment loses nothing and needs no clean-up.

use anyhow::Result;
use channelscope_tests::World;
use telegram_dc::Options;

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_comes_back_and_finishes() -> Result<()> {
    let mut world = World::start(Options { days: 60, ..Options::default() }).await?;
    // In the middle of its first collection.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    world = world.crash().await?;
    let runs = world.collected(8).await?;
    let channels = world.api("channels").await?;
    for channel in channels["channels"].as_array().into_iter().flatten() {
        let done = |kind: &str| {
            runs.iter().any(|run| {
                run["channel_id"] == channel["id"] && run["collector"] == kind && run["state"] == "done"
            })
        };
        if channel["can_view_stats"] == true {
            let statistics = if channel["kind"] == "group" { "group_statistics" } else { "statistics" };
            assert!(done(statistics), "{channel:#?}\n{runs:#?}");
        }
        if channel["can_view_revenue"] == true {
            assert!(done("ledger"), "{channel:#?}\n{runs:#?}");
        }
    }
    let data = world.data_dir();
    assert!(data.join("postgres/postmaster.pid").exists());
    world.product.stop().await?;
    assert!(!data.join("postgres/postmaster.pid").exists(), "stopping the server stops its PostgreSQL");
    Ok(())
}
