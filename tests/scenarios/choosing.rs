//! Which channels are collected is for a person to say.

use anyhow::{Context, Result};
use channelscope_tests::{World, product};
use serde_json::Value;
use telegram_dc::{DataCentre, Options, Role};

#[tokio::test(flavor = "multi_thread")]
async fn owned_channels_are_collected_and_everything_else_when_it_is_chosen() -> Result<()> {
    let folder = tempfile::Builder::new().prefix("cs-").tempdir()?;
    let telegram = DataCentre::start(Options { days: 30, ..Options::default() }).await?;
    let access = folder.path().join("telegram.json");
    telegram.access().write(&access)?;
    let data = folder.path().join("data");
    let run = async |arguments: &[&str]| {
        let mut command = product::command(&data)?;
        command.args(arguments).env("TELEGRAM_DC_FILE", &access).env("TELEGRAM_REQUEST_GAP_MS", "5");
        product::run(command).await
    };
    let ids = async |arguments: &[&str]| -> Result<Vec<i64>> {
        let said = run(arguments).await?;
        assert!(said.success, "{}", said.err);
        let told: Value = serde_json::from_str(&said.out)?;
        let mut ids: Vec<_> = told["channels"]
            .as_array()
            .context("no list")?
            .iter()
            .filter_map(|one| one["id"].as_i64())
            .collect();
        ids.sort_unstable();
        Ok(ids)
    };
    let path = access.to_string_lossy().into_owned();
    let said = run(&["account", "link", "--ready", &path]).await?;
    assert!(
        said.success && said.err.contains("more could be; see: channelscope channel list --all"),
        "{}",
        said.err
    );

    let channels = telegram.truth().channels();
    let of = |is: &dyn Fn(&telegram_dc::TruthChannel) -> bool| {
        let mut ids: Vec<i64> = channels.iter().filter(|one| is(one)).map(|one| one.id).collect();
        ids.sort_unstable();
        ids
    };
    let owned = of(&|one| one.role == Role::Owner && !one.supergroup);
    let administered = of(&|one| one.role != Role::Member);
    assert!(owned.len() < administered.len());
    assert_eq!(ids(&["channel", "list", "--json"]).await?, owned, "preset: channels of one's own, no groups");
    assert_eq!(ids(&["channel", "list", "--all", "--json"]).await?, administered, "no other is known at all");

    // By a link to a post, and back.
    let group = channels.iter().find(|one| one.supergroup && one.role != Role::Member).context("no group")?;
    let link = format!("https://t.me/c/{}/7", group.id);
    let said = run(&["channel", "add", &link]).await?;
    assert!(said.success && said.out.contains("is collected from now on"), "{}{}", said.out, said.err);
    assert!(ids(&["channel", "list", "--json"]).await?.contains(&group.id));
    let said = run(&["collect", &group.id.to_string(), "facts"]).await?;
    assert!(said.success, "{}", said.err);
    let said = run(&["channel", "remove", &group.id.to_string()]).await?;
    assert!(said.success, "{}", said.err);
    assert_eq!(ids(&["channel", "list", "--json"]).await?, owned);
    let said = run(&["schedule", "list", "--json"]).await?;
    assert!(!said.out.contains(&group.id.to_string()), "what is not collected is not scheduled");

    // By name, and what cannot be is said.
    let named =
        channels.iter().find(|one| one.username.is_some() && owned.contains(&one.id)).context("no name")?;
    let name = format!("https://t.me/{}", named.username.as_deref().unwrap_or_default());
    assert!(run(&["channel", "remove", &name]).await?.success);
    assert!(run(&["channel", "add", &name]).await?.success);
    for (link, sentence) in [
        ("https://t.me/nobodys_channel", "Nobody has this name at Telegram"),
        ("https://t.me/+AAAAAEx1", "This invite link was revoked, has ended, or never was"),
        ("https://t.me/+Closed_doors_1", "join it with one of Telegram's own apps"),
        ("@sasha_owns_channels", "This leads to a person"),
        ("https://example.org/x", "names no channel"),
    ] {
        let said = run(&["channel", "add", link]).await?;
        assert!(!said.success && said.err.contains(sentence), "{link}: {}", said.err);
    }
    assert_eq!(ids(&["channel", "list", "--all", "--json"]).await?, administered, "nothing of it is kept");

    // A public channel of others, and an invite link of one's own.
    let said = run(&["channel", "add", "https://t.me/wideworld/7"]).await?;
    assert!(
        said.success && said.out.contains("No linked account administers it"),
        "{}{}",
        said.out,
        said.err
    );
    let foreign = 1_430_000_001;
    assert!(ids(&["channel", "list", "--json"]).await?.contains(&foreign));
    let said = run(&["collect", &foreign.to_string()]).await?;
    assert!(said.success, "{}", said.err);
    let said = run(&["channel", "list", "--all"]).await?;
    assert!(said.out.contains("reader") && said.out.contains("what everybody may see"), "{}", said.out);
    assert!(run(&["channel", "remove", "@wideworld"]).await?.success);
    let invite = telegram.truth().invites(owned[0]).into_iter().find(|one| one.permanent && !one.revoked);
    assert!(run(&["channel", "remove", &owned[0].to_string()]).await?.success);
    let said = run(&["channel", "add", &invite.context("no invite link")?.link]).await?;
    assert!(said.success && said.out.contains("is collected from now on"), "{}{}", said.out, said.err);
    assert_eq!(ids(&["channel", "list", "--json"]).await?, owned);

    // Looking again: nothing is new.
    let said = run(&["account", "refresh"]).await?;
    let all = format!("administers {} channels and groups, none of them new", administered.len());
    assert!(said.success && said.out.contains(&all), "{}{}", said.out, said.err);
    let said = run(&["account", "refresh", "404"]).await?;
    assert!(!said.success && said.err.contains("there is no account 404"), "{}", said.err);

    // Linking again leaves what was chosen.
    assert!(run(&["channel", "remove", &owned[0].to_string()]).await?.success);
    assert!(run(&["account", "link", "--channels", "all", "--ready", &path]).await?.success);
    assert_eq!(ids(&["channel", "list", "--json"]).await?, owned[1..]);
    telegram.shutdown().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_through_a_link_is_collected_where_it_is_marked_and_posts_as_far_back_as_wanted()
-> Result<()> {
    let world =
        World::start_as(Options { days: 60, ..Options::default() }, &["serve", "--no-worker"]).await?;
    let channels = world.telegram.truth().channels();
    let owned = |one: &&telegram_dc::TruthChannel| one.role == Role::Owner && one.stars;
    let id = channels.iter().find(owned).context("no channel")?.id.to_string();
    let run = async |arguments: &[&str]| -> Result<String> {
        let said = world.run(arguments).await?;
        anyhow::ensure!(said.success, "{arguments:?}: {}", said.err);
        Ok(said.out)
    };
    run(&["collect", &id, "invites", "posts"]).await?;
    let links: Value = serde_json::from_str(&run(&["channel", "links", &id, "--json"]).await?)?;
    let links = links["links"].as_array().context("no links")?;
    let used = links.iter().max_by_key(|one| one["usage"].as_i64()).context("no link")?;
    let (link, usage) = (used["link"].as_str().context("no link")?, used["usage"].as_i64());
    assert!(usage > Some(5), "{usage:?}");
    let importers = async || -> Result<usize> {
        let said: Value = serde_json::from_str(&run(&["channel", "importers", &id, link, "--json"]).await?)?;
        Ok(said["importers"].as_array().context("no list")?.len())
    };
    assert_eq!(importers().await?, 0, "nobody is collected unasked");
    run(&["channel", "track", &id, link]).await?;
    run(&["collect", &id, "invites"]).await?;
    assert!(i64::try_from(importers().await?)? >= usage.unwrap_or(0));
    run(&["channel", "track", &id, link, "--off"]).await?;
    assert!(!run(&["channel", "links", &id]).await?.contains("yes"));
    let said = world.run(&["channel", "track", &id, "https://t.me/+nobodys"]).await?;
    assert!(!said.success && said.err.contains("has no such invite link"), "{}", said.err);
    assert!(!said.err.contains("nobodys"), "a link lets people in; it is not repeated");

    let today = world.telegram.clock().now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let said = run(&["channel", "posts", &id, "--since", &today.to_string()]).await?;
    assert!(said.contains(&format!("Posts are wanted back to {today}")), "{said}");
    run(&["collect", &id, "history"]).await?;
    let said = run(&["channel", "posts", &id]).await?;
    assert!(said.contains("that is all there are"), "{said}");
    let said = run(&["channel", "posts", &id, "--all"]).await?;
    assert!(said.contains("to the first one"), "{said}");
    run(&["collect", &id, "history"]).await?;
    assert!(run(&["channel", "posts", &id]).await?.contains("that is all there are"));
    let said = world.run(&["channel", "posts", &id, "--since", "2026-13-01"]).await?;
    assert!(!said.success && said.err.contains("2026-13-01"), "{}", said.err);
    world.stop().await
}
