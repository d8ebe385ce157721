//! What Telegram says arrives, whole and once.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use channelscope_tests::World;
use serde_json::Value;
use telegram_dc::{Options, Role, RowKind, RowState, TruthChannel, TruthRow, Unit};

/// Channels whose rights allow collecting something.
pub(crate) fn administered(world: &World) -> Vec<TruthChannel> {
    world.telegram.truth().channels().into_iter().filter(|channel| channel.role != Role::Member).collect()
}

/// The known values of a series by date.
pub(crate) async fn known(
    world: &World,
    channel: i64,
    metric: &str,
    from: &str,
    to: &str,
) -> Result<BTreeMap<String, i64>> {
    let path = format!("channels/{channel}/series?metric={metric}&from={from}&to={to}");
    let answer = world.api(&path).await?;
    let points = answer["points"].as_array().context("no points")?;
    Ok(points
        .iter()
        .filter_map(|point| Some((point["at"].as_str()?.to_owned(), point["value"].as_i64()?)))
        .collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_collected_equals_the_truth() -> Result<()> {
    let world = World::start(Options { days: 200, ..Options::default() }).await?;
    let channels = administered(&world);
    let runs = world.collected(channels.len()).await?;
    let failed: Vec<&Value> = runs.iter().filter(|run| run["state"] == "failed").collect();
    assert!(failed.is_empty(), "{failed:#?}\n{}", world.product.log());

    let answer = world.api("channels").await?;
    let collected: BTreeMap<i64, &Value> = answer["channels"]
        .as_array()
        .context("no channels")?
        .iter()
        .filter_map(|one| Some((one["id"].as_i64()?, one)))
        .collect();
    let truth = world.telegram.truth();
    assert_eq!(collected.keys().copied().collect::<Vec<_>>(), {
        let mut ids: Vec<i64> = channels.iter().map(|channel| channel.id).collect();
        ids.sort_unstable();
        ids
    });
    let mut compared = 0;
    for channel in &channels {
        assert_eq!(collected[&channel.id]["title"], channel.title.as_str());
        assert_eq!(collected[&channel.id]["simulated"], true);
        let days = truth.days(channel.id);
        let whole: Vec<_> = days.iter().filter(|day| !day.partial).collect();
        let (Some(first), Some(last)) = (whole.first(), whole.last()) else { continue };
        let (from, to) = (first.date.to_string(), last.date.to_string());
        type Value = fn(&telegram_dc::TruthDay) -> u64;
        let metrics: [(&str, bool, Value); 6] = [
            ("subscribers", channel.stats, |day| day.subscribers),
            ("joined", channel.stats, |day| day.joined),
            ("left", channel.stats, |day| day.left),
            ("views_by_source", channel.stats && !channel.supergroup, |day| day.views),
            ("joined_by_source", channel.stats, |day| day.joined),
            ("ad_revenue", channel.ton, |day| day.revenue_nano),
        ];
        for (metric, allowed, value) in metrics {
            let known = known(&world, channel.id, metric, &from, &to).await?;
            if !allowed {
                assert!(known.is_empty(), "{}: {metric} of nobody's right is known", channel.title);
                continue;
            }
            for day in whole.iter().filter(|day| known.contains_key(&day.date.to_string())) {
                let found = known[&day.date.to_string()];
                assert_eq!(u64::try_from(found)?, value(day), "{}: {metric} on {}", channel.title, day.date);
                compared += 1;
            }
            // Telegram's window is 90 days or the whole life; a hole inside it would be a lost value.
            if channel.subscribers > 5_000 {
                assert!(known.len() >= 85, "{}: {metric} has {} days", channel.title, known.len());
            }
        }
        for unit in [Unit::Ton, Unit::Stars] {
            let allowed = if unit == Unit::Ton { channel.ton } else { channel.stars };
            compared += ledger_equals(&world, channel, unit, allowed).await?;
        }
    }
    assert!(compared > 1_000, "only {compared} values were compared");
    let unknown = world.telegram.requests().unknown();
    assert!(unknown.is_empty(), "requests the data centre does not know: {unknown:#?}");
    nothing_private_is_stored(&world).await?;
    world.stop().await
}

pub(crate) async fn ledger_equals(
    world: &World,
    channel: &TruthChannel,
    unit: Unit,
    allowed: bool,
) -> Result<usize> {
    let truth = world.telegram.truth();
    let currency = if unit == Unit::Ton { "TON" } else { "XTR" };
    let base = format!("channels/{}/revenue", channel.id);
    let query = format!("currency={currency}&from=2020-01-01&to=2030-12-31");
    let answer = world.api(&format!("{base}/transactions?{query}")).await?;
    let rows = answer["transactions"].as_array().context("no transactions")?;
    let expected = if allowed { truth.ledger(channel.id, unit) } else { Vec::new() };
    let mut found = Vec::new();
    for row in rows {
        let text =
            |name: &str| row[name].as_str().map(str::to_owned).with_context(|| format!("no {name}: {row}"));
        let booked_at: jiff::Timestamp = text("booked_at")?.parse()?;
        let nano: i128 = text("amount_nano")?.parse()?;
        found.push((text("id")?, nano, booked_at.as_second(), text("kind")?, text("status")?));
    }
    let as_told = |row: TruthRow| {
        let (kind, state) = (kind(&row.kind).to_owned(), state(&row.kind).to_owned());
        (row.id, row.nano, row.date, kind, state)
    };
    let mut expected: Vec<_> = expected.into_iter().map(as_told).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "{}: {currency} ledger", channel.title);
    let answer = world.api(&format!("{base}/balances?{query}")).await?;
    if allowed {
        let balances = truth.balances(channel.id, unit);
        let nano = |name: &str| answer["balances"][name]["nano"].as_str().map(str::to_owned);
        assert_eq!(nano("current"), Some(balances.current_nano.to_string()), "{}: {currency}", channel.title);
        assert_eq!(
            nano("available"),
            Some(balances.available_nano.to_string()),
            "{}: {currency}",
            channel.title
        );
        assert_eq!(nano("overall"), Some(balances.overall_nano.to_string()), "{}: {currency}", channel.title);
        assert_eq!(answer["unexplained"]["nano"], "0", "{}: {currency}", channel.title);
    } else {
        assert_eq!(answer["balances"], Value::Null, "{}: {currency}", channel.title);
    }
    Ok(found.len())
}

/// What the API calls a row of that kind.
const fn kind(kind: &RowKind) -> &'static str {
    match kind {
        RowKind::AdsProceeds { .. } => "ad_revenue",
        RowKind::Withdrawal { .. } => "withdrawal",
        RowKind::WithdrawalRefund => "withdrawal_refund",
        RowKind::Reaction { .. } | RowKind::LiveMessage { reaction: true, .. } => "paid_reaction",
        RowKind::Subscription { .. } => "subscription",
        RowKind::PaidMessage { .. } | RowKind::LiveMessage { .. } => "paid_message",
        RowKind::AdsSpending => "ad_spend",
        RowKind::AffiliateCommission { .. } => "affiliate_commission",
        RowKind::SuggestedPost { .. } => "suggested_post",
        RowKind::GiftConverted { .. } => "gift",
        RowKind::PaidMedia { .. } | RowKind::PaidMediaRefund { .. } => "paid_media",
        RowKind::Unsupported => "other",
    }
}

/// How far the API says it has got.
const fn state(kind: &RowKind) -> &'static str {
    match kind {
        RowKind::Withdrawal { state: RowState::Pending } => "pending",
        RowKind::Withdrawal { state: RowState::Failed } => "failed",
        _ => "done",
    }
}

/// Words of private chats must be nowhere: not in the database's files, not in its rows (of which the files hold the long ones
/// compressed), not in the log.
pub(crate) async fn nothing_private_is_stored(world: &World) -> Result<()> {
    let mut open = vec![world.data_dir()];
    let markers = world.telegram.truth().private_markers();
    assert!(!markers.is_empty());
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(content) = std::fs::read(&path) {
                for marker in &markers {
                    let found = content.windows(marker.len()).any(|window| window == marker.as_bytes());
                    assert!(!found, "{} holds “{marker}” of a private chat", path.display());
                }
            }
        }
    }
    let tables = world.sql("select relid::regclass from pg_stat_user_tables order by 1").await?;
    assert!(tables.lines().count() > 40, "{tables}");
    for marker in &markers {
        // Bytes are written as hexadecimal digits.
        let digits: String = marker.bytes().map(|byte| format!("{byte:02x}")).collect();
        let holds = |table: &str| {
            format!(
                "select '{table} ' from {table} as one where strpos(one::text, '{}') + strpos(one::text, '{digits}') > 0",
                marker.replace('\'', "''")
            )
        };
        let all: Vec<String> = tables.lines().map(holds).collect();
        let found = world.sql(&all.join(" union ")).await?;
        assert_eq!(found, "", "“{marker}” of a private chat is kept");
    }
    assert!(!markers.iter().any(|marker| world.product.log().contains(marker)));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn collecting_twice_changes_nothing() -> Result<()> {
    let world = World::start(Options { days: 60, ..Options::default() }).await?;
    let channels = administered(&world);
    let before = world.collected(channels.len()).await?;
    let id = channels.iter().max_by_key(|channel| channel.subscribers).context("no channel")?.id;
    let said = world.run(&["collect", &id.to_string(), "--json"]).await?;
    assert!(said.success, "{}", said.err);
    let after = world.collected(before.len() + 4).await?;
    for run in after.iter().filter(|run| run["channel_id"] == id && run["trigger"] == "manual") {
        assert_eq!(run["state"], "done", "{run:#?}");
        // What grows from one second to the next (posts, stories, hours, boosts) has new values whenever it is asked.
        if !["facts", "revenue", "ledger", "statistics"].iter().any(|name| run["collector"] == *name) {
            continue;
        }
        let new = match run["collector"].as_str() {
            // Means over the latest posts grow as these are seen: the cards say something new.
            Some("statistics") => 8,
            // A subscriber may have come since; that nothing else is written is asked below.
            Some("facts") => 1,
            _ => 0,
        };
        assert!(run["values_new"].as_i64() <= Some(new), "{run:#?}");
        // Today is still growing; everything before it stands.
        assert!(run["values_changed"].as_i64() <= Some(60), "{run:#?}");
        if run["collector"] == "ledger" {
            assert_eq!(run["values_changed"], 0, "{run:#?}");
        }
    }
    let said_twice = "select count(*) from (
             select to_jsonb(facts) - '{observed_at,seen_at}'::text[] said,
                    lag(to_jsonb(facts) - '{observed_at,seen_at}'::text[])
                        over (partition by channel_id order by observed_at) said_before
             from channel_facts facts) one
         where said = said_before";
    assert_eq!(world.sql(said_twice).await?, "0");
    world.stop().await
}
