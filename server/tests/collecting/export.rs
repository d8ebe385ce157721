use std::collections::BTreeMap;
use std::path::Path;

use app::model::{ChannelId, Collector};
use serde_json::{Map, Value};
use server::report::export::{self, Directory, Format};
use server::store::export::{Holds, Kind};
use sqlx::PgPool;
use telegram_dc::Unit;

use crate::harness::{Harness, assert_done, manners};

/// The rows of a file, by column.
fn read(directory: &Path, kind: Kind) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(directory.join(format!("{}.csv", kind.name()))).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// Is this what the cell of a CSV says? Numbers of money are text, so that no reader rounds them.
fn is_same(holds: Holds, cell: &str, value: &Value) -> bool {
    match (holds, value) {
        (_, Value::Null) => cell.is_empty(),
        // What a spreadsheet would take for a formula has a mark in the CSV.
        (Holds::Text, Value::String(text)) => cell == text || cell.strip_prefix('\'') == Some(text),
        (Holds::Moment, Value::String(text)) => cell == text && text.parse::<jiff::Timestamp>().is_ok(),
        (Holds::Day, Value::String(text)) => cell == text && text.parse::<jiff::civil::Date>().is_ok(),
        (
            Holds::MetricValue | Holds::Nano | Holds::Stars | Holds::Usd | Holds::Decimal,
            Value::String(text),
        ) => cell == text && text.parse::<f64>().is_ok(),
        (Holds::Id | Holds::Count | Holds::Seconds | Holds::Months, Value::Number(number)) => {
            cell == number.to_string()
        }
        (Holds::Flag, Value::Bool(flag)) => cell == flag.to_string(),
        (Holds::Json, value) => serde_json::from_str(cell).is_ok_and(|told: Value| told == *value),
        _ => false,
    }
}

/// Both formats say the same, in the same order.
fn assert_same(csv: &Directory, ndjson: &Path) {
    let mut compared = 0;
    for kind in Kind::ALL {
        let text = std::fs::read_to_string(ndjson.join(format!("{}.ndjson", kind.name()))).unwrap();
        let lines: Vec<Map<String, Value>> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let rows = read(csv.path(), *kind);
        assert_eq!(lines.len(), rows.len(), "{}", kind.name());
        for (line, row) in lines.iter().zip(&rows) {
            assert_eq!(line.len(), kind.columns().len());
            for column in kind.columns() {
                let (cell, value) = (&row[column.name], &line[column.name]);
                assert!(
                    is_same(column.holds, cell, value),
                    "{}.{}: {cell:?} is no {value}",
                    kind.name(),
                    column.name
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 10_000, "{compared} cells");
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_exported_is_true(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 200).await;
    let one = world.richest();
    let channel = ChannelId(one.id);
    let context = world.connect(manners()).await;
    for collector in Collector::ALL.iter().filter(|one| one.exists_in(false)) {
        assert_done(&world.collect(&context, channel, *collector).await);
    }
    let place = tempfile::tempdir().unwrap();
    let directory = Directory::open(place.path(), false).unwrap();
    let mut db = pool.acquire().await.unwrap();
    let manifest =
        export::write(&mut db, &directory, Format::Csv, world.clock.now(), |_, _| {}).await.unwrap();
    let rows = |kind| read(place.path(), kind);
    for (kind, file) in Kind::ALL.iter().zip(&manifest.files) {
        assert_eq!(rows(*kind).len(), usize::try_from(file.rows).unwrap(), "{}", kind.name());
    }

    let lines = tempfile::tempdir().unwrap();
    let ndjson = Directory::open(lines.path(), false).unwrap();
    let made_at = world.clock.now();
    export::write(&mut db, &ndjson, Format::Ndjson, made_at, |_, _| {}).await.unwrap();
    assert_same(&directory, lines.path());

    let truth = world.dc.truth();
    for (unit, code) in [(Unit::Ton, "TON"), (Unit::Stars, "XTR")] {
        let told = truth.ledger(one.id, unit);
        let of_unit = |row: &BTreeMap<String, String>| row["unit_code"] == code;
        let ledger: Vec<_> = rows(Kind::Ledger).into_iter().filter(of_unit).collect();
        assert_eq!(ledger.len(), told.len());
        let sum: i128 = ledger.iter().map(|row| row["amount_nano"].parse::<i128>().unwrap()).sum();
        assert_eq!(sum, told.iter().map(|row| row.nano).sum::<i128>());
        let balance = rows(Kind::Balances).into_iter().rfind(of_unit).unwrap();
        assert_eq!(balance["current_nano"].parse(), Ok(truth.balances(one.id, unit).current_nano));
    }

    let known: BTreeMap<String, u64> = rows(Kind::Samples)
        .into_iter()
        .filter(|row| row["metric"] == "views" && row["resolution"] == "day")
        .map(|row| (row["at"].clone(), row["value"].parse().unwrap()))
        .collect();
    let days = truth.days(one.id);
    let told: Vec<_> = days
        .iter()
        .filter(|day| !day.partial)
        .filter_map(|day| Some((known.get(&format!("{}T00:00:00Z", day.date))?, day.views)))
        .collect();
    assert!(told.len() >= 89, "{} days", told.len());
    let sums: (u64, u64) =
        (told.iter().map(|(known, _)| **known).sum(), told.iter().map(|(_, views)| *views).sum());
    assert_eq!(sums.0, sums.1);

    let posts: BTreeMap<String, BTreeMap<String, String>> =
        rows(Kind::Posts).into_iter().map(|row| (row["id"].clone(), row)).collect();
    let told: Vec<_> = truth.posts(one.id).into_iter().filter(|post| post.deleted.is_none()).collect();
    let common: Vec<_> =
        told.iter().filter_map(|post| Some((posts.get(&post.id.to_string())?, post))).collect();
    assert!(common.len() >= told.len().min(100), "{} of {} posts", common.len(), told.len());
    for (row, post) in common {
        // An announcement of a giveaway is no part of a post.
        let ids: Vec<i32> = serde_json::from_str(&row["message_ids"]).unwrap();
        assert!(!ids.is_empty() && ids.iter().all(|id| post.message_ids.contains(id)), "{row:?}");
        assert_eq!(row["posted_at"].parse::<jiff::Timestamp>().unwrap().as_second(), post.date);
    }
    for kind in [
        Kind::Boosts,
        Kind::Giveaways,
        Kind::Stories,
        Kind::InviteLinks,
        Kind::AdminEvents,
        Kind::Runs,
        Kind::Cards,
    ] {
        assert!(!rows(kind).is_empty(), "{}", kind.name());
    }
    for marker in truth.private_markers() {
        for kind in Kind::ALL {
            let text = std::fs::read_to_string(place.path().join(format!("{}.csv", kind.name()))).unwrap();
            assert!(!text.contains(marker), "a private chat is in {}", kind.name());
        }
    }
}
