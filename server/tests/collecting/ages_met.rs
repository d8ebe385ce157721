//! Posts at the ages that count, where an account has a lot to do: eighty channels that were linked just now, at the
//! default pace, with the worker as it is.

use std::collections::BTreeMap;
use std::time::Duration;

use app::model::ChannelId;
use jiff::{SignedDuration, Timestamp};
use server::store::schedules;
use server::telegram::client::Manners;
use sqlx::PgPool;
use telegram_dc::{Crowd, Options};

use crate::harness::{Harness, manners};

const CHANNELS: u16 = 80;
/// How long it is watched (world time): the first round of eighty channels, and the calm behind it.
const WATCHED: SignedDuration = SignedDuration::from_mins(150);
/// The default pace.
const A_REQUEST: SignedDuration = SignedDuration::from_secs(1);
/// And the machine's: much slower than it could, so that a quarter of a second, by which the product's clock follows the
/// world's too late, is not much of the world's time.
const GAP: Duration = Duration::from_millis(8);
/// When nothing was asked for so long (machine's time) and there is nothing to do, the world moves on by a step.
const IDLE: Duration = Duration::from_millis(250);
const STEP: SignedDuration = SignedDuration::from_secs(20);
/// New posts are looked for so often.
const LOOKED_FOR: SignedDuration = SignedDuration::from_mins(10);
/// What it may be behind on a busy machine.
const SLACK: SignedDuration = SignedDuration::from_secs(90);
/// Ages that count, and how far from them a sample may be, in minutes: what was agreed, not what the product says.
const AGES: [(i64, i64); 6] = [(60, 6), (120, 10), (360, 20), (720, 30), (1_440, 30), (2_880, 30)];

/// Lets the world's time pass as requests do: a second for each, and a step when nobody asks for anything.
async fn pass(world: &Harness, until: Timestamp) {
    let asked = || world.dc.requests().by_method().iter().map(|one| one.count).sum::<u64>();
    let (mut known, mut still_since) = (asked(), std::time::Instant::now());
    while world.dc.clock().now() < until {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let new = asked() - known;
        if new > 0 {
            (known, still_since) = (known + new, std::time::Instant::now());
            world.dc.clock().advance(A_REQUEST * i32::try_from(new).unwrap());
        } else if still_since.elapsed() >= IDLE && is_calm(world).await {
            still_since = std::time::Instant::now();
            world.dc.clock().advance(STEP);
        }
    }
}

/// Nothing is open and nothing is due: however busy the machine is, the world does not run away from the product.
async fn is_calm(world: &Harness) -> bool {
    let open = world.runs().await.iter().any(|run| !run.state.is_over());
    !open && schedules::due(&world.pool, world.clock.now(), 1).await.unwrap().is_empty()
}

/// A post as it is known.
struct Found {
    at: Timestamp,
    /// Ages of its samples, seconds.
    samples: Vec<i64>,
}

async fn found(pool: &PgPool) -> BTreeMap<(i64, i32), Found> {
    let rows: Vec<(i64, i32, i64, Vec<i32>)> = sqlx::query_as(
        "select posts.channel_id, counted_id, extract(epoch from first_seen_at)::bigint,
                array_agg(age_seconds) filter (where origin = 'counter')
         from posts join post_samples on post_samples.channel_id = posts.channel_id and post_id = id
         group by 1, 2, 3",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let found = |(channel, id, at, ages): (i64, i32, i64, Vec<i32>)| {
        let samples = ages.into_iter().map(i64::from).collect();
        ((channel, id), Found { at: Timestamp::from_second(at).unwrap(), samples })
    };
    rows.into_iter().map(found).collect()
}

/// The longest time between two looks at one channel's posts, seconds.
async fn looks_apart(pool: &PgPool) -> i64 {
    sqlx::query_scalar(
        "select extract(epoch from max(finished_at - before))::bigint
         from (select finished_at, lag(finished_at) over (partition by channel_id order by id) as before
               from runs where collector = 'posts' and state = 'done') as looks",
    )
    .fetch_one(pool)
    .await
    .unwrap()
}

#[sqlx::test(migrations = "../migrations")]
async fn every_age_is_met_and_new_posts_are_found_while_eighty_channels_are_read(pool: PgPool) {
    let crowd = Crowd { accounts: 1, channels: CHANNELS };
    let world = Harness::linked_in(pool.clone(), Options { days: 60, crowd, ..Options::default() }).await;
    world.link_operator(0).await;
    sqlx::query("update channels set is_collected = false where id < 1450000000")
        .execute(&pool)
        .await
        .unwrap();
    let began = world.dc.clock().now();
    let worker = world.start_worker_with(Manners { gap: GAP, ..manners() }).await;
    pass(&world, began + WATCHED).await;
    worker.shutdown().await;
    let ended = world.dc.clock().now();

    let found = found(&pool).await;
    let truth = world.dc.truth_of(world.dc.access_of(0).unwrap().user.id).unwrap();
    let channels: Vec<ChannelId> = truth.channels().iter().map(|one| ChannelId(one.id)).collect();
    assert_eq!(channels.len(), usize::from(CHANNELS));
    let (mut new, mut met) = (Vec::new(), Vec::new());
    for channel in channels {
        // Who was just linked is read in turn.
        let mut first: Vec<Timestamp> =
            found.iter().filter(|((id, _), _)| *id == channel.0).map(|(_, post)| post.at).collect();
        first.sort_unstable();
        let first_look = first[0];
        for post in truth.posts(channel.0).into_iter().filter(|post| post.deleted.is_none()) {
            let posted = Timestamp::from_second(post.date).unwrap();
            let known = found.get(&(channel.0, post.id));
            if posted > first_look && posted + LOOKED_FOR + SLACK < ended {
                let known = known.unwrap_or_else(|| panic!("{channel}: {post:?} was not found"));
                new.push(posted.duration_until(known.at));
            }
            let Some(known) = known else { continue };
            for (age, tolerance) in AGES {
                let due = posted + SignedDuration::from_mins(age);
                let latest = due + SignedDuration::from_mins(tolerance);
                if due > first_look && due > began && latest < ended {
                    let off = known.samples.iter().map(|sample| sample - age * 60);
                    let off = off.min_by_key(|off| off.abs()).unwrap();
                    met.push((age, tolerance, off, channel, post.id));
                }
            }
        }
    }
    let requests: u64 = world.dc.requests().by_method().iter().map(|one| one.count).sum();
    let slowest = new.iter().max().unwrap();
    let looks = looks_apart(&pool).await;
    eprintln!(
        "{requests} requests; {} new posts, found after at most {slowest:#}; {looks} s between two looks at most",
        new.len()
    );
    for (age, tolerance) in AGES {
        let mut off: Vec<i64> = met.iter().filter(|one| one.0 == age).map(|one| one.2).collect();
        off.sort_unstable_by_key(|off| off.abs());
        eprintln!("at {age} minutes (±{tolerance}): {} posts, off by {:?} s at most", off.len(), off.last());
        // Nobody posts at night: at noon none is twelve hours old.
        assert!(off.len() >= 10 || age == 720, "too few posts came to the age of {age} minutes: {off:?}");
    }
    let missed: Vec<_> = met.iter().filter(|(_, tolerance, off, ..)| off.abs() > tolerance * 60).collect();
    assert!(missed.is_empty(), "{} of {}: {missed:?}", missed.len(), met.len());
    assert!(new.len() >= 15 && *slowest <= LOOKED_FOR + SLACK, "{new:?}");
    assert!(looks <= LOOKED_FOR.as_secs() + SLACK.as_secs(), "{looks} s between two looks");
    assert_eq!(world.dc.requests().harm(), [""; 0]);
}
