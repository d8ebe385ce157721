//! The key that seals the Telegram session: given, or kept in the data directory since the first start.

use std::path::Path;

use anyhow::{Result, bail};
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgPool;

use crate::seal::SealKey;
use crate::store::{accounts, sessions};

/// The key file's name in the data directory.
const FILE: &str = "secret.key";

/// Opens the key, making one if nothing was ever sealed. A key that does not fit what is sealed is refused here, at
/// the start, rather than at the first collection.
pub(super) async fn open(pool: &PgPool, data_dir: &Path, given: Option<&SecretString>) -> Result<SealKey> {
    let file = data_dir.join(FILE);
    let sealed_with = sealed_with(pool).await?;
    let key = match given {
        Some(text) => SealKey::parse(text.expose_secret(), "CHANNELSCOPE_SECRET_KEY")?,
        None if file.exists() => SealKey::read(&file)?,
        None => match &sealed_with {
            None => SealKey::create(&file)?,
            Some(id) => bail!(
                "the Telegram session in the database is sealed with the key {id}, and there is no key in {}: put the \
                 key file back, or name it with CHANNELSCOPE_SECRET_KEY_FILE",
                file.display()
            ),
        },
    };
    match sealed_with {
        Some(id) if id != key.id() => bail!(
            "the Telegram session in the database is sealed with the key {id}, but {} holds the key {}: give \
             the right key",
            given.map_or_else(|| file.display().to_string(), |_| "CHANNELSCOPE_SECRET_KEY".to_owned()),
            key.id()
        ),
        _ => Ok(key),
    }
}

/// The key of the first sealed session; there is one key for all.
async fn sealed_with(pool: &PgPool) -> Result<Option<String>> {
    for account in accounts::list(pool).await? {
        if let Some(sealed) = sessions::find(pool, account.id).await? {
            return Ok(Some(sealed.key_id));
        }
    }
    Ok(None)
}
