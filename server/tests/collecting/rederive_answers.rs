use app::model::{ChannelId, Collector};
use jiff::SignedDuration;
use server::collector::rederive::{Comparison, rederive};
use sqlx::PgPool;

use crate::harness::{Harness, assert_done, manners};
use crate::rederive::{damage, of_kind, with};

#[sqlx::test(migrations = "../migrations")]
async fn what_single_collectors_gather_is_what_was_said(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 200).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    for _ in 0..4 {
        for collector in [
            Collector::Facts,
            Collector::Posts,
            Collector::Stories,
            Collector::PostStatistics,
            Collector::StoryStatistics,
            Collector::Boosts,
            Collector::Giveaways,
            Collector::Invites,
            Collector::Similar,
        ] {
            assert_done(&world.collect(&context, channel, collector).await);
        }
        world.advance(SignedDuration::from_hours(31)).await;
    }
    let whole = rederive(&pool, channel, false).await.unwrap();
    assert!(whole.is_equal() && whole.unreadable.is_empty(), "{whole:#?}");
    for (kind, least) in [
        ("stories", 10),
        ("story_samples", 20),
        ("giveaways", 2),
        ("item_forwards", 10),
        ("invite_links", 2),
        ("invite_usage", 8),
        ("similar_channels", 2),
        ("similar_totals", 1),
    ] {
        assert!(of_kind(&whole, kind).equal >= least, "{:?}", whole.kinds);
    }
    assert_eq!(rederive(&pool, channel, true).await.unwrap(), whole, "nothing to write");

    // A row that is changed becomes the last.
    let first = |table: &str| {
        format!("ctid = (select ctid from {table} where channel_id = $1 order by ctid limit 1)")
    };
    for sql in [
        format!("update stories set caption = 'Other words', pinned = not pinned where {}", first("stories")),
        format!("update story_samples set views = views + 1 where {}", first("story_samples")),
        "delete from story_samples where channel_id = $1 and (story_id, observed_at) = (
             select story_id, min(observed_at) from story_samples where channel_id = $1
             group by 1 order by 1 desc limit 1)"
            .to_owned(),
        "delete from giveaways where channel_id = $1
         and ctid = (select ctid from giveaways where channel_id = $1 order by ctid desc limit 1)"
            .to_owned(),
        format!("update giveaways set quantity = -1 where {}", first("giveaways")),
        "delete from item_forwards where channel_id = $1
         and ctid = (select ctid from item_forwards where channel_id = $1 order by ctid desc limit 1)"
            .to_owned(),
        format!("update item_forwards set views = -1, title = 'Another' where {}", first("item_forwards")),
        format!("update invite_links set usage_limit = 12345 where {}", first("invite_links")),
        format!("update invite_usage set usage = usage + 1 where {}", first("invite_usage")),
        "delete from invite_usage where (channel_id, hash, day) = (
             select channel_id, hash, max(day) from invite_usage join invite_links using (channel_id, hash)
             where channel_id = $1 and not is_revoked group by 1, 2 order by 2 limit 1)"
            .to_owned(),
        "delete from similar_channels where channel_id = $1
         and ctid = (select ctid from similar_channels where channel_id = $1 order by ctid desc limit 1)"
            .to_owned(),
        format!("update similar_channels set title = 'Another' where {}", first("similar_channels")),
        format!("update similar_totals set total = total + 1 where {}", first("similar_totals")),
    ] {
        damage(&pool, &sql, channel).await;
    }
    let damaged = rederive(&pool, channel, false).await.unwrap();
    let expected = with(
        &whole,
        &[
            ("stories", 0, 1),
            ("story_samples", 1, 1),
            ("giveaways", 1, 1),
            ("item_forwards", 1, 1),
            ("invite_links", 0, 1),
            ("invite_usage", 1, 1),
            ("similar_channels", 1, 1),
            ("similar_totals", 0, 1),
        ],
    );
    assert_eq!(damaged.kinds, expected);
    assert_eq!(rederive(&pool, channel, true).await.unwrap(), Comparison { written: true, ..damaged });
    assert_eq!(rederive(&pool, channel, true).await.unwrap(), whole, "as it was");
}
