//! The same rows from the command line, the API and the page's link.

use anyhow::{Context, Result};
use channelscope_tests::World;
use telegram_dc::{Options, Unit};

const HEADER: &str = "ledger_id,channel_id,channel_title,kind,status,period_start_utc,period_end_utc,booked_at_utc,\
                      local_date,unit_code,amount_nano,amount_decimal,rate,rate_currency,rate_source,rate_at_utc,\
                      fiat_amount,withdrawal_url,balance_after_nano,source_tl_hash";

#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_the_same_from_everywhere_and_adds_up() -> Result<()> {
    let world = World::start(Options { days: 120, ..Options::default() }).await?;
    let truth = world.telegram.truth();
    let channel =
        truth.channels().into_iter().filter(|channel| channel.ton).max_by_key(|channel| channel.subscribers);
    let id = channel.context("no channel with revenue")?.id;
    world.collected(4).await?;

    let id_text = id.to_string();
    let dates = ["--from", "2020-01-01", "--to", "2030-01-01"];
    let mut arguments =
        vec!["report", "revenue", "--channel", &id_text, "--currency", "TON", "--format", "csv"];
    arguments.extend(dates);
    let said = world.run(&arguments).await?;
    assert!(said.success, "{}", said.err);
    let query = format!("channel={id}&currency=TON&from=2020-01-01&to=2030-01-01");
    let download = world.get(&format!("exports/revenue.csv?{query}")).await?;
    assert_eq!(download.headers()["content-type"], "text/csv; charset=utf-8; header=present");
    let name = download.headers()["content-disposition"].to_str()?.to_owned();
    assert!(name.contains(&format!("revenue-{id}-2020-01-01-2030-01-01.csv")), "{name}");
    assert_eq!(download.text().await?, said.out);

    assert!(said.out.starts_with(HEADER), "{}", said.out.lines().next().unwrap_or_default());
    let json = world.api(&format!("exports/revenue.json?{query}")).await?;
    let rows = json["rows"].as_array().context("no rows")?;
    let mut sum = 0_i128;
    for row in rows.iter().filter(|row| row["status"] != "failed") {
        sum += row["amount_nano"].to_string().trim_matches('"').parse::<i128>()?;
    }
    assert_eq!(sum, truth.balances(id, Unit::Ton).current_nano, "the rows add up to the balance");
    assert_eq!(rows.len(), truth.ledger(id, Unit::Ton).len());

    let file = world.data_dir().with_extension("csv");
    let path = file.to_string_lossy().into_owned();
    arguments.extend(["--output", &path]);
    let to_file = world.run(&arguments).await?;
    assert!(to_file.success, "{}", to_file.err);
    assert_eq!(std::fs::read_to_string(&file)?, said.out);
    world.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_without_a_token_and_nonsense_is_explained() -> Result<()> {
    let world = World::start(Options { days: 10, ..Options::default() }).await?;
    let base = format!("{}/api/v1", world.product.base);
    for path in ["channels", "runs", "schedules", "exports/revenue.csv"] {
        let answer = reqwest::get(format!("{base}/{path}")).await?;
        assert_eq!(answer.status().as_u16(), 401, "{path}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
    }
    world.collected(1).await?;
    let answer = world.api("channels").await?;
    let id = answer["channels"][0]["id"].as_i64().context("no channel")?;
    let cases = [
        (format!("channels/{id}/series?metric=happiness"), 400, "“happiness” is not a metric"),
        (format!("channels/{id}/series?metric=views&from=yesterday"), 400, "“yesterday” is not a date"),
        (
            format!("channels/{id}/series?metric=views&tz=Atlantis/Deep"),
            400,
            "“Atlantis/Deep” is not a time zone",
        ),
        (format!("channels/{id}/series?metric=views&interval=eon"), 400, "“eon” is not known"),
        ("channels/1/series?metric=views".to_owned(), 404, "not found"),
        ("nothing/here".to_owned(), 404, "/api/v1/nothing/here is not part of this API"),
        ("runs?limit=abc".to_owned(), 400, "limit"),
        (format!("channels/{id}/series?metric=views&from=-009999-01-01"), 400, "is not a date"),
        (
            "series?metric=views,joined,left&from=1900-01-01&to=2026-01-01&interval=year".to_owned(),
            400,
            "too much at a time",
        ),
    ];
    for (path, status, sentence) in cases {
        let answer = world.get(&path).await?;
        assert_eq!(answer.status().as_u16(), status, "{path}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json", "{path}");
        let text = answer.text().await?;
        assert!(text.contains(sentence), "{path}: {text}");
    }
    let until = world.api(&format!("channels/{id}/series?metric=views&to=2026-02-10")).await?;
    assert_eq!(until["points"][0]["at"], "2026-01-12", "30 days up to the end that was named");
    let series = world
        .api(&format!("channels/{id}/series?metric=subscribers&from=2026-01-01&to=2026-12-31&interval=month"))
        .await?;
    assert_eq!(series["points"].as_array().map(Vec::len), Some(12));
    let hours = world
        .api(&format!("channels/{id}/series?metric=subscribers&from=2026-01-01&to=2026-01-02&interval=hour"))
        .await?;
    assert_eq!(hours["points"].as_array().map(Vec::len), Some(48));
    world.stop().await
}
