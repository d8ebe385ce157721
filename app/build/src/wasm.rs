//! The module: bindings, then the optimiser.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

/// Writes `channelscope.js` and the shrunk `channelscope_bg.wasm` into `out`.
pub(crate) fn bindings(module: &Path, out: &Path) -> Result<()> {
    Bindgen::new().input_path(module).out_name("channelscope").web(true)?.typescript(false).generate(out)?;
    let module = out.join("channelscope_bg.wasm");
    let shrunk = module.with_extension("shrunk");
    let status = Command::new("wasm-opt")
        .args(["-Oz", "--all-features", "--output"])
        .arg(&shrunk)
        .arg(&module)
        .status()
        .context("starting wasm-opt (Debian package binaryen)")?;
    ensure!(status.success(), "wasm-opt failed: {status}");
    std::fs::rename(shrunk, module)?;
    Ok(())
}
