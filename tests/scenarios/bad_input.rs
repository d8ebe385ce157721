//! Each mistake gets one sentence that names the thing and the fix, a non-zero exit, and nothing half-written.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, Result};
use channelscope_tests::product::{Said, binary, command, run, run_with_input};
use channelscope_tests::{Product, World};
use telegram_dc::Options;

/// One line that says what `channelscope:` could not do.
fn sentence(said: &Said) -> &str {
    assert!(!said.success, "it should have failed: {said:?}");
    assert_eq!(said.out, "", "nothing on standard output");
    said.err
        .lines()
        .find_map(|line| line.strip_prefix("channelscope: "))
        .unwrap_or_else(|| panic!("{said:?}"))
}

async fn fails(data: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Result<Said> {
    let mut command = command(data)?;
    command.args(arguments).envs(environment.iter().copied());
    run(command).await
}

#[tokio::test]
async fn a_busy_port() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let busy = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    let address = busy.local_addr()?.to_string();
    let data = folder.path().join("d");
    let said = fails(&data, &["serve", "--listen", &address], &[]).await?;
    let sentence = sentence(&said);
    assert!(sentence.starts_with(&format!("CHANNELSCOPE_LISTEN is {address}")), "{sentence}");
    assert!(sentence.contains("choose another"), "{sentence}");
    assert!(!data.exists(), "nothing was made");
    Ok(())
}

#[tokio::test]
async fn no_postgresql_answers() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let url = format!("postgres://nobody@localhost/none?host={}", folder.path().display());
    let said = fails(&folder.path().join("d"), &["migrate"], &[("CHANNELSCOPE_DATABASE_URL", &url)]).await?;
    let sentence = sentence(&said);
    assert!(sentence.starts_with("CHANNELSCOPE_DATABASE_URL: the database does not answer"), "{sentence}");
    Ok(())
}

#[tokio::test]
async fn no_postgresql_is_installed() -> Result<()> {
    // In a mount namespace of its own, the folder where Debian keeps PostgreSQL is empty.
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("d");
    let root = nix::unistd::geteuid().is_root();
    let mut command = tokio::process::Command::new("unshare");
    command.args(if root { &["--mount"][..] } else { &["--map-root-user", "--mount"] });
    command.args(["sh", "-c", "mount -t tmpfs none /usr/lib/postgresql && exec \"$0\" migrate"]);
    command.arg(binary()?).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").current_dir("/");
    command.env("CHANNELSCOPE_DATA_DIR", &data);
    let said = run(command).await?;
    let sentence = sentence(&said);
    assert!(sentence.contains("PostgreSQL is not installed: install it (Debian: apt-get"), "{sentence}");
    // Root makes the directory for whom it becomes; nothing is put into it.
    let made = std::fs::read_dir(&data).map_or(0, std::iter::Iterator::count);
    assert_eq!(made, 0, "nothing was made");
    Ok(())
}

#[tokio::test]
async fn no_package_manager() -> Result<()> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/build/require.sh");
    let mut command = tokio::process::Command::new("/bin/bash");
    command.arg(script).args(["The private PostgreSQL", "postgresql=/nowhere/postgres"]);
    command.env("PATH", "/nowhere");
    let said = run(command).await?;
    assert!(!said.success && said.out.is_empty(), "{said:?}");
    let expected = "The private PostgreSQL needs postgresql, and there is no apt-get here: install what your system calls \
                    them, then try again.\n";
    assert_eq!(said.err, expected);
    Ok(())
}

#[tokio::test]
async fn a_data_directory_that_is_not_ours() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("file");
    std::fs::write(&file, "")?;
    let said = fails(&file, &["migrate"], &[]).await?;
    assert!(sentence(&said).starts_with(&format!("CHANNELSCOPE_DATA_DIR is {}", file.display())));
    assert_eq!(std::fs::metadata(&file)?.len(), 0);

    if !nix::unistd::geteuid().is_root() {
        let said = fails(Path::new("/"), &["migrate"], &[]).await?;
        assert!(sentence(&said).contains("it belongs to root; run as root, or choose another directory"));
        return Ok(());
    }
    // Root becomes the directory's owner; a place that owner can't reach is named.
    let hidden = folder.path().join("hidden");
    std::fs::create_dir(&hidden)?;
    let inside = hidden.join("data");
    std::fs::create_dir(&inside)?;
    std::fs::set_permissions(&hidden, std::fs::Permissions::from_mode(0o700))?;
    let nobody = nix::unistd::User::from_name("nobody")?.context("no user nobody")?;
    nix::unistd::chown(&inside, Some(nobody.uid), Some(nobody.gid))?;
    let said = fails(&inside, &["migrate"], &[]).await?;
    assert!(sentence(&said).contains("can't enter it"), "{}", said.err);
    assert_eq!(std::fs::read_dir(&inside)?.count(), 0, "nothing was made");
    assert_eq!(std::fs::metadata(&inside)?.uid(), nobody.uid.as_raw());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_and_a_newer_database() -> Result<()> {
    let world = World::start(Options { days: 5, ..Options::default() }).await?;
    let (data, access) = (world.data_dir(), world.access_file());
    let access = access.to_string_lossy().into_owned();
    let environment = [("TELEGRAM_DC_FILE", access.as_str())];
    world.collected(1).await?;

    let key = data.join("secret.key");
    assert_eq!(std::fs::metadata(&key)?.permissions().mode() & 0o777, 0o600);
    let wrong = "00".repeat(32);
    let said =
        fails(&data, &["channel", "list"], &[environment[0], ("CHANNELSCOPE_SECRET_KEY", &wrong)]).await?;
    let text = sentence(&said);
    assert!(text.contains("is sealed with the key") && text.contains("CHANNELSCOPE_SECRET_KEY"), "{text}");
    assert!(!text.contains(&wrong), "the key itself is not repeated");

    let elsewhere = data.join("elsewhere.key");
    std::fs::rename(&key, &elsewhere)?;
    let said = fails(&data, &["channel", "list"], &environment).await?;
    assert!(sentence(&said).contains("put the key file back"), "{}", said.err);
    assert!(!key.exists(), "no new key was made in its place");
    std::fs::rename(&elsewhere, &key)?;

    world.sql("insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (99990101000000, 'later', true, '', 0)").await?;
    let said = fails(&data, &["channel", "list"], &environment).await?;
    let text = sentence(&said);
    assert!(text.contains("made by a newer Channelscope (migration 99990101000000"), "{text}");
    world.sql("delete from _sqlx_migrations where version = 99990101000000").await?;
    world.stop().await
}

#[tokio::test]
async fn a_date_that_is_none_and_secrets_in_the_file() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (data, file) = (folder.path().join("d"), folder.path().join("r.csv"));
    let path = file.to_string_lossy().into_owned();
    let said = fails(&data, &["report", "revenue", "--from", "2026-13-01", "--output", &path], &[]).await?;
    assert!(sentence(&said).contains("--from: “2026-13-01” is not a date"), "{}", said.err);
    assert!(!file.exists() && !data.exists(), "nothing was made");

    let config = folder.path().join("channelscope.toml");
    std::fs::write(&config, "database-url = \"postgres://me:s3cretpw@db/x\"\nsecret-key = \"hush\"\n")?;
    let config = config.to_string_lossy().into_owned();
    let mut command = command(&data)?;
    command.args(["--config", &config, "--help"]);
    let said = run(command).await?;
    assert!(said.success && !said.out.contains("s3cretpw") && !said.out.contains("hush"), "{}", said.out);
    Ok(())
}

#[tokio::test]
async fn charts_that_are_not_what_they_should_be() -> Result<()> {
    let cases = [
        ("", "not a chart"),
        ("[]", "not a chart"),
        (r#"{"columns":[["x",1,2],["y0",1]],"types":{"x":"x","y0":"line"},"names":{"y0":"A"}}"#, "y0"),
        (r#"{"columns":[["x",1,1],["y0",1,2]],"types":{"x":"x","y0":"line"},"names":{"y0":"A"}}"#, "x"),
        (
            r#"{"columns":[["x",1],["y0",99999999999999999999]],"types":{"x":"x","y0":"line"},"names":{"y0":"A"}}"#,
            "y0",
        ),
        (r#"{"columns":[["y0",1]],"types":{"y0":"line"},"names":{"y0":"A"}}"#, "x"),
    ];
    let folder = tempfile::tempdir()?;
    for (chart, names) in cases {
        let said = graph(folder.path(), chart).await?;
        let sentence = sentence(&said);
        assert!(sentence.contains(names), "{chart}: {sentence}");
        assert_eq!(said.err.lines().count(), 1, "{chart}: one line: {}", said.err);
    }
    let good = r#"{"columns":[["x",1767225600000,1767312000000],["y0",12,null],["y1",0.5,3]],"types":{"x":"x","y0":"line","y1":"line"},"names":{"y0":"Joined","y1":"Left"}}"#;
    let said = graph(folder.path(), good).await?;
    assert!(said.success, "{}", said.err);
    let expected = "{\"series\":\"y0\",\"name\":\"Joined\",\"at\":1767225600000,\"value\":12}\n\
                    {\"series\":\"y0\",\"name\":\"Joined\",\"at\":1767312000000,\"value\":null}\n\
                    {\"series\":\"y1\",\"name\":\"Left\",\"at\":1767225600000,\"value\":0.5}\n\
                    {\"series\":\"y1\",\"name\":\"Left\",\"at\":1767312000000,\"value\":3}\n";
    assert_eq!(said.out, expected);
    Ok(())
}

async fn graph(data: &Path, chart: &str) -> Result<Said> {
    let mut command = command(data)?;
    command.arg("graph");
    run_with_input(command, chart).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_can_read_neither_key_nor_database() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("d");
    let product = Product::start(&data, &["serve"], &[]).await?;
    for private in ["", "postgres", "s"] {
        let mode = std::fs::metadata(data.join(private))?.permissions().mode() & 0o077;
        assert_eq!(mode, 0, "{private:?} is open to others");
    }
    for private in ["secret.key", "postgres.password"] {
        assert_eq!(std::fs::metadata(data.join(private))?.permissions().mode() & 0o777, 0o600, "{private}");
    }
    product.stop().await
}
