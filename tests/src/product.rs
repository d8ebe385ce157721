//! The `channelscope` program as a child process, with a data directory of its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

/// How long a first start may take on a busy machine: initdb, migrations, the first page.
const START: Duration = Duration::from_secs(90);
/// How long a clean stop may take.
const STOP: Duration = Duration::from_secs(30);

/// The program's file: where cargo puts it, beside whatever is running (tests run one folder deeper).
pub fn binary() -> Result<PathBuf> {
    let running = std::env::current_exe()?;
    let folder = running.parent().context("a program is in a folder")?;
    let folder = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
    let binary = folder.join("channelscope");
    ensure!(binary.exists(), "{} is missing: run `cargo build -p server` first", binary.display());
    Ok(binary)
}

/// A command with a clean environment: nothing of the tester's own settings reaches it.
pub fn command(data_dir: &Path) -> Result<Command> {
    Ok(clean(Command::new(binary()?), data_dir))
}

/// The same on a terminal of its own, 120 columns wide, for what it shows to people; all it writes is standard output.
/// The arguments are plain words.
pub fn command_on_terminal(data_dir: &Path, arguments: &[&str]) -> Result<Command> {
    let line = format!("stty cols 120 && exec '{}' {}", binary()?.display(), arguments.join(" "));
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--flush", "--command", &line, "/dev/null"]);
    Ok(clean(command, data_dir))
}

fn clean(mut command: Command, data_dir: &Path) -> Command {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CHANNELSCOPE_") || name.starts_with("TELEGRAM_") || name == "DATABASE_URL" {
            command.env_remove(name);
        }
    }
    command.env("CHANNELSCOPE_DATA_DIR", data_dir).current_dir("/").stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// What a finished command said.
#[derive(Debug)]
pub struct Said {
    /// Exit code 0.
    pub success: bool,
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Runs a command to its end.
pub async fn run(mut command: Command) -> Result<Said> {
    Ok(said(&command.output().await?))
}

/// Runs a command to its end, with this on its standard input.
pub async fn run_with_input(mut command: Command, input: &str) -> Result<Said> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let mut stdin = child.stdin.take().context("stdin is piped")?;
    // A program that ends early has read enough.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    Ok(said(&child.wait_with_output().await?))
}

fn said(output: &std::process::Output) -> Said {
    Said {
        success: output.status.success(),
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A running server.
#[derive(Debug)]
pub struct Product {
    child: Child,
    log: PathBuf,
    /// Where it answers, without a trailing slash.
    pub base: String,
    /// The link it printed, if it is a demo.
    pub sign_in: Option<String>,
}

impl Product {
    /// Starts `channelscope ARGUMENTS` on a free port and waits until it is ready. Its log goes to a file beside the
    /// data directory.
    pub async fn start(data_dir: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Result<Self> {
        let port = free_port()?;
        let log = data_dir.with_extension(format!("{port}.log"));
        let mut command = command(data_dir)?;
        command
            .args(arguments)
            .env("CHANNELSCOPE_LISTEN", format!("127.0.0.1:{port}"))
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log)?);
        let mut child = command.spawn()?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let mut product = Self { child, log, base: format!("http://127.0.0.1:{port}"), sign_in: None };
        if arguments.first() == Some(&"demo") {
            let mut line = String::new();
            let mut stdout = BufReader::new(stdout);
            tokio::time::timeout(START, stdout.read_line(&mut line)).await.context("no sign-in line")??;
            let Some(link) = line.trim().strip_prefix("Sign in: ") else {
                bail!("the first line was {line:?}, not a sign-in link:\n{}", product.log())
            };
            product.sign_in = Some(link.to_owned());
        }
        product.ready().await?;
        Ok(product)
    }

    async fn ready(&mut self) -> Result<()> {
        let url = format!("{}/health/ready", self.base);
        let deadline = tokio::time::Instant::now() + START;
        while tokio::time::Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status}:\n{}", self.log());
            }
            if reqwest::get(&url).await.is_ok_and(|response| response.status().is_success()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the server was not ready within {START:?}:\n{}", self.log())
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Asks it to end (SIGTERM) and waits; an error if it does not end cleanly.
    pub async fn stop(mut self) -> Result<()> {
        self.signal(Signal::SIGTERM)?;
        let status =
            tokio::time::timeout(STOP, self.child.wait()).await.context("the server did not stop")??;
        ensure!(status.success(), "the server stopped with {status}:\n{}", self.log());
        Ok(())
    }

    /// `kill -9`.
    pub async fn kill(mut self) -> Result<()> {
        self.signal(Signal::SIGKILL)?;
        self.child.wait().await?;
        Ok(())
    }

    /// The process's resident memory, bytes.
    pub fn resident_bytes(&self) -> Result<u64> {
        self.status_bytes("VmRSS:")
    }

    /// The most that was ever resident, bytes.
    pub fn peak_bytes(&self) -> Result<u64> {
        self.status_bytes("VmHWM:")
    }

    fn status_bytes(&self, name: &str) -> Result<u64> {
        let pid = self.child.id().context("the server has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line =
            status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
        let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kilobytes * 1024)
    }

    /// Processor time that the process has used, all its threads, in user and kernel.
    pub fn cpu_time(&self) -> Result<Duration> {
        let pid = self.child.id().context("the server has ended")?;
        // Nanoseconds on a processor, thread by thread: /proc/PID/stat only counts in hundredths of a second.
        let mut nanos = 0;
        for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
            let stat = std::fs::read_to_string(thread?.path().join("schedstat"))?;
            nanos += stat.split(' ').next().context("no time")?.parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanos))
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let pid = self.child.id().context("the server has ended")?;
        Ok(kill(Pid::from_raw(i32::try_from(pid)?), signal)?)
    }
}

/// A running `channelscope work`: it collects and serves nothing.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    log: PathBuf,
}

impl Worker {
    /// Starts it; its log goes to a new file beside the data directory.
    pub(crate) fn start(data_dir: &Path, environment: &[(&str, &str)]) -> Result<Self> {
        let (_, log) = tempfile::Builder::new()
            .prefix("work-")
            .suffix(".log")
            .tempfile_in(data_dir.parent().context("a data directory is in a folder")?)?
            .keep()?;
        let mut command = command(data_dir)?;
        command.arg("work").envs(environment.iter().copied());
        let child = command.stdout(Stdio::null()).stderr(std::fs::File::create(&log)?).spawn()?;
        Ok(Self { child, log })
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// `kill -9`. An error if it had ended before.
    pub async fn kill(mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("the worker had ended with {status}:\n{}", self.log());
        }
        Ok(self.child.kill().await?)
    }

    /// Asks it to end (SIGTERM) and waits; an error if it does not end cleanly.
    pub async fn stop(mut self) -> Result<()> {
        let pid = self.child.id().context("the worker has ended")?;
        kill(Pid::from_raw(i32::try_from(pid)?), Signal::SIGTERM)?;
        let status =
            tokio::time::timeout(STOP, self.child.wait()).await.context("the worker did not stop")??;
        ensure!(status.success(), "the worker stopped with {status}:\n{}", self.log());
        Ok(())
    }
}

/// A port that was free a moment ago.
pub fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
