//! The command line. One file a command; what they share is [`crate::boot`].

mod account;
mod channel;
mod collect;
mod errand;
mod export;
mod graph;
mod print;
mod probe;
mod rederive;
mod report;
mod schedule;
mod serve;
mod token;
mod user;

use std::path::PathBuf;

use anyhow::Result;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::boot::Settings;
use crate::config;

/// Self-hosted analytics and ad revenue for owners of Telegram channels.
#[derive(Debug, Parser)]
#[command(name = "channelscope", version, propagate_version = true, disable_help_subcommand = true)]
struct Cli {
    /// The configuration file [default: channelscope.toml here, else /etc/channelscope.toml].
    ///
    /// Read from `CHANNELSCOPE_CONFIG`.
    #[arg(long, env = "CHANNELSCOPE_CONFIG", global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    web: config::Web,
    #[command(flatten)]
    storage: config::Storage,
    #[command(flatten)]
    telegram: config::Telegram,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the dashboard and collect on schedule.
    Serve(serve::Serve),
    /// Collect on schedule, without the dashboard.
    Work,
    /// Serve the dashboard on a simulated Telegram account.
    #[cfg(feature = "demo")]
    Demo(serve::Demo),
    /// Bring the database up to date.
    Migrate,
    /// Link Telegram accounts.
    #[command(subcommand)]
    Account(account::Account),
    /// See which channels are collected.
    #[command(subcommand)]
    Channel(channel::Channel),
    /// Collect a channel now.
    Collect(collect::Collect),
    /// See and change when things are collected.
    #[command(subcommand)]
    Schedule(schedule::Schedule),
    /// Export reports.
    #[command(subcommand)]
    Report(report::Report),
    /// Export everything that is kept.
    Export(export::Export),
    /// Derive the series again from what Telegram said, and compare.
    Rederive(rederive::Rederive),
    /// Ask what Telegram's answers for a channel look like; tells their shapes, and nothing that is in them.
    Probe(probe::Probe),
    /// Read a Telegram chart from standard input, print its series as NDJSON.
    Graph,
    /// Manage who may sign in.
    #[command(subcommand)]
    User(user::User),
    /// Manage API tokens.
    #[command(subcommand)]
    Token(token::Token),
}

/// Parses the command line and runs the command.
pub fn run() -> Result<()> {
    let cli = parse()?;
    let settings = Settings { web: cli.web, storage: cli.storage, telegram: cli.telegram };
    match cli.command {
        Command::Graph => graph::run(),
        Command::Serve(serve) => serve.run(settings),
        Command::Work => serve::work(settings),
        #[cfg(feature = "demo")]
        Command::Demo(demo) => demo.run(settings),
        Command::Migrate => serve::migrate(settings),
        Command::Account(account) => account.run(settings),
        Command::Channel(channel) => channel.run(settings),
        Command::Collect(collect) => collect.run(settings),
        Command::Schedule(schedule) => schedule.run(settings),
        Command::Report(report) => report.run(settings),
        Command::Export(export) => export.run(settings),
        Command::Probe(probe) => probe.run(settings),
        Command::Rederive(rederive) => rederive.run(settings),
        Command::User(user) => user.run(settings),
        Command::Token(token) => token.run(settings),
    }
}

fn parse() -> Result<Cli> {
    // The file may give defaults, so it is found before the real parse; what is wrong with the rest is said there.
    let named = named_by_flag().or_else(|| std::env::var_os("CHANNELSCOPE_CONFIG").map(PathBuf::from));
    let command = config::with_file_defaults(Cli::command(), named.as_deref())?;
    let matches = command.get_matches();
    Ok(Cli::from_arg_matches(&matches)?)
}

fn named_by_flag() -> Option<PathBuf> {
    let mut arguments = std::env::args_os();
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        if text == "--config" {
            return arguments.next().map(PathBuf::from);
        }
        if let Some(path) = text.strip_prefix("--config=") {
            return Some(PathBuf::from(path));
        }
    }
    None
}
