//! Passwords: Argon2id with the parameters of its authors (19 MiB, two passes), off the async threads.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// What can go wrong with a password, apart from being wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Argon2 refused.
    #[error("the password could not be hashed: {0}")]
    Hash(argon2::password_hash::Error),
    /// The check did not come back.
    #[error("the password check was interrupted")]
    Interrupted,
}

/// Checked when there is no such user, so that the answer takes as long.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash("nobody has this password").ok());

/// The hash to store, as a PHC string with its own random salt. Takes some tens of milliseconds of a processor.
///
/// # Errors
/// When the system has no randomness to give.
pub fn hash(password: &str) -> Result<String, Error> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(Error::Hash)
}

/// Is it the password of this hash? Without a hash the answer is no, after the same work.
pub(crate) async fn check(
    checks: &Semaphore,
    password: Zeroizing<String>,
    hash: Option<String>,
) -> Result<bool, Error> {
    let _permit = checks.acquire().await.map_err(|_| Error::Interrupted)?;
    tokio::task::spawn_blocking(move || {
        let nobody = NOBODY.as_deref();
        let is_known = hash.is_some();
        let Some(stored) = hash.as_deref().or(nobody) else { return false };
        let is_right = PasswordHash::new(stored)
            .is_ok_and(|stored| Argon2::default().verify_password(password.as_bytes(), &stored).is_ok());
        is_known && is_right
    })
    .await
    .map_err(|_| Error::Interrupted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_fits_its_hash() {
        let (checks, stored) = (Semaphore::new(1), hash("correct horse").unwrap());
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_ne!(stored, hash("correct horse").unwrap(), "the salt is random");
        let ask = |password: &str, stored: Option<&str>| {
            check(&checks, Zeroizing::new(password.to_owned()), stored.map(Into::into))
        };
        assert!(ask("correct horse", Some(&stored)).await.unwrap());
        assert!(!ask("wrong horse", Some(&stored)).await.unwrap());
        assert!(!ask("nobody has this password", None).await.unwrap(), "nobody can't sign in");
        assert!(!ask("", Some("not a hash")).await.unwrap());
    }
}
