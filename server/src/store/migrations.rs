//! The schema: made and changed by the migrations that are part of the program.

use std::collections::BTreeSet;

use sqlx::PgPool;
use sqlx::migrate::{Migrate, MigrateError, Migrator};

/// Every migration this program knows.
pub static MIGRATOR: Migrator = sqlx::migrate!("../migrations");

/// What migrating did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The newest migration before; `None` for an empty database.
    pub from: Option<i64>,
    /// The newest migration now.
    pub to: i64,
    /// How many were applied.
    pub count: usize,
}

/// Why a database can't be used, as a sentence with the fix.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Made by a newer program.
    #[error(
        "This database was made by a newer Channelscope (migration {database}; this program knows up to {program}); \
         update the program or restore a backup."
    )]
    Newer {
        /// The newest migration of the database.
        database: i64,
        /// The newest migration of the program.
        program: i64,
    },
    /// A migration was changed after it was applied.
    #[error(
        "Migration {0} of this database is not the one this program has; use the program that made the database, \
         or restore a backup."
    )]
    Different(i64),
    /// A migration this program needs has not been applied.
    #[error(
        "This database is at migration {database}, this program needs {program}; run `channelscope migrate`."
    )]
    Older {
        /// The newest migration of the database; 0 for an empty one.
        database: i64,
        /// The newest migration of the program.
        program: i64,
    },
    /// The database itself.
    #[error("The database could not be migrated: {0}")]
    Failed(#[source] MigrateError),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// The newest migration of the program.
fn program_version() -> i64 {
    MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or(0)
}

async fn applied(pool: &PgPool) -> Result<BTreeSet<i64>, Error> {
    let mut connection = pool.acquire().await?;
    let table = &MIGRATOR.table_name;
    // Looked for and not made: only the migrator makes it, with its lock, for two that do so at once collide.
    let exists: bool = sqlx::query_scalar("select to_regclass($1) is not null")
        .bind(table.as_ref())
        .fetch_one(&mut *connection)
        .await?;
    if !exists {
        return Ok(BTreeSet::new());
    }
    let applied = connection.list_applied_migrations(table).await.map_err(Error::Failed)?;
    Ok(applied.into_iter().map(|migration| migration.version).collect())
}

/// Refuses a database that has migrations which the program does not know.
fn refuse_newer(applied: &BTreeSet<i64>) -> Result<(), Error> {
    let known: BTreeSet<i64> = MIGRATOR.iter().map(|migration| migration.version).collect();
    match (applied.last(), applied.is_subset(&known)) {
        (Some(&database), false) => Err(Error::Newer { database, program: program_version() }),
        _ => Ok(()),
    }
}

/// Brings the database to the program's schema. Several processes may do so at once: one migrates, the others wait.
///
/// # Errors
/// [`Error::Newer`] for a database from a newer program, [`Error::Different`] when an applied migration was changed;
/// nothing is written then.
pub async fn migrate(pool: &PgPool) -> Result<Applied, Error> {
    let before = applied(pool).await?;
    refuse_newer(&before)?;
    MIGRATOR.run(pool).await.map_err(|error| match error {
        MigrateError::VersionMismatch(version) => Error::Different(version),
        MigrateError::VersionMissing(database) => Error::Newer { database, program: program_version() },
        other => Error::Failed(other),
    })?;
    let after = applied(pool).await?;
    Ok(Applied {
        from: before.last().copied(),
        to: program_version(),
        count: after.difference(&before).count(),
    })
}

/// Is the database exactly as this program needs it? For readiness.
///
/// # Errors
/// [`Error::Newer`] and [`Error::Older`] say what is wrong.
pub async fn check(pool: &PgPool) -> Result<(), Error> {
    let applied = applied(pool).await?;
    refuse_newer(&applied)?;
    let missing = MIGRATOR
        .iter()
        .any(|migration| migration.migration_type.is_up_migration() && !applied.contains(&migration.version));
    if missing {
        Err(Error::Older { database: applied.last().copied().unwrap_or(0), program: program_version() })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
