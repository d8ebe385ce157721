//! Brotli and gzip beside every file, as small as they get.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;

/// All files under a directory, sorted.
pub(crate) fn files(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory)? {
            let path = entry?.path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// Writes `NAME.br` and `NAME.gz` beside every file under the directory.
pub(crate) fn everything(directory: &Path) -> Result<()> {
    for file in files(directory)? {
        let content = fs::read(&file)?;
        let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
        let mut compressed = File::create(file.with_added_extension("br"))?;
        brotli::BrotliCompress(&mut content.as_slice(), &mut compressed, &parameters)?;
        let mut gzip = flate2::write::GzEncoder::new(
            File::create(file.with_added_extension("gz"))?,
            flate2::Compression::best(),
        );
        gzip.write_all(&content)?;
        gzip.finish()?;
    }
    Ok(())
}
