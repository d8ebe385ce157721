use app::model::{Metric, Nano, TransactionKind, TransactionState, UnitCode};
use jiff::civil::date;
use sqlx::PgPool;

use super::*;
use crate::store::channels;
use crate::store::samples::{At, Line};
use crate::store::testing::{at, channel, connection, facts, record_lines};
use crate::store::transactions::{self, Told};

fn read(directory: &Directory, kind: Kind) -> Vec<::csv::StringRecord> {
    let path = directory.path().join(format!("{}.csv", kind.name()));
    let mut reader = ::csv::Reader::from_path(path).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(header, kind.columns().iter().map(|column| column.name).collect::<Vec<_>>());
    reader.records().map(Result::unwrap).collect()
}

fn names(directory: &Directory) -> Vec<String> {
    let entries = std::fs::read_dir(directory.path()).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_kept_is_written_and_unknown_is_empty(pool: PgPool) {
    let mut db = connection(&pool).await;
    let five = channel(&pool, 5).await;
    let hostile = channels::ChannelFacts { title: "=1+1".into(), subscribers: None, ..facts(6) };
    channels::record_facts(&pool, &hostile, at("2026-01-01T00:00:00.25Z")).await.unwrap();
    let points = vec![(At::Day(date(2026, 2, 28)), 7), (At::Day(date(2026, 3, 1)), -1)];
    record_lines(&mut db, five, Metric::Views, &[Line { dimension: String::new(), points }]).await.unwrap();
    let hours = vec![(At::Hour(5), 3)];
    record_lines(&mut db, five, Metric::ViewsByHour, &[Line { dimension: "y0".into(), points: hours }])
        .await
        .unwrap();
    let told = Told {
        unit_code: UnitCode::Ton,
        id: "+a".into(),
        is_refund: false,
        kind: TransactionKind::AdRevenue,
        state: TransactionState::Done,
        amount: Nano(-12_345_678_901_234_567_890),
        booked_at: at("2026-03-01T00:00:00Z"),
        period_start: None,
        period_end: None,
        settled_at: None,
        url: None,
        layer: 230,
        raw: vec![1],
    };
    transactions::record(&mut db, five, &[told], at("2026-03-02T00:00:00Z")).await.unwrap();

    let place = tempfile::tempdir().unwrap();
    let directory = Directory::open(&place.path().join("new"), false).unwrap();
    let mut heard = Vec::new();
    let made_at = at("2026-03-03T00:00:00Z");
    let manifest = write(&mut db, &directory, Format::Csv, made_at, |kind, rows| heard.push((kind, rows)))
        .await
        .unwrap();

    let channels = read(&directory, Kind::Channels);
    assert_eq!((&channels[1][1], &channels[1][2], &channels[1][5]), ("'=1+1", "", ""));
    assert_eq!(&channels[1][6], "2026-01-01T00:00:00.25Z");
    let samples = read(&directory, Kind::Samples);
    let texts: Vec<Vec<&str>> = samples.iter().map(|row| row.iter().collect()).collect();
    assert_eq!(
        texts,
        [
            ["5", "views", "", "day", "2026-02-28T00:00:00Z", "", "7"],
            ["5", "views", "", "day", "2026-03-01T00:00:00Z", "", "-1"],
            ["5", "views_by_hour", "y0", "hour_of_day", "", "5", "3"],
        ]
    );
    let ledger = read(&directory, Kind::Ledger);
    assert_eq!((&ledger[0][2], &ledger[0][7]), ("'+a", "-12345678901234567890"));

    let rows = |kind: Kind| {
        manifest.files.iter().find(|file| file.file == format!("{}.csv", kind.name())).unwrap().rows
    };
    assert_eq!((rows(Kind::Channels), rows(Kind::Samples), rows(Kind::Boosts)), (2, 3, 0));
    assert_eq!(heard.last(), Some(&(*Kind::ALL.last().unwrap(), 0)));
    assert_eq!(names(&directory).len(), Kind::ALL.len() + 1, "no temporary name is left");
    let text = std::fs::read_to_string(directory.path().join("manifest.json")).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&value["time_zone"], &value["files"][1]["rows"]), (&"UTC".into(), &3.into()));
    assert_eq!(value["files"][1]["columns"][6]["holds"], "metric_value");
    let views =
        value["metrics"].as_array().unwrap().iter().find(|one| one["metric"] == "ad_revenue").unwrap();
    assert_eq!((&views["unit"], &value["format"]), (&"nanoton".into(), &"csv".into()));

    // The same a line a row: money is text, text is as it was written, unknown is null.
    let directory = Directory::open(&place.path().join("lines"), false).unwrap();
    write(&mut db, &directory, Format::Ndjson, made_at, |_, _| {}).await.unwrap();
    let lines = |kind| std::fs::read_to_string(directory.path().join(Format::Ndjson.file_of(kind))).unwrap();
    let sample = r#"{"channel_id":5,"metric":"views","dimension":"","resolution":"day","at":"2026-02-28T00:00:00Z","hour_of_day":null,"value":"7"}"#;
    assert_eq!(lines(Kind::Samples).lines().next(), Some(sample));
    let channel = r#"{"channel_id":6,"title":"=1+1","username":null,"is_group":false,"#;
    assert!(lines(Kind::Channels).lines().nth(1).unwrap().starts_with(channel), "{}", lines(Kind::Channels));
    let ledger = lines(Kind::Ledger);
    assert!(
        ledger.contains(r#""id":"+a","#) && ledger.contains(r#""amount_nano":"-12345678901234567890","#),
        "{ledger}"
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_there_is_replaced_only_when_asked_to_and_whole(pool: PgPool) {
    let mut db = connection(&pool).await;
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("channels.csv"), "old").unwrap();
    std::fs::write(place.path().join("letter.txt"), "mine").unwrap();
    let refused = Directory::open(place.path(), false).unwrap_err().to_string();
    assert!(
        refused.ends_with(
            "is not empty; choose another directory, or replace an earlier export in it with --force"
        ),
        "{refused}"
    );

    let directory = Directory::open(place.path(), true).unwrap();
    // Something in the way of one of the last files: nothing is touched.
    let obstacle = place.path().join(".manifest.json.partial");
    std::fs::create_dir(&obstacle).unwrap();
    let made_at = at("2026-03-03T00:00:00Z");
    write(&mut db, &directory, Format::Csv, made_at, |_, _| {}).await.unwrap_err();
    assert_eq!(names(&directory), [".manifest.json.partial", "channels.csv", "letter.txt"]);
    assert_eq!(std::fs::read_to_string(place.path().join("channels.csv")).unwrap(), "old");

    std::fs::remove_dir(obstacle).unwrap();
    write(&mut db, &directory, Format::Csv, made_at, |_, _| {}).await.unwrap();
    assert!(read(&directory, Kind::Channels).is_empty());
    assert_eq!(std::fs::read_to_string(place.path().join("letter.txt")).unwrap(), "mine");

    // In another format: what the manifest named goes, and nothing else.
    std::fs::write(place.path().join("mine.csv"), "mine").unwrap();
    write(&mut db, &directory, Format::Ndjson, made_at, |_, _| {}).await.unwrap();
    let left: Vec<String> = names(&directory).into_iter().filter(|name| !name.ends_with(".ndjson")).collect();
    assert_eq!(left, ["letter.txt", "manifest.json", "mine.csv"]);
    assert_eq!(names(&directory).len(), Kind::ALL.len() + 3);
}
