//! The shape of the house: which room may know which, and that what is written about it is true.

#![expect(clippy::unwrap_used, reason = "what can't be read is a failed test, helpers included")]

mod dependencies;
mod direction;
mod files;

use std::path::{Path, PathBuf};

/// All files under `folder` (relative to the root) with this extension, as (path from the root, text).
fn sources(folder: &str, extension: &str) -> Vec<(PathBuf, String)> {
    let root = channelscope_tests::root();
    let mut found = Vec::new();
    let mut open = vec![root.join(folder)];
    while let Some(directory) = open.pop() {
        for entry in
            std::fs::read_dir(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()))
        {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(&root).unwrap().to_owned(), text));
            }
        }
    }
    assert!(!found.is_empty(), "no .{extension} files under {folder}: has it moved?");
    found
}

/// Is `path` the file `room.rs` or inside the folder `room/`?
fn in_room(path: &Path, room: &str) -> bool {
    path == Path::new(&format!("{room}.rs")) || path.starts_with(room)
}

/// The lines of a source without comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}
