//! Started as root, stay so only as long as needed: PostgreSQL refuses to run as root, and a dashboard has no
//! business there. Called before any thread exists.

use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;

use nix::unistd::{Gid, Uid, User, chown, geteuid, setgid, setgroups, setuid};

use crate::config::Error;

/// The users to become, in this order, if the data directory belongs to root.
const CANDIDATES: &[&str] = &["channelscope", "nobody"];

/// Makes the data directory (mode 0700) and, as root, gives it to an unprivileged user and becomes that user:
/// the directory's owner, else `channelscope`, else `nobody`.
pub fn prepare(data_dir: &Path) -> Result<(), Error> {
    let refused = |reason: String| Error::DataDir { path: data_dir.to_owned(), reason };
    let create = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data_dir);
    create.map_err(|error| refused(format!("{error}; create it, or choose another")))?;
    let metadata = std::fs::metadata(data_dir).map_err(|error| refused(error.to_string()))?;
    if !metadata.is_dir() {
        return Err(refused("it is not a directory; choose another".to_owned()));
    }
    if !geteuid().is_root() {
        let owner = Uid::from_raw(metadata.uid());
        if owner != geteuid() {
            let name =
                User::from_uid(owner).ok().flatten().map_or_else(|| owner.to_string(), |user| user.name);
            return Err(refused(format!("it belongs to {name}; run as {name}, or choose another directory")));
        }
        return Ok(());
    }
    let (uid, gid) = if metadata.uid() == 0 {
        let user =
            CANDIDATES.iter().find_map(|name| User::from_name(name).ok().flatten()).ok_or_else(|| {
                refused(
                    "root must hand it to another user, and there is none; add a user channelscope".into(),
                )
            })?;
        chown(data_dir, Some(user.uid), Some(user.gid))
            .map_err(|error| refused(format!("it could not be given to {}: {error}", user.name)))?;
        (user.uid, user.gid)
    } else {
        (Uid::from_raw(metadata.uid()), Gid::from_raw(metadata.gid()))
    };
    become_user(uid, gid).map_err(|error| refused(format!("could not become user {uid}: {error}")))?;
    // Whatever the old home or working directory was, the new user may not be able to enter it.
    std::env::set_current_dir(data_dir).map_err(|error| {
        refused(format!("user {uid} can't enter it ({error}); give it a place that other users can reach"))
    })
}

fn become_user(uid: Uid, gid: Gid) -> nix::Result<()> {
    setgroups(&[gid])?;
    setgid(gid)?;
    setuid(uid)
}
