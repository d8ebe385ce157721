use app::model::{ChannelId, Collector};
use jiff::SignedDuration;
use server::collector::rederive::{Comparison, rederive};
use sqlx::PgPool;

use crate::harness::{Harness, assert_done, manners};
use crate::rederive::{damage, of_kind, with};

#[sqlx::test(migrations = "../migrations")]
async fn rows_are_what_their_bytes_say(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 200).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    for _ in 0..3 {
        for collector in
            [Collector::Facts, Collector::Ledger, Collector::Posts, Collector::AdminLog, Collector::Boosts]
        {
            assert_done(&world.collect(&context, channel, collector).await);
        }
        world.advance(SignedDuration::from_hours(31)).await;
    }
    // As if one had been revised, in each table.
    for sql in [
        "insert into transaction_versions
         select channel_id, unit_code, id, is_refund, is_outgoing, changed_at + interval '1 hour', changed_at, kind, state,
                amount_nano, booked_at, period_start, period_end, settled_at, url, layer, raw
         from transactions where channel_id = $1 and kind = 'ad_revenue' order by booked_at limit 1",
        "insert into boost_versions
         select channel_id, id, now(), source, user_id, multiplier, stars, giveaway_msg_id, is_unclaimed, applied_at,
                expires_at, ended_seen_at, layer, raw
         from boosts where channel_id = $1 order by id limit 1",
        "insert into post_versions (channel_id, post_id, replaced_at, edited_at, message_ids, text, layer, raw)
         select channel_id, id, '2000-01-01', edited_at, message_ids, text, layer, raw
         from posts where channel_id = $1 and text <> '' order by id limit 1",
    ] {
        damage(&pool, sql, channel).await;
    }
    let whole = rederive(&pool, channel, false).await.unwrap();
    assert!(whole.is_equal() && whole.unreadable.is_empty(), "{whole:#?}");
    for (kind, least) in [
        ("transactions", 100),
        ("transaction_versions", 1),
        ("posts", 100),
        ("post_versions", 1),
        ("post_samples", 200),
        ("admin_events", 1),
        ("boosts", 10),
        ("boost_versions", 1),
        ("boost_statuses", 2),
    ] {
        assert!(of_kind(&whole, kind).equal >= least, "{:?}", whole.kinds);
    }
    assert_eq!(rederive(&pool, channel, true).await.unwrap(), whole, "nothing to write");

    for sql in [
        // A kind that is none, one that another program did not know, and an amount.
        "update transactions set kind = 'moonshine' where (channel_id, unit_code, id, is_refund, is_outgoing) = (
             select channel_id, unit_code, id, is_refund, is_outgoing from transactions
             where channel_id = $1 and kind <> 'other' order by booked_at limit 1)",
        "update transactions set kind = 'other' where (channel_id, unit_code, id, is_refund, is_outgoing) = (
             select channel_id, unit_code, id, is_refund, is_outgoing from transactions
             where channel_id = $1 and kind = 'ad_revenue' order by booked_at desc limit 1)",
        "update transactions set amount_nano = amount_nano * 2, period_end = null
         where (channel_id, unit_code, id, is_refund, is_outgoing) = (
             select channel_id, unit_code, id, is_refund, is_outgoing from transactions
             where channel_id = $1 and kind = 'ad_revenue' order by booked_at desc offset 1 limit 1)",
        "update transaction_versions set state = case state when 'failed' then 'done' else 'failed' end
         where ctid = (select ctid from transaction_versions where channel_id = $1 limit 1)",
        "update posts set text = 'Other words', kind = 'poll', author = 'Nobody' where channel_id = $1
         and id = (select max(id) from posts where channel_id = $1)",
        "update post_versions set text = '' where channel_id = $1 and replaced_at = '2000-01-01'",
        // Of the sums, and the first sample of a post.
        "update post_samples set reactions = reactions + 1 where (channel_id, post_id, age_seconds, origin) = (
             select channel_id, post_id, age_seconds, origin from post_samples
             where channel_id = $1 and reactions_by is not null order by post_id limit 1)",
        "delete from post_samples where channel_id = $1
         and (post_id, age_seconds) = (
             select post_id, min(age_seconds) from post_samples where channel_id = $1 group by 1 order by 1 desc limit 1)",
        "update admin_events set kind = 'unknown' where channel_id = $1
         and id = (select min(id) from admin_events where channel_id = $1)",
        "update boosts set multiplier = multiplier + 1 where channel_id = $1
         and id = (select max(id) from boosts where channel_id = $1)",
        "update boost_versions set source = case source when 'gift' then 'premium' else 'gift' end
         where ctid = (select ctid from boost_versions where channel_id = $1 limit 1)",
        "update boost_statuses set level = level + 1 where channel_id = $1
         and observed_at = (select max(observed_at) from boost_statuses where channel_id = $1)",
        "delete from boost_statuses where channel_id = $1
         and observed_at = (select min(observed_at) from boost_statuses where channel_id = $1)",
    ] {
        damage(&pool, sql, channel).await;
    }
    let expected = with(
        &whole,
        &[
            ("transactions", 0, 3),
            ("transaction_versions", 0, 1),
            ("posts", 0, 1),
            ("post_versions", 0, 1),
            ("post_samples", 1, 1),
            ("admin_events", 0, 1),
            ("boosts", 0, 1),
            ("boost_versions", 0, 1),
            ("boost_statuses", 1, 1),
        ],
    );
    let damaged = rederive(&pool, channel, false).await.unwrap();
    assert_eq!(damaged.kinds, expected);
    assert_eq!(rederive(&pool, channel, false).await.unwrap(), damaged, "nothing was written");
    assert_eq!(rederive(&pool, channel, true).await.unwrap(), Comparison { written: true, ..damaged });
    assert_eq!(rederive(&pool, channel, true).await.unwrap(), whole, "as it was");

    // Bytes that say nothing leave their row as it is, and say so.
    damage(
        &pool,
        "update transactions set raw = '\\x00'
         where ctid = (select ctid from transactions where channel_id = $1 order by booked_at limit 1)",
        channel,
    )
    .await;
    let unreadable = rederive(&pool, channel, true).await.unwrap();
    let rows = of_kind(&unreadable, "transactions");
    assert_eq!((rows.extra, rows.different), (1, 0));
    assert!(unreadable.unreadable[0].starts_with("1 of transactions: "), "{:?}", unreadable.unreadable);
}
