use std::ops::{Deref, DerefMut};

use app::model::ChannelId;
use sqlx::{Connection, PgConnection, PgTransaction};

use super::lock;
use crate::store::error::Result;

/// Writing what was told of a channel: nobody else records for it meanwhile.
///
/// Inside a transaction it is a part of it: whoever began that ends it, and must not go on with it after an error. Outside
/// of one it is its own: unless it comes to [`Writing::commit`], nothing of it was written.
#[derive(Debug)]
pub struct Writing<'c>(Scope<'c>);

#[derive(Debug)]
enum Scope<'c> {
    Part(&'c mut PgConnection),
    Whole(PgTransaction<'c>),
}

impl<'c> Writing<'c> {
    /// Locks the channel until the end of the transaction.
    ///
    /// # Errors
    /// `NotFound` without such a channel.
    pub async fn begin(db: &'c mut PgConnection, channel: ChannelId) -> Result<Self> {
        let scope = if db.is_in_transaction() { Scope::Part(db) } else { Scope::Whole(db.begin().await?) };
        let mut writing = Self(scope);
        lock(&mut writing, channel).await?;
        Ok(writing)
    }

    /// All of it is written; a part as soon as the whole is.
    pub async fn commit(self) -> Result<()> {
        match self.0 {
            Scope::Part(_) => {}
            Scope::Whole(transaction) => transaction.commit().await?,
        }
        Ok(())
    }
}

impl Deref for Writing<'_> {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        match &self.0 {
            Scope::Part(db) => db,
            Scope::Whole(transaction) => transaction,
        }
    }
}

impl DerefMut for Writing<'_> {
    fn deref_mut(&mut self) -> &mut PgConnection {
        match &mut self.0 {
            Scope::Part(db) => db,
            Scope::Whole(transaction) => transaction,
        }
    }
}
