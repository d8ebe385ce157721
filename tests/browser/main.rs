//! What a person sees: the pages in a real Chromium, with a silent console.

use anyhow::{Context, Result};
use channelscope_tests::browser::Scheme;
use channelscope_tests::{Browser, Product};
use serde_json::Value;

/// Every page, at the widths and in the schemes people use. Screenshots stay in tests/artefacts.
#[tokio::test(flavor = "multi_thread")]
async fn an_owner_signs_in_sees_the_charts_and_moves_over_one() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let demo = Product::start(&folder.path().join("d"), &["demo"], &[]).await?;
    let browser = Browser::start().await?;
    let link = demo.sign_in.clone().context("no link")?;
    browser.resize(1400, 1000).await?;
    browser.client.goto(&link).await?;
    assert_eq!(browser.client.current_url().await?.path(), "/");
    let channel = first_channel(&browser).await?;
    collected(&browser, &demo, &channel).await?;

    let pages = [
        ("portfolio", "/".to_owned()),
        ("channel", channel.clone()),
        ("revenue", format!("{channel}/revenue")),
        ("schedules", "/schedules".to_owned()),
        ("schedule", channel.replace("/channels/", "/schedules/") + "/statistics"),
        ("runs", "/runs".to_owned()),
        ("accounts", "/accounts".to_owned()),
        ("missing", "/nothing-here".to_owned()),
    ];
    for (width, height) in [(1400, 1000), (390, 844), (360, 640), (1600, 1000)] {
        for scheme in [Scheme::Light, Scheme::Dark] {
            browser.resize(width, height).await?;
            browser.prefer(scheme).await?;
            for (name, path) in &pages {
                browser.client.goto(&format!("{}{path}", demo.base)).await?;
                let overflow = browser
                    .eval("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                    .await?;
                let wide = "[...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > \
                            document.documentElement.clientWidth).slice(-3).map(one => one.outerHTML.slice(0, 200))";
                let wide = if overflow == 0 { Value::Null } else { browser.eval(wide).await? };
                assert_eq!(overflow, 0, "{name} scrolls sideways at {width} px: {wide:#}");
                let name =
                    format!("{name}-{width}-{}", if scheme == Scheme::Dark { "dark" } else { "light" });
                browser.keep_screenshot(&name).await?;
            }
        }
    }
    browser.resize(1400, 1000).await?;
    browser.prefer(Scheme::Light).await?;
    move_over_a_chart(&browser, &format!("{}{channel}", demo.base)).await?;
    run_and_watch(&browser, &demo).await?;
    let console = browser.console().await?;
    // Chromium reports the deliberate 404 above as an error of its own.
    let noise: Vec<_> = console.iter().filter(|line| !line.contains("/nothing-here")).collect();
    assert!(noise.is_empty(), "the console must be silent: {noise:#?}");
    browser.close().await?;
    demo.stop().await
}

/// Runs something by hand and sees it end, without loading the page again.
async fn run_and_watch(browser: &Browser, demo: &Product) -> Result<()> {
    browser.client.goto(&format!("{}/schedules", demo.base)).await?;
    browser.eval("document.querySelector('.deeds button[aria-label^=\"Run now\"]').click()").await?;
    browser.until("location.pathname === '/runs'").await?;
    browser.eval("window.loadedOnce = true").await?;
    let row = "[...document.querySelectorAll('tbody tr')].find(row => row.innerText.includes('by hand'))";
    browser.until(&format!("!!{row} && {row}.innerText.includes('done') && window.loadedOnce === true")).await
}

/// The path of the first channel in the portfolio, once there is one.
async fn first_channel(browser: &Browser) -> Result<String> {
    browser.until("!!document.querySelector('main a[href^=\"/channels/\"]')").await?;
    let path =
        browser.eval("document.querySelector('main a[href^=\"/channels/\"]').getAttribute('href')").await?;
    let path = path.as_str().context("no channel")?;
    Ok(path.split('?').next().unwrap_or(path).to_owned())
}

/// Waits until the channel page has its four charts with lines in them.
async fn collected(browser: &Browser, demo: &Product, channel: &str) -> Result<()> {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(90);
    loop {
        browser.client.goto(&format!("{}{channel}", demo.base)).await?;
        let charts = browser.eval("document.querySelectorAll('figure svg path').length").await?;
        let figures = browser.eval("document.querySelectorAll('figure svg').length").await?;
        if charts.as_u64() >= Some(7) && figures.as_u64() >= Some(4) {
            return Ok(());
        }
        anyhow::ensure!(
            tokio::time::Instant::now() < deadline,
            "{figures} charts with {charts} lines\n{}",
            demo.log()
        );
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
}

async fn move_over_a_chart(browser: &Browser, page: &str) -> Result<()> {
    browser.client.goto(page).await?;
    browser.until("!!document.querySelector('.chart-touch[role=slider]')").await?;
    browser.eval("document.querySelector('.chart-touch').scrollIntoView({block: 'center'})").await?;
    let place = browser.eval("(r => [r.x, r.y, r.width, r.height])(document.querySelector('.chart-touch').getBoundingClientRect())").await?;
    let at = |index: usize| place[index].as_f64().unwrap_or_default();
    browser.move_mouse(at(0) + at(2) * 0.5, at(1) + at(3) * 0.5).await?;
    let tooltip = "document.querySelector('.chart-touch .chart-tip')";
    browser
        .until(&format!(
            "!!{tooltip} && {tooltip}.getClientRects().length > 0 && {tooltip}.innerText.length > 3"
        ))
        .await?;
    let first = browser.eval(&format!("{tooltip}.innerText")).await?;
    browser.keep_screenshot("hover").await?;
    browser.move_mouse(at(0) + at(2) * 0.8, at(1) + at(3) * 0.5).await?;
    browser
        .until(&format!(
            "{tooltip}.innerText !== {}",
            Value::String(first.as_str().unwrap_or_default().to_owned())
        ))
        .await?;
    Ok(())
}
