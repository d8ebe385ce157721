//! The real program in front of a simulated Telegram whose truth is known.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use telegram_dc::{DataCentre, Options};

use crate::product::{self, Product, Worker};

/// How long collecting a few small channels may take on a busy machine.
const COLLECTED: Duration = Duration::from_secs(120);

/// Nobody needs to be spared here.
const GAP: (&str, &str) = ("TELEGRAM_REQUEST_GAP_MS", "5");

/// A data centre, a linked account and a running server.
#[derive(Debug)]
pub struct World {
    /// Telegram, as far as the product knows.
    pub telegram: DataCentre,
    /// The product.
    pub product: Product,
    /// A token with every scope.
    pub token: String,
    folder: tempfile::TempDir,
}

impl World {
    /// Starts everything, links the ready account and collects nothing by hand: the schedule does.
    pub async fn start(options: Options) -> Result<Self> {
        Self::start_as(options, &["serve"]).await
    }

    /// As [`World::start`], with other arguments for the server, such as `serve --no-worker`.
    pub async fn start_as(options: Options, arguments: &[&str]) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("cs-").tempdir()?;
        let is_chaotic = options.chaos > 0.0;
        let telegram = DataCentre::start(options).await?;
        let access = folder.path().join("telegram.json");
        telegram.access().write(&access)?;
        let data = data_dir(folder.path());
        link(&data, &access, is_chaotic).await?;
        let said =
            command(&data, &access, &["token", "create", "--name", "world", "--scopes", "admin", "--json"])
                .await?;
        ensure!(said.success, "no token: {}", said.err);
        let token: Value = serde_json::from_str(&said.out)?;
        let token = token["token"].as_str().context("no token in the answer")?.to_owned();
        let product = serve(&data, &access, arguments).await?;
        Ok(Self { telegram, product, token, folder })
    }

    /// The product's data directory.
    pub fn data_dir(&self) -> PathBuf {
        data_dir(self.folder.path())
    }

    /// The file that says where the simulated Telegram is.
    pub fn access_file(&self) -> PathBuf {
        self.folder.path().join("telegram.json")
    }

    /// Runs a command beside the server.
    pub async fn run(&self, arguments: &[&str]) -> Result<product::Said> {
        command(&self.data_dir(), &self.access_file(), arguments).await
    }

    /// Runs a command beside the server, as a person at a terminal does. The arguments are plain words.
    pub async fn run_on_terminal(&self, arguments: &[&str]) -> Result<product::Said> {
        let mut command = product::command_on_terminal(&self.data_dir(), arguments)?;
        command.env("TELEGRAM_DC_FILE", self.access_file()).env(GAP.0, GAP.1);
        product::run(command).await
    }

    /// Starts another worker on the same data: `channelscope work`.
    pub fn start_worker(&self) -> Result<Worker> {
        let access = self.access_file();
        Worker::start(&self.data_dir(), &[("TELEGRAM_DC_FILE", &access.to_string_lossy()), GAP])
    }

    /// Kills the server with SIGKILL and starts it again on the same data.
    pub async fn crash(self) -> Result<Self> {
        let (data, access) = (self.data_dir(), self.access_file());
        self.product.kill().await?;
        let product = serve(&data, &access, &["serve"]).await?;
        Ok(Self { product, ..self })
    }

    /// Stops the server cleanly and starts it again on the same data.
    pub async fn restart(self) -> Result<Self> {
        self.restart_with(&[]).await
    }

    /// Stops the server cleanly and starts it again on the same data, with so many milliseconds between two requests.
    pub async fn restart_at_pace(self, gap_ms: u32) -> Result<Self> {
        self.restart_with(&[(GAP.0, &gap_ms.to_string())]).await
    }

    /// Stops the server cleanly and starts it again on the same data, with these environment variables.
    pub async fn restart_with(self, environment: &[(&str, &str)]) -> Result<Self> {
        let (data, access) = (self.data_dir(), self.access_file());
        self.product.stop().await?;
        let access = access.to_string_lossy();
        let environment = [&[("TELEGRAM_DC_FILE", &*access), GAP], environment].concat();
        let product = Product::start(&data, &["serve"], &environment).await?;
        Ok(Self { product, ..self })
    }

    /// A statement in the private cluster, past the product: its rows, columns separated by `|`.
    pub async fn sql(&self, statement: &str) -> Result<String> {
        let data = self.data_dir();
        let password = std::fs::read_to_string(data.join("postgres.password"))?;
        let said = tokio::process::Command::new("psql")
            .args([
                "-qAt",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                "postgres",
                "-d",
                "channelscope",
                "-c",
                statement,
                "-h",
            ])
            .arg(data.join("s"))
            .env("PGPASSWORD", password.trim())
            .output()
            .await?;
        ensure!(said.status.success(), "psql failed: {}", String::from_utf8_lossy(&said.stderr));
        Ok(String::from_utf8_lossy(&said.stdout).trim().to_owned())
    }

    /// A number from the private cluster.
    pub async fn number(&self, statement: &str) -> Result<f64> {
        let said = self.sql(statement).await?;
        said.parse().with_context(|| format!("{statement}: {said:?} is no number"))
    }

    /// Links one of the crowd, with its channels.
    pub async fn link_operator(&self, number: u16) -> Result<()> {
        let access = self.telegram.access_of(number).context("there is no such operator")?;
        let path = self.folder.path().join(format!("operator-{number}.json"));
        access.write(&path)?;
        let path = path.to_string_lossy().into_owned();
        let said = self.run(&["account", "link", "--channels", "owned", "--ready", &path]).await?;
        ensure!(said.success, "linking operator {number} failed: {}", said.err);
        Ok(())
    }

    /// Waits until nothing is due and no run is open, looking past the product, so that it costs it nothing.
    pub async fn settled(&self, patience: Duration) -> Result<()> {
        let deadline = tokio::time::Instant::now() + patience;
        let mut quiet = 0;
        loop {
            let now = self.telegram.clock().now();
            let open = self
                .number(&format!(
                    "select (select count(*) from runs where state in ('queued', 'running', 'waiting'))
                          + (select count(*) from schedules join channels on channels.id = channel_id
                             where enabled and is_collected and parked_reason is null and next_due_at <= '{now}')"
                ))
                .await?;
            quiet = if open > 0.0 { 0 } else { quiet + 1 };
            if quiet == 2 {
                return Ok(());
            }
            ensure!(
                tokio::time::Instant::now() < deadline,
                "{open} are still open after {patience:?}\n{}",
                self.product.log()
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// A JSON answer of the API.
    pub async fn api(&self, path: &str) -> Result<Value> {
        let response = self.get(path).await?;
        let (status, text) = (response.status(), response.text().await?);
        ensure!(status.is_success(), "{path}: {status}: {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// A raw answer of the API.
    pub async fn get(&self, path: &str) -> Result<reqwest::Response> {
        let url = format!("{}/api/v1/{path}", self.product.base);
        Ok(reqwest::Client::new().get(url).bearer_auth(&self.token).send().await?)
    }

    /// Waits until no run is queued or running and at least `runs` have ended.
    pub async fn collected(&self, runs: usize) -> Result<Vec<Value>> {
        let deadline = tokio::time::Instant::now() + COLLECTED;
        loop {
            let answer = self.api("runs?limit=500").await?;
            let all = answer["runs"].as_array().cloned().unwrap_or_default();
            let over = |run: &Value| matches!(run["state"].as_str(), Some("done" | "partial" | "failed"));
            if all.len() >= runs && all.iter().all(over) {
                return Ok(all);
            }
            if tokio::time::Instant::now() > deadline {
                bail!("not collected within {COLLECTED:?}: {all:#?}\n{}", self.product.log());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Stops the server cleanly.
    pub async fn stop(self) -> Result<()> {
        self.product.stop().await
    }
}

/// Short, because PostgreSQL's socket lives in it.
fn data_dir(folder: &Path) -> PathBuf {
    folder.join("data")
}

/// Links the ready account. Where things go wrong by chance, somebody tries again.
async fn link(data: &Path, access: &Path, is_chaotic: bool) -> Result<()> {
    let tries = if is_chaotic { 20 } else { 1 };
    let mut said = None;
    for _ in 0..tries {
        let one = command(data, access, &["account", "link", "--channels", "all", "--ready"]).await?;
        if one.success {
            return Ok(());
        }
        said = Some(one.err);
    }
    bail!("linking failed: {}", said.unwrap_or_default())
}

async fn serve(data: &Path, access: &Path, arguments: &[&str]) -> Result<Product> {
    let access = access.to_string_lossy();
    Product::start(data, arguments, &[("TELEGRAM_DC_FILE", &access), GAP]).await
}

async fn command(data: &Path, access: &Path, arguments: &[&str]) -> Result<product::Said> {
    let mut command = product::command(data)?;
    command.args(arguments).env("TELEGRAM_DC_FILE", access).env(GAP.0, GAP.1);
    if arguments.ends_with(&["--ready"]) {
        command.arg(access);
    }
    product::run(command).await
}
