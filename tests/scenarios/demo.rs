//! `channelscope demo`: one line, one link, and it works.

use anyhow::{Context, Result};
use channelscope_tests::Product;
use channelscope_tests::product;

#[tokio::test(flavor = "multi_thread")]
async fn the_link_signs_in_and_a_preview_of_it_does_not() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("d");
    let demo = Product::start(&data, &["demo", "--days", "40"], &[]).await?;
    let link = demo.sign_in.clone().context("no link")?;
    assert!(link.starts_with(&demo.base), "{link}");
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let head = client.head(&link).send().await?;
    assert!(!head.headers().contains_key("set-cookie"));
    for _ in 0..2 {
        let get = client.get(&link).send().await?;
        assert_eq!(get.status().as_u16(), 303);
        assert_eq!(get.headers()["location"], "/");
        let cookie = get.headers()["set-cookie"].to_str()?;
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    }
    let wrong = client.get(format!("{}/demo/{}", demo.base, "A".repeat(43))).send().await?;
    assert_eq!(wrong.status().as_u16(), 404);
    let signed_out = client.get(&demo.base).send().await?;
    assert_eq!(signed_out.status().as_u16(), 303);
    assert!(signed_out.headers()["location"].to_str()?.starts_with("/login"));
    demo.stop().await?;
    assert!(!data.join("postgres/postmaster.pid").exists());

    // The next start meets the same world; another world is refused in words.
    let again = Product::start(&data, &["demo", "--days", "40"], &[]).await?;
    assert_ne!(again.sign_in, Some(link));
    again.stop().await?;
    let mut command = product::command(&data)?;
    command.args(["demo", "--seed", "8", "--listen", "127.0.0.1:0"]);
    let said = product::run(command).await?;
    assert!(!said.success && said.err.contains("was made with --seed 7 --days 40"), "{}", said.err);
    Ok(())
}

/// What the demo's world holds can be asked for beside it, and is that of its seed.
#[tokio::test(flavor = "multi_thread")]
async fn the_truth_is_served_where_it_is_asked_for() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let address = format!("127.0.0.1:{}", product::free_port()?);
    let arguments = ["demo", "--days", "40", "--seed", "11", "--truth-listen", &address];
    let demo = Product::start(&folder.path().join("d"), &arguments, &[]).await?;
    let told = past(&address, 40).await?;
    // The demo's first day is its own matter; with that, midnight may come.
    let first_day = told.first().and_then(|day| day["date"].as_str()).context("no days")?.parse()?;
    let mut worlds = Vec::new();
    for seed in [11, 12] {
        let options = telegram_dc::Options {
            seed,
            days: 40,
            first_day: Some(first_day),
            truth_listen: Some(([127, 0, 0, 1], 0).into()),
            ..telegram_dc::Options::default()
        };
        worlds.push(telegram_dc::DataCentre::start(options).await?);
    }
    let alone = |index: usize| worlds[index].truth_address().context("no truth").map(|at| at.to_string());
    assert_eq!(told, past(&alone(0)?, 40).await?);
    assert_ne!(told, past(&alone(1)?, 40).await?);
    demo.stop().await
}

/// What the truth at the address says of each channel's first days, all of them over.
async fn past(address: &str, count: usize) -> Result<Vec<serde_json::Value>> {
    let truth = |path: String| async move {
        anyhow::Ok(reqwest::get(path).await?.error_for_status()?.json::<Vec<serde_json::Value>>().await?)
    };
    let mut past = Vec::new();
    for channel in truth(format!("http://{address}/truth/channels")).await? {
        let mut days = truth(format!("http://{address}/truth/channels/{}/days", channel["id"])).await?;
        days.truncate(count);
        assert!(days.iter().all(|day| day["partial"] == false), "{}", channel["title"]);
        past.extend(days);
    }
    Ok(past)
}
