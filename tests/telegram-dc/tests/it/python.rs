//! A client written by others reads the same: Telethon, from PyPI.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use telegram_dc::{DataCentre, RowKind, RowState, TruthDay, TruthRow, Unit};
use tokio::process::Command;

use crate::client::*;

/// The interpreter that has Telethon.
const INTERPRETER: &str = "TELEGRAM_DC_PYTHON";

async fn read_everything(centre: &DataCentre, usernames: &[&str]) -> Value {
    let interpreter = std::env::var(INTERPRETER).unwrap_or_else(|_| {
        panic!("{INTERPRETER} must name a Python that has Telethon: run `make test`, or set it to what tests/python.sh prints")
    });
    let folder = private_folder();
    let access = folder.join("access.json");
    centre.access().write(&access).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/read_everything.py");
    let run = Command::new(interpreter).arg(script).arg(&access).args(usernames).output();
    let output = tokio::time::timeout(std::time::Duration::from_secs(120), run).await.unwrap().unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn private_folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("telegram-dc-python-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn kind(row: &TruthRow) -> String {
    match &row.kind {
        RowKind::Withdrawal { state: RowState::Pending } => "withdrawal_pending".to_owned(),
        RowKind::Withdrawal { state: RowState::Failed } => "withdrawal_failed".to_owned(),
        RowKind::Withdrawal { state: RowState::Succeeded { .. } } => "withdrawal_succeeded".to_owned(),
        other => serde_json::to_value(other).unwrap()["kind"].as_str().unwrap().to_owned(),
    }
}

fn graph(answer: &Value, name: &str) -> (usize, BTreeMap<String, u64>) {
    let graph = &answer["graphs"][name];
    let points = usize::try_from(graph["points"].as_u64().unwrap()).unwrap();
    (points, serde_json::from_value(graph["sums"].clone()).unwrap())
}

/// Over the whole days among the last so many.
fn sum(days: &[TruthDay], points: usize, value: fn(&TruthDay) -> u64) -> u64 {
    days[days.len() - points..days.len() - 1].iter().map(value).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn telethon_reads_the_same_sums() {
    let centre = world().await;
    let answers = read_everything(&centre, &["north_herald", "kaffee_und_code"]).await;
    assert_eq!(centre.requests().unknown(), []);
    assert!(centre.requests().count("stats.loadAsyncGraph") > 0);
    let mut ledgers = 0;
    for id in [NEWS, BLOG] {
        let answer = &answers[id.to_string()];
        let days = centre.truth().days(id);
        let subscribers = answer["subscribers"].as_u64().unwrap();
        assert!(subscribers.abs_diff(days.last().unwrap().subscribers) <= 40, "{subscribers}");

        let (points, growth) = graph(answer, "growth_graph");
        assert_eq!(points, days.len());
        assert_eq!(growth.into_values().collect::<Vec<_>>(), [sum(&days, points, |day| day.subscribers)]);
        let (points, followers) = graph(answer, "followers_graph");
        assert_eq!(points, 90);
        assert_eq!(followers["Joined"], sum(&days, points, |day| day.joined));
        assert_eq!(followers["Left"], sum(&days, points, |day| day.left));
        // These come by token.
        let (points, by_source) = graph(answer, "new_followers_by_source_graph");
        assert_eq!(by_source.values().sum::<u64>(), sum(&days, points, |day| day.joined));
        let (points, views) = graph(answer, "views_by_source_graph");
        assert_eq!(views.values().sum::<u64>(), sum(&days, points, |day| day.views));

        for (name, unit) in [("ton", Unit::Ton), ("stars", Unit::Stars)] {
            let mut expected: BTreeMap<String, (usize, i128)> = BTreeMap::new();
            for row in centre.truth().ledger(id, unit) {
                let entry = expected.entry(kind(&row)).or_default();
                *entry = (entry.0 + 1, entry.1 + row.nano);
            }
            if expected.is_empty() {
                assert_eq!(answer["ledgers"][name], Value::Null);
                continue;
            }
            let read: BTreeMap<String, (usize, i64)> =
                serde_json::from_value(answer["ledgers"][name].clone()).unwrap();
            let read: BTreeMap<_, _> =
                read.into_iter().map(|(kind, (rows, nano))| (kind, (rows, i128::from(nano)))).collect();
            assert_eq!(read, expected, "{id} {name}");
            let balances = centre.truth().balances(id, unit);
            let balances = [balances.current_nano, balances.available_nano, balances.overall_nano];
            let read: Vec<i64> = serde_json::from_value(answer["balances"][name].clone()).unwrap();
            assert_eq!(read.into_iter().map(i128::from).collect::<Vec<_>>(), balances, "{id} {name}");
            ledgers += 1;
        }
    }
    assert_eq!(ledgers, 3);
}
