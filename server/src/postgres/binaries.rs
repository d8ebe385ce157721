//! Which of the system's PostgreSQL installations to use.

use std::path::{Path, PathBuf};

use super::Error;

/// Where distributions put the server's binaries: Debian by major version, others flat.
const VERSIONED: &str = "/usr/lib/postgresql";
const FLAT: &[&str] = &["/usr/pgsql", "/usr/local", "/usr"];

/// The installation that made the cluster; for a new cluster, the newest.
pub(super) fn find(cluster: &Path) -> Result<PathBuf, Error> {
    let mut versioned: Vec<(u32, PathBuf)> = std::fs::read_dir(VERSIONED)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let major = path.file_name()?.to_str()?.parse().ok()?;
            is_installation(&path).then_some((major, path))
        })
        .collect();
    versioned.sort();
    match std::fs::read_to_string(cluster.join("PG_VERSION")) {
        Ok(made_by) => {
            let made_by = made_by.trim().to_owned();
            versioned
                .into_iter()
                .find(|(major, _)| major.to_string() == made_by)
                .map(|(_, path)| path)
                .or_else(flat)
                .ok_or(Error::OtherVersion { path: cluster.to_owned(), made_by })
        }
        Err(_) => versioned.pop().map(|(_, path)| path).or_else(flat).ok_or(Error::NotInstalled),
    }
}

fn flat() -> Option<PathBuf> {
    FLAT.iter().map(PathBuf::from).find(|path| is_installation(path))
}

fn is_installation(path: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|binary| path.join("bin").join(binary).exists())
}
