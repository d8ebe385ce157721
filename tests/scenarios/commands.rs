//! What commands print, to people and to programs.

use std::path::Path;

use anyhow::{Context, Result};
use channelscope_tests::World;
use channelscope_tests::product::Said;
use serde_json::Value;
use telegram_dc::{Options, Role, TruthChannel, Unit};

async fn start(days: u32) -> Result<(World, TruthChannel)> {
    let world = World::start_as(Options { days, ..Options::default() }, &["serve", "--no-worker"]).await?;
    let channels = world.telegram.truth().channels();
    let all = channels.into_iter().filter(|one| one.role == Role::Owner && one.stats && one.ton && one.stars);
    let richest = all.max_by_key(|one| one.subscribers).context("no channel has everything")?;
    Ok((world, richest))
}

/// The cells of the row of a table that begins with this.
fn row<'a>(said: &'a Said, first: &str) -> Vec<&'a str> {
    let rows = said
        .out
        .lines()
        .map(|line| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect());
    let mut rows = rows.filter(|row: &Vec<&str>| row.first() == Some(&first));
    rows.next().unwrap_or_else(|| panic!("no row {first}: {said:?}"))
}

/// Its counts: requests, new, changed, unchanged, waited.
fn counts(row: &[&str]) -> Result<Vec<u64>> {
    Ok(row[2..7].iter().map(|cell| cell.parse()).collect::<Result<_, _>>()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn collecting_ends_with_a_summary_and_shows_progress_to_people_only() -> Result<()> {
    let (world, one) = start(60).await?;
    let id = one.id.to_string();
    let said = world.run(&["collect", &id, "facts", "statistics"]).await?;
    assert_eq!((said.code, said.err.contains(['\r', '\u{1b}', '█'])), (Some(0), false), "{said:?}");
    let headings: Vec<&str> = said.out.lines().next().unwrap_or_default().split_whitespace().collect();
    assert_eq!(headings.join(" "), "what result requests new changed unchanged waited s");
    let first = row(&said, "statistics");
    assert_eq!(
        (row(&said, "facts")[1], first[1], first.len()),
        ("done", "done", 7),
        "nothing went wrong: {said:?}"
    );
    let first = counts(&first)?;
    assert!(first[0] >= 6 && first[1] > 500 && first[4] == 0, "{said:?}");

    // The same again, made to wait, with one graph that does not come.
    let faults = world.telegram.faults();
    faults.flood_wait("stats.getBroadcastStats", 3, 1);
    faults.rpc_error("stats.loadAsyncGraph", 500, "RPC_CALL_FAIL", 1);
    let said = world.run(&["collect", &id, "statistics"]).await?;
    let again = row(&said, "statistics");
    assert_eq!((said.code, again[1], again.len()), (Some(0), "partial", 8), "{said:?}");
    assert!(again[7].contains("the error 500 RPC_CALL_FAIL"), "{said:?}");
    let again = counts(&again)?;
    assert!(again[1] < 50 && again[3] > 400 && (3..30).contains(&again[4]), "{again:?}: {said:?}");

    // What failed is said in words, and by the exit code.
    faults.rpc_error("premium.getBoostsStatus", 400, "CHAT_ADMIN_REQUIRED", 1);
    let said = world.run(&["collect", &id, "facts", "boosts"]).await?;
    assert_eq!((said.code, row(&said, "facts")[1], row(&said, "boosts")[1]), (Some(1), "done", "failed"));
    assert!(row(&said, "boosts")[7].starts_with("The account may not "), "{said:?}");
    assert!(said.err.ends_with("channelscope: 1 of 2 runs failed\n"), "{said:?}");
    let said = world.run(&["collect", &id, "facts", "--json"]).await?;
    let told: Value = serde_json::from_str(&said.out)?;
    let run = &told["runs"][0];
    assert_eq!(
        (&run["collector"], &run["state"], &run["error"]),
        (&"facts".into(), &"done".into(), &Value::Null)
    );
    assert!(
        run["requests"].as_i64() > Some(0) && run["values_new"].is_i64() && run["waited_seconds"] == 0,
        "{run}"
    );
    for (arguments, code, part) in [
        (["collect", "404"], 1, "there is no channel 404; see: channelscope channel list"),
        (["collect", "news"], 2, "invalid value 'news'"),
    ] {
        let said = world.run(&arguments).await?;
        assert!(said.code == Some(code) && said.err.contains(part) && said.out.is_empty(), "{said:?}");
    }

    // A person sees how far it is, and then only the summary.
    faults.delay("channels.getFullChannel", std::time::Duration::from_secs(1), 1);
    let said = world.run_on_terminal(&["collect", &id, "facts"]).await?;
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("0/1") && said.out.contains("facts (running, "), "{said:?}");
    let last = said.out.rsplit("\u{1b}[2K").next().unwrap_or_default();
    assert!(last.contains("what") && last.contains("done") && !last.contains("0/1"), "{last:?}");

    // Telegram ends the session: since when is said, and what to do about it.
    let account = async || world.run(&["account", "list"]).await;
    assert!(account().await?.out.contains("  active  "), "{:?}", account().await?);
    faults.revoke_session();
    let before = world.telegram.clock().now();
    let said = world.run(&["collect", &id, "facts"]).await?;
    let error = row(&said, "facts")[7];
    assert!(said.code == Some(1) && error.contains("SESSION_REVOKED") && error.contains("link"), "{said:?}");
    let listed = account().await?;
    let told: Value = serde_json::from_str(&world.run(&["account", "list", "--json"]).await?.out)?;
    let told = &told["accounts"][0];
    let since: jiff::Timestamp = told["since"].as_str().context("no date")?.parse()?;
    assert!(told["state"] == "needs_linking" && before <= since, "{told}");
    let since = since.strftime("needs linking  %Y-%m-%d %H:%M:%S UTC").to_string();
    assert!(listed.out.contains(&since), "{since}: {listed:?}");
    let said = world.run(&["collect", &id, "facts"]).await?;
    assert!(said.code == Some(1) && said.err.contains("no linked account can collect channel"), "{said:?}");
    world.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_compared_with_what_telegram_said_and_put_right() -> Result<()> {
    let (world, one) = start(60).await?;
    let id = one.id.to_string();
    for collector in ["facts", "revenue", "statistics"] {
        assert!(world.run(&["collect", &id, collector]).await?.success);
    }
    let rederive = async |more: &[&str]| world.run(&[&["rederive", "--channel", &id], more].concat()).await;
    let said = rederive(&[]).await?;
    assert!(said.success && said.err.contains("1 of 1 channels are as Telegram said."), "{said:?}");
    assert!(!said.err.contains("--write"), "there is nothing to put right: {said:?}");

    world.sql(&format!("update channels set title = 'Somebody else' where id = {id}")).await?;
    world.sql(&format!("update balances set available_nano = available_nano + 1 where channel_id = {id} and unit_code = 'TON'")).await?;
    world.sql(&format!("delete from cards where channel_id = {id} and card = (select min(card) from cards where channel_id = {id})")).await?;
    let said = rederive(&[]).await?;
    // Channel, of, (by,) equal, missing, different, extra.
    let counts = |said: &Said, of: &str| {
        let row = said.out.lines().map(str::split_whitespace).find(|row| row.clone().nth(1) == Some(of));
        row.map(|row| row.skip(2).map(str::to_owned).collect::<Vec<_>>().join(" ")).unwrap_or_default()
    };
    assert_eq!(counts(&said, "balances"), "1 0 1 0", "{said:?}");
    assert!(counts(&said, "cards").ends_with(" 1 0 0"), "{said:?}");
    assert!(said.out.contains(&format!("Channel {id}: title is not as Telegram said last.")), "{said:?}");
    assert!(
        said.err.contains("0 of 1 channels") && said.err.contains("1 can be put right with --write."),
        "{said:?}"
    );
    let told: Value = serde_json::from_str(&rederive(&["--json"]).await?.out)?;
    let told = &told["channels"][0];
    assert_eq!((&told["facts"][0], &told["written"]), (&"title".into(), &false.into()), "{told}");
    let kinds = told["kinds"].as_array().context("no kinds")?;
    assert!(kinds.iter().any(|kind| kind["kind"] == "balances" && kind["different"] == 1), "{told}");

    let said = rederive(&["--write"]).await?;
    assert!(said.success && said.err.contains("1 were put right."), "{said:?}");
    let said = rederive(&[]).await?;
    assert!(said.err.contains("1 of 1 channels are as Telegram said."), "{said:?}");
    assert_eq!(world.sql(&format!("select title from channels where id = {id}")).await?, one.title);
    let said = world.run(&["rederive", "--channel", "404"]).await?;
    assert!(
        said.code == Some(1) && said.err.contains("channelscope: channel 404 is not collected"),
        "{said:?}"
    );
    world.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_tells_shapes_and_no_names_and_no_amounts() -> Result<()> {
    let (world, one) = start(200).await?;
    let id = one.id.to_string();
    let said = world.run(&["probe", &id]).await?;
    assert_eq!((said.code, said.err.contains('\r')), (Some(0), false), "{said:?}");
    let told: Value = serde_json::from_str(&said.out)?;
    let answers = told["answers"].as_array().context("no answers")?;
    assert!(answers.iter().filter(|answer| answer.get("shape").is_some()).count() > 10, "{}", said.out);

    let truth = world.telegram.truth();
    let names = truth.channels().into_iter().flat_map(|one| [Some(one.title), one.username]).flatten();
    for secret in names.chain(truth.private_markers().into_iter().map(str::to_owned)).chain([id.clone()]) {
        assert!(!said.out.contains(&secret) && !said.err.contains(&secret), "{secret}");
    }
    for row in [Unit::Ton, Unit::Stars].into_iter().flat_map(|unit| truth.ledger(one.id, unit)) {
        assert!(!said.out.contains(&row.id), "{}", row.id);
    }
    // Amounts, ids and dates have more digits than any order of magnitude.
    let long: Vec<&str> =
        said.out.split(|letter: char| !letter.is_ascii_digit()).filter(|digits| digits.len() > 3).collect();
    assert_eq!(long, [""; 0]);

    let said = world.run(&["probe", "404"]).await?;
    assert!(
        said.code == Some(1) && said.err.contains("channelscope: channel 404 is not collected"),
        "{said:?}"
    );
    let worker = world.start_worker()?;
    while world.sql("select count(*) from account_leases").await? == "0" {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let said = world.run(&["probe", &id]).await?;
    assert!(said.code == Some(1) && said.out.is_empty(), "{said:?}");
    assert!(said.err.contains("another process holds the connection of account"), "{said:?}");
    worker.stop().await?;
    world.stop().await
}

/// The manifest's files, and how many rows each has.
fn manifest(directory: &Path) -> Result<Vec<(String, u64)>> {
    let told: Value = serde_json::from_str(&std::fs::read_to_string(directory.join("manifest.json"))?)?;
    let files = told["files"].as_array().context("no files")?;
    files
        .iter()
        .map(|file| {
            Ok((
                file["file"].as_str().context("no name")?.to_owned(),
                file["rows"].as_u64().context("no rows")?,
            ))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_exported_as_tables_or_as_lines_of_json() -> Result<()> {
    let (world, one) = start(60).await?;
    let id = one.id.to_string();
    assert!(world.run(&["collect", &id, "facts", "revenue", "ledger", "posts"]).await?.success);
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (tables, lines) = (path("tables"), path("lines"));
    let export = async |more: &[&str]| world.run(&[&["export", "--all"], more].concat()).await;

    let said = export(&[&tables]).await?;
    let told = manifest(Path::new(&tables))?;
    let rows: u64 = told.iter().map(|(_, rows)| rows).sum();
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""));
    assert_eq!(
        said.err.lines().last(),
        Some(format!("{rows} rows in {} files in {tables}.", told.len()).as_str())
    );
    assert!(!said.err.contains(['\r', '\u{1b}']), "{said:?}");
    assert!(export(&["--format", "ndjson", &lines]).await?.success);
    for (file, rows) in manifest(Path::new(&lines))? {
        let text = std::fs::read_to_string(Path::new(&lines).join(&file))?;
        assert_eq!(u64::try_from(text.lines().count())?, rows, "{file}");
        let same = file.replace(".ndjson", ".csv");
        assert!(told.contains(&(same.clone(), rows)) || same == "runs.csv", "{same}: {rows}");
    }
    let ledger = std::fs::read_to_string(Path::new(&lines).join("ledger.ndjson"))?;
    for (unit, code) in [(Unit::Ton, "TON"), (Unit::Stars, "XTR")] {
        let mut sum = 0_i128;
        for line in ledger.lines() {
            let row: Value = serde_json::from_str(line)?;
            if row["unit_code"] == code {
                sum += row["amount_nano"].as_str().context("an amount is text")?.parse::<i128>()?;
                row["booked_at"].as_str().context("no time")?.parse::<jiff::Timestamp>()?;
            }
        }
        let truth = world.telegram.truth().ledger(one.id, unit);
        assert_eq!(sum, truth.iter().map(|row| row.nano).sum::<i128>(), "{code}");
    }

    for (arguments, code, part) in [
        (vec![tables.as_str()], 1, "is not empty; choose another directory, or replace an earlier export"),
        (vec!["--format", "xlsx", &tables], 2, "possible values: csv, ndjson"),
        (vec![], 2, "<DIR>"),
    ] {
        let said = export(&arguments).await?;
        assert!(said.code == Some(code) && said.err.contains(part) && said.out.is_empty(), "{said:?}");
    }
    let said = world.run(&["export", &tables]).await?;
    assert!(said.code == Some(2) && said.err.contains("--all"), "{said:?}");
    assert!(export(&["--force", "--format", "ndjson", &tables]).await?.success);
    let left = std::fs::read_dir(&tables)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    assert!(left.into_iter().all(|name| !name.ends_with(".csv")), "the tables were of the earlier export");
    world.stop().await
}
