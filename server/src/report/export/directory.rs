//! The directory of an export.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::{ExportError, Format};
use crate::store::export::Kind;

/// A directory that an export may go into.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    is_new: bool,
}

impl Directory {
    /// Makes it, open to its owner only, or takes it as it is: empty, unless what is in it may be replaced. Files that
    /// are not of an export stay.
    ///
    /// # Errors
    /// [`ExportError::NotEmpty`], or what the system says.
    pub fn open(path: &Path, force: bool) -> Result<Self, ExportError> {
        let refused = |source| ExportError::File { path: path.to_owned(), source };
        // The working directory may change.
        let path = std::path::absolute(path).map_err(refused)?;
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(refused)?;
        }
        let is_new = match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
            Err(error) => return Err(refused(error)),
        };
        let is_empty = std::fs::read_dir(&path).map_err(refused)?.next().is_none();
        if is_empty || force { Ok(Self { path, is_new }) } else { Err(ExportError::NotEmpty(path)) }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// It was made just now.
    pub const fn is_new(&self) -> bool {
        self.is_new
    }

    /// A file that does not have its name yet. Names, texts and invite links are in it: it is its owner's only.
    pub(super) fn draft(&self, name: &str) -> Result<Draft, ExportError> {
        let partial = self.path.join(format!(".{name}.partial"));
        let file = File::options().create(true).write(true).truncate(true).mode(0o600).open(&partial);
        let file = file.map_err(|source| ExportError::File { path: partial.clone(), source })?;
        Ok(Draft { partial, path: self.path.join(name), file })
    }

    /// The files of an earlier export, as its manifest names them. Nothing else is ours to replace.
    fn earlier(&self, manifest: &Path) -> Vec<PathBuf> {
        let read = std::fs::read(manifest).ok().and_then(|text| serde_json::from_slice(&text).ok());
        let told: serde_json::Value = read.unwrap_or_default();
        let named = |name: &String| {
            told["files"].as_array().is_some_and(|files| files.iter().any(|file| file["file"] == *name))
        };
        let every = Format::ALL
            .into_iter()
            .flat_map(|format| Kind::ALL.iter().map(move |kind| format.file_of(*kind)));
        every.filter(named).map(|name| self.path.join(name)).collect()
    }

    /// Gives the files their names, the manifest last: where there is one, everything it names is there. Files of an
    /// earlier export in another format go.
    pub(super) fn keep(&self, drafts: Vec<Draft>, manifest: Draft) -> Result<(), ExportError> {
        for draft in drafts.iter().chain([&manifest]) {
            draft.file.sync_all().map_err(|error| draft.refused(error))?;
        }
        let mut old = self.earlier(&manifest.path);
        old.retain(|path| drafts.iter().all(|draft| draft.path != *path));
        for path in [&manifest.path].into_iter().chain(&old) {
            match std::fs::remove_file(path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(ExportError::File { path: path.clone(), source });
                }
                _ => {}
            }
        }
        for draft in drafts.iter().chain([&manifest]) {
            std::fs::rename(&draft.partial, &draft.path).map_err(|error| draft.refused(error))?;
        }
        let synced = File::open(&self.path).and_then(|directory| directory.sync_all());
        synced.map_err(|source| ExportError::File { path: self.path.clone(), source })
    }
}

/// A file under a temporary name, which goes when nothing becomes of it.
#[derive(Debug)]
pub(super) struct Draft {
    partial: PathBuf,
    path: PathBuf,
    pub(super) file: File,
}

impl Draft {
    pub(super) fn refused(&self, source: io::Error) -> ExportError {
        ExportError::File { path: self.path.clone(), source }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // It is gone already when it got its name.
        drop(std::fs::remove_file(&self.partial));
    }
}
