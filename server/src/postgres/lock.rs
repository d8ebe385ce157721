//! File locks that the kernel drops when their process dies.

use std::fs::File;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::fcntl::{Flock, FlockArg};

/// How often a taken lock is tried again.
const RETRY: Duration = Duration::from_millis(50);

/// A shared lock, held until dropped.
#[derive(Debug)]
pub(super) struct Shared {
    path: PathBuf,
    lock: Flock<File>,
}

impl Shared {
    /// Is nobody else holding it? Gives up this share either way.
    pub(super) fn leave_last(self) -> bool {
        drop(self.lock);
        open(&self.path).is_ok_and(|file| Flock::lock(file, FlockArg::LockExclusiveNonblock).is_ok())
    }
}

/// Waits until nobody holds the lock exclusively.
pub(super) async fn shared(path: &Path) -> std::io::Result<Shared> {
    Ok(Shared { path: path.to_owned(), lock: wait(path, FlockArg::LockSharedNonblock).await? })
}

/// Waits until nobody holds the lock at all.
pub(super) async fn exclusive(path: &Path) -> std::io::Result<Flock<File>> {
    wait(path, FlockArg::LockExclusiveNonblock).await
}

async fn wait(path: &Path, how: FlockArg) -> std::io::Result<Flock<File>> {
    let mut file = open(path)?;
    loop {
        match Flock::lock(file, how) {
            Ok(lock) => return Ok(lock),
            Err((unlocked, nix::errno::Errno::EWOULDBLOCK)) => file = unlocked,
            Err((_, error)) => return Err(error.into()),
        }
        tokio::time::sleep(RETRY).await;
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    File::options().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}
