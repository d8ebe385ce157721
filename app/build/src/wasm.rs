//! The module: bindings, then the optimiser.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::features;

/// What rustc uses by default and every browser of the last years knows. Not `--all-features`: old versions of
/// binaryen then write types in an encoding that was dropped before it became a standard.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
];

/// Writes `channelscope.js` and the shrunk `channelscope_bg.wasm` into `out`.
pub(crate) fn bindings(module: &Path, out: &Path) -> Result<()> {
    let module = features::without_new_ones(&std::fs::read(module)?)?;
    Bindgen::new()
        .input_bytes("channelscope", module)
        .out_name("channelscope")
        .web(true)?
        .typescript(false)
        .generate(out)?;
    let module = out.join("channelscope_bg.wasm");
    let shrunk = module.with_extension("shrunk");
    let status = Command::new("wasm-opt")
        .args(["-Oz", "--strip-debug", "--strip-producers"])
        .args(FEATURES)
        .arg("--output")
        .arg(&shrunk)
        .arg(&module)
        .status()
        .context("starting wasm-opt (Debian package binaryen)")?;
    ensure!(status.success(), "wasm-opt failed: {status}");
    std::fs::rename(shrunk, module)?;
    Ok(())
}
