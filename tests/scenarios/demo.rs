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
    let asked = reqwest::get(format!("http://{address}/truth/channels")).await?;
    assert_eq!(asked.status().as_u16(), 200);
    let told: serde_json::Value = asked.json().await?;
    let world = telegram_dc::DataCentre::start(telegram_dc::Options {
        seed: 11,
        days: 40,
        truth_listen: Some(([127, 0, 0, 1], 0).into()),
        ..telegram_dc::Options::default()
    })
    .await?;
    let alone = world.truth_address().context("no truth")?;
    let same: serde_json::Value =
        reqwest::get(format!("http://{alone}/truth/channels")).await?.json().await?;
    let titles = |told: &serde_json::Value| -> Option<Vec<(u64, String)>> {
        let channels = told.as_array()?;
        channels.iter().map(|one| Some((one["id"].as_u64()?, one["title"].as_str()?.to_owned()))).collect()
    };
    let told = titles(&told).context("no channels")?;
    assert!(told.len() >= 6, "{told:?}");
    assert_eq!(Some(told), titles(&same));
    demo.stop().await
}
