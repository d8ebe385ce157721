//! Figures: printed, and bounded where a bound is not a timing. BENCHMARKS.md has those of releases.

use anyhow::Result;
use channelscope_tests::World;
use telegram_dc::Options;

/// Resident memory of the server after its first collection.
const MEMORY_LIMIT: u64 = 120 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn the_server_stays_small() -> Result<()> {
    let world = World::start(Options::default()).await?;
    world.collected(4).await?;
    let resident = world.product.resident_bytes()?;
    eprintln!("resident memory after the first collection: {} MiB", resident >> 20);
    assert!(resident < MEMORY_LIMIT, "{resident} bytes");
    world.stop().await
}
