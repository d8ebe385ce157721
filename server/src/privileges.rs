//! Started as root, stay so only as long as needed: PostgreSQL refuses to run as root, and a dashboard has no
//! business there. Called before any thread exists.

use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;

use nix::unistd::{Gid, Uid, User, chown, geteuid, setgid, setgroups, setuid};

use crate::config::Error;

/// The users to become, in this order, if the data directory belongs to root.
const CANDIDATES: &[&str] = &["channelscope", "nobody"];

/// Makes the data directory, open to its owner only, and, as root, gives it to an unprivileged user and becomes that
/// user: the directory's owner, else `channelscope`, else `nobody`. Root's own directories are not given away once
/// there is something in them.
pub fn prepare(data_dir: &Path) -> Result<(), Error> {
    let refused = |reason: String| Error::DataDir { path: data_dir.to_owned(), reason };
    create(data_dir).map_err(|error| refused(format!("{error}; create it, or choose another")))?;
    let metadata = std::fs::metadata(data_dir).map_err(|error| refused(error.to_string()))?;
    if !metadata.is_dir() {
        return Err(refused("it is not a directory; choose another".to_owned()));
    }
    let owner = Uid::from_raw(metadata.uid());
    if !geteuid().is_root() {
        if owner != geteuid() {
            let name =
                User::from_uid(owner).ok().flatten().map_or_else(|| owner.to_string(), |user| user.name);
            return Err(refused(format!("it belongs to {name}; run as {name}, or choose another directory")));
        }
        return Ok(());
    }
    let user = heir(data_dir, owner)?;
    if owner.is_root() {
        let mut inside = std::fs::read_dir(data_dir).map_err(|error| refused(error.to_string()))?;
        // A new volume is empty all the same.
        if inside.any(|entry| entry.map_or(true, |entry| entry.file_name() != "lost+found")) {
            let name = &user.name;
            return Err(refused(format!(
                "it belongs to root and is not empty; choose another, or give it away: chown -R {name} {}",
                data_dir.display()
            )));
        }
        chown(data_dir, Some(user.uid), Some(user.gid))
            .map_err(|error| refused(format!("it could not be given to {}: {error}", user.name)))?;
    }
    // The user's own group, not the directory's: that one may still be root's.
    become_user(user.uid, user.gid)
        .map_err(|error| refused(format!("could not become {}: {error}", user.name)))?;
    // Whatever the old home or working directory was, the new user may not be able to enter it.
    std::env::set_current_dir(data_dir).map_err(|error| {
        refused(format!("{} can't enter it ({error}); give it a place that other users can reach", user.name))
    })
}

/// Gives a directory that was just made to the user that [`prepare`] is going to become. Not as root: nobody else will
/// write there.
pub fn share(made: &Path, data_dir: &Path) -> Result<(), Error> {
    if !geteuid().is_root() {
        return Ok(());
    }
    let owner =
        std::fs::metadata(data_dir).map_or(Uid::from_raw(0), |metadata| Uid::from_raw(metadata.uid()));
    let user = heir(data_dir, owner)?;
    chown(made, Some(user.uid), Some(user.gid)).map_err(|error| Error::DataDir {
        path: made.to_owned(),
        reason: format!("it could not be given to {}: {error}", user.name),
    })
}

/// Whom root becomes, by the owner of the data directory.
fn heir(data_dir: &Path, owner: Uid) -> Result<User, Error> {
    let refused = |reason: String| Error::DataDir { path: data_dir.to_owned(), reason };
    if owner.is_root() {
        let candidate = CANDIDATES.iter().find_map(|name| User::from_name(name).ok().flatten());
        return candidate.ok_or_else(|| {
            refused("root must hand it to another user, and there is none; add a user channelscope".into())
        });
    }
    User::from_uid(owner).ok().flatten().ok_or_else(|| {
        refused(format!("it belongs to user {owner}, who does not exist; give it to one who does"))
    })
}

/// Parents as directories usually are; the directory itself for its owner only.
fn create(data_dir: &Path) -> std::io::Result<()> {
    if let Some(parent) = data_dir.parent() {
        std::fs::create_dir_all(parent)?;
    }
    match std::fs::DirBuilder::new().mode(0o700).create(data_dir) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn become_user(uid: Uid, gid: Gid) -> nix::Result<()> {
    setgroups(&[gid])?;
    setgid(gid)?;
    setuid(uid)
}
