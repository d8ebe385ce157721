//! Where sealed sessions are kept: in the database, which cannot open them.

use app::model::AccountId;
use futures::future::BoxFuture;
use sqlx::PgPool;

use crate::clock::Clock;
use crate::store::sessions::{self, Sealed};
use crate::telegram::session::{Vault, VaultError};

/// The row of one account.
#[derive(Clone, Debug)]
pub struct StoreVault {
    /// The database.
    pub pool: PgPool,
    /// Whose.
    pub account: AccountId,
    /// Says when it was kept.
    pub clock: Clock,
}

impl Vault for StoreVault {
    fn load(&self) -> BoxFuture<'_, Result<Option<Vec<u8>>, VaultError>> {
        Box::pin(async {
            let sealed = sessions::find(&self.pool, self.account).await?;
            Ok(sealed.map(|sealed| sealed.bytes))
        })
    }

    fn save(&self, sealed: Vec<u8>, key_id: String) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(async move {
            let sealed = Sealed { bytes: sealed, key_id };
            Ok(sessions::save(&self.pool, self.account, &sealed, self.clock.now()).await?)
        })
    }
}
