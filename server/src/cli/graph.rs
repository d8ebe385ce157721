//! `channelscope graph`: what the collector would read from a chart, for people and programs that want to see.

use std::io::{Read, Write};

use anyhow::{Context, Result};

use crate::telegram::graph;

/// More than Telegram ever sends; a file by mistake should not fill the memory.
const LIMIT: u64 = 64 << 20;

/// Reads a chart from standard input. Prints nothing unless all of it is good.
pub(super) fn run() -> Result<()> {
    let mut text = String::new();
    std::io::stdin().take(LIMIT).read_to_string(&mut text).context("standard input is not UTF-8 text")?;
    let lines = graph::to_ndjson(&text)?;
    let mut out = std::io::stdout().lock();
    out.write_all(lines.as_bytes())?;
    out.flush()?;
    Ok(())
}
