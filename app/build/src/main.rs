//! `site-build MODULE.wasm MAIN.css SITE`: everything the browser loads, under a name that changes with its content.
//!
//! wasm-bindgen makes the bindings (the same version as the library, by Cargo.lock), `wasm-opt` shrinks the module,
//! the styles become one file, and everything is compressed once, here, instead of at each request.

mod compress;
mod features;
mod style;
mod wasm;

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

/// The most that the first module may weigh, brotli: what a phone on a slow network can bear before charts come alive.
const MODULE_BROTLI_LIMIT: u64 = 70_000;

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [module, stylesheet, site] = arguments.as_slice() else {
        bail!("usage: site-build MODULE.wasm MAIN.css SITE");
    };
    let staging = site.with_extension("part");
    if staging.exists() {
        fs::remove_dir_all(&staging)?;
    }
    let files = staging.join("files");
    fs::create_dir_all(&files)?;
    wasm::bindings(module, &files).context("making the bindings")?;
    style::bundle(stylesheet, &files.join("channelscope.css")).context("bundling the styles")?;

    let hash = content_hash(&files)?;
    let package = staging.join("pkg").join(&hash);
    fs::create_dir_all(staging.join("pkg"))?;
    fs::rename(&files, &package)?;
    compress::everything(&package)?;
    fs::write(staging.join("manifest.json"), format!("{{\"pkg\":\"pkg/{hash}\"}}\n"))?;

    let module = package.join("channelscope_bg.wasm");
    let (raw, brotli) =
        (fs::metadata(&module)?.len(), fs::metadata(module.with_added_extension("br"))?.len());
    eprintln!("The browser's module: {raw} bytes, {brotli} compressed.");
    ensure!(
        brotli <= MODULE_BROTLI_LIMIT,
        "the module is {brotli} bytes compressed, more than {MODULE_BROTLI_LIMIT}: was link-time optimisation lost, \
         or did something heavy reach the browser?"
    );
    replace(&staging, site)
}

/// The first 16 hexadecimal digits of the SHA-256 of all names and contents.
fn content_hash(directory: &Path) -> Result<String> {
    let mut hasher = Sha256::new();
    for file in compress::files(directory)? {
        hasher.update(file.strip_prefix(directory)?.as_os_str().as_encoded_bytes());
        hasher.update(fs::read(&file)?);
    }
    Ok(hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

fn replace(new: &Path, old: &Path) -> Result<()> {
    if old.exists() {
        fs::remove_dir_all(old)?;
    }
    fs::rename(new, old)?;
    Ok(())
}
