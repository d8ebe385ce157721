//! When things are collected, said on the command line.

use anyhow::{Context, Result};
use channelscope_tests::World;
use jiff::Timestamp;
use serde_json::Value;
use telegram_dc::{Options, Role};

/// Commands of a world in which nobody collects.
struct Scene {
    world: World,
    /// One of its channels.
    channel: i64,
}

impl Scene {
    async fn start() -> Result<Self> {
        let world =
            World::start_as(Options { days: 10, ..Options::default() }, &["serve", "--no-worker"]).await?;
        let channels = world.telegram.truth().channels();
        let one = channels.iter().find(|one| one.role == Role::Owner && one.stats && !one.supergroup);
        let channel = one.context("no channel")?.id;
        Ok(Self { world, channel })
    }

    async fn says(&self, arguments: &[&str]) -> Result<String> {
        let said = self.world.run(arguments).await?;
        assert_eq!(said.code, Some(0), "{arguments:?}: {said:?}");
        Ok(said.out)
    }

    async fn schedules(&self) -> Result<Vec<Value>> {
        let said: Value = serde_json::from_str(&self.says(&["schedule", "list", "--json"]).await?)?;
        said["schedules"].as_array().cloned().context("no list")
    }

    /// The channel's schedule of a collector.
    async fn schedule(&self, collector: &str) -> Result<Value> {
        let is = |one: &Value| one["channel_id"] == self.channel && one["collector"] == collector;
        self.schedules().await?.into_iter().find(is).context("no such schedule")
    }

    /// What it says of the schedule in words.
    async fn row(&self, collector: &str) -> Result<String> {
        let said = self.says(&["schedule", "list"]).await?;
        let is = |line: &&str| {
            line.trim_start().starts_with(&self.channel.to_string())
                && line.split("  ").any(|cell| cell.trim() == collector)
        };
        Ok(said.lines().find(is).context("no such row")?.trim_end().to_owned())
    }
}

fn moment(of: &Value) -> Result<Timestamp> {
    Ok(of.as_str().context("no time")?.parse()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn how_often_and_at_what_times_is_set_paused_and_resumed() -> Result<()> {
    let scene = Scene::start().await?;
    let channel = &*scene.channel.to_string();
    let untouched = scene.schedule("ledger").await?;

    scene.says(&["schedule", "set", channel, "statistics", "--every", "90m"]).await?;
    let set = scene.schedule("statistics").await?;
    assert_eq!((&set["every_seconds"], &set["cron"]), (&5_400.into(), &Value::Null));

    let times = ["--cron", "30 6 * * *", "--tz", "Europe/Berlin"];
    scene.says(&[&["schedule", "set", channel, "statistics"], &times[..]].concat()).await?;
    let set = scene.schedule("statistics").await?;
    assert_eq!(
        (&set["every_seconds"], &set["cron"], &set["time_zone"]),
        (&86_400.into(), &"30 6 * * *".into(), &"Europe/Berlin".into())
    );
    let next = moment(&set["next_due_at"])?.in_tz("Europe/Berlin")?;
    let now = scene.world.telegram.clock().now();
    assert!(next.timestamp() > now && next.timestamp().duration_since(now).as_hours() < 25, "{next}");
    assert_eq!(next.strftime("%H:%M").to_string(), "06:30");
    assert!(scene.row("statistics").await?.contains("30 6 * * * Europe/Berlin"));
    scene.says(&["schedule", "set", channel, "statistics", "--every", "1d"]).await?;
    assert_eq!(scene.schedule("statistics").await?["cron"], Value::Null, "an interval takes its place");

    scene.says(&["schedule", "pause", channel, "boosts"]).await?;
    assert_eq!(scene.schedule("boosts").await?["enabled"], false);
    assert!(scene.row("boosts").await?.ends_with("paused"), "{}", scene.row("boosts").await?);
    scene.says(&["schedule", "resume", channel, "boosts"]).await?;
    let resumed = scene.schedule("boosts").await?;
    assert!(
        resumed["enabled"] == true && moment(&resumed["next_due_at"])? <= scene.world.telegram.clock().now()
    );
    assert!(scene.row("boosts").await?.ends_with("on"));
    assert_eq!(scene.schedule("ledger").await?, untouched);

    // All at once.
    scene.says(&["schedule", "set", "all", "facts", "--every", "2h"]).await?;
    scene.says(&["schedule", "pause", "all", "similar"]).await?;
    let all = scene.schedules().await?;
    let of = |collector: &'static str| all.iter().filter(move |one| one["collector"] == collector);
    assert!(of("facts").count() > 3 && of("facts").all(|one| one["every_seconds"] == 7_200));
    assert!(of("similar").count() > 1 && of("similar").all(|one| one["enabled"] == false));
    scene.world.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn presets_say_what_they_cost_and_quiet_hours_are_quiet() -> Result<()> {
    let scene = Scene::start().await?;
    let channel = &*scene.channel.to_string();
    // Five milliseconds between requests are not polite; the sentence says so.
    let said = scene.says(&["schedule", "preset"]).await?;
    let rows: Vec<Vec<&str>> =
        said.lines().skip(1).take(3).map(|row| row.split_whitespace().collect()).collect();
    assert_eq!(rows.iter().map(|row| row[0]).collect::<Vec<_>>(), ["gentle", "normal", "eager"], "{said}");
    let costs: Vec<u64> = rows.iter().map(|row| row[1].parse()).collect::<Result<_, _>>()?;
    assert!(costs[0] > 0 && costs[0] < costs[1] && costs[1] < costs[2], "{said}");
    assert!(rows[1].ends_with(&["is", "followed"]) && !rows[0].ends_with(&["followed"]), "{said}");
    assert!(said.contains("As it is set: About") && said.contains("at 5 ms between requests"), "{said}");

    let said = scene.says(&["schedule", "preset", "eager"]).await?;
    let thousands = |number: u64| {
        let (thousands, rest) = (number / 1_000, number % 1_000);
        if thousands == 0 { rest.to_string() } else { format!("{thousands},{rest:03}") }
    };
    assert!(said.starts_with(&format!("About {} requests a day;", thousands(costs[2]))), "{said}");
    let every =
        async |collector| Ok::<_, anyhow::Error>(scene.schedule(collector).await?["every_seconds"].clone());
    assert_eq!((every("statistics").await?, every("posts").await?), (10_800.into(), 300.into()));

    let of_one = scene.says(&["schedule", "preset", "gentle", channel]).await?;
    assert!(of_one.starts_with("About "), "{of_one}");
    assert_eq!((every("statistics").await?, every("posts").await?), (43_200.into(), 1_800.into()));
    let others = scene.schedules().await?.into_iter().filter(|one| one["channel_id"] != scene.channel);
    let eager: Vec<Value> = others.filter(|one| one["collector"] == "posts").collect();
    assert!(!eager.is_empty() && eager.iter().all(|one| one["every_seconds"] == 300), "{eager:?}");
    let said = scene.says(&["schedule", "preset"]).await?;
    assert!(!said.contains("is followed"), "some are gentle, some are eager: {said}");

    let quiet = async || scene.says(&["schedule", "quiet"]).await;
    assert_eq!(quiet().await?, "none\n");
    scene.says(&["schedule", "quiet", "23:00-07:00", "--tz", "Europe/Berlin"]).await?;
    assert_eq!(quiet().await?, "23:00–07:00 Europe/Berlin\n");
    scene.says(&["schedule", "quiet", "off"]).await?;
    assert_eq!(quiet().await?, "none\n");
    scene.world.stop().await
}

/// 2 is for what cannot be understood, 1 for what cannot be done.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_scheduled_is_said_and_changes_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    let channel = &*scene.channel.to_string();
    let before = scene.schedules().await?;
    let set = ["set", channel, "statistics"];
    let cases: [(&[&[&str]], i32, &str); 19] = [
        (&[&set, &["--every", "6w"]], 2, "“6w” is not an interval; write it like 90m, 6h or 1d"),
        (&[&set, &["--every", "0m"]], 2, "at least a minute, at most a year"),
        (&[&set], 2, "--every <EVERY>"),
        (&[&set, &["--every", "6h", "--cron", "0 6 * * *"]], 2, "cannot be used with"),
        (&[&set, &["--every", "6h", "--tz", "Europe/Berlin"]], 2, "cannot be used with"),
        (&[&set, &["--cron", "0 25 * * *"]], 1, "“0 25 * * *” are no times"),
        (&[&set, &["--cron", "6 * *"]], 1, "there must be five fields, not 3"),
        (&[&set, &["--cron", "0 6 30 2 *"]], 1, "“0 6 30 2 *” never comes"),
        (&[&set, &["--cron", "0 6 * * *", "--tz", "Mars"]], 1, "“Mars” is not a time zone; write it like"),
        (
            &[&["set", "404", "facts", "--every", "1h"]],
            1,
            "channel 404 has no schedule for facts; see: channelscope",
        ),
        (&[&["set", "news", "facts", "--every", "1h"]], 2, "“news” is neither the id of a channel nor `all`"),
        (
            &[&["set", channel, "happiness", "--every", "1h"]],
            2,
            "“happiness” is not a collector; `schedule list`",
        ),
        (&[&["pause", "404", "facts"]], 1, "channel 404 has no schedule for facts"),
        (&[&["resume", channel, "group_statistics"]], 1, "has no schedule for group_statistics"),
        (&[&["preset", "greedy"]], 2, "“greedy” is not a preset; there are gentle, normal and eager"),
        (&[&["preset", "gentle", "404"]], 1, "channel 404 is not collected; see: channelscope channel list"),
        (&[&["quiet", "23-7"]], 1, "“23-7” are no quiet hours; write them like 23:00-07:00"),
        (&[&["quiet", "07:00-07:00"]], 1, "quiet hours cannot end when they begin"),
        (&[&["quiet", "23:00-07:00", "--tz", "Mars"]], 1, "“Mars” is not a time zone"),
    ];
    for (arguments, code, part) in cases {
        let arguments = [&["schedule"], &arguments.concat()[..]].concat();
        let said = scene.world.run(&arguments).await?;
        assert_eq!((said.code, said.out.as_str()), (Some(code), ""), "{arguments:?}: {said:?}");
        assert!(said.err.contains(part), "{arguments:?}: {}", said.err);
        let ours = said.err.lines().filter(|line| line.starts_with("channelscope: ")).count();
        assert_eq!(ours, usize::from(code == 1), "one sentence: {}", said.err);
    }
    assert_eq!(scene.schedules().await?, before);
    assert_eq!(scene.says(&["schedule", "quiet"]).await?, "none\n");
    scene.world.stop().await
}
