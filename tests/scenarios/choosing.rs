//! Which channels are collected is for a person to say.

use anyhow::{Context, Result};
use channelscope_tests::product;
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
        ("https://t.me/nobodys_channel", "no linked account administers that channel"),
        ("https://t.me/+AAAAAEx1", "an invite link says nothing of its channel"),
        ("https://example.org/x", "names no channel"),
    ] {
        let said = run(&["channel", "add", link]).await?;
        assert!(!said.success && said.err.contains(sentence), "{link}: {}", said.err);
    }

    // Linking again leaves what was chosen.
    assert!(run(&["channel", "remove", &owned[0].to_string()]).await?.success);
    assert!(run(&["account", "link", "--channels", "all", "--ready", &path]).await?.success);
    assert_eq!(ids(&["channel", "list", "--json"]).await?, owned[1..]);
    telegram.shutdown().await;
    Ok(())
}
