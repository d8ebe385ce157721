//! What can go wrong with the store.

/// The store's answer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was named does not exist.
    #[error("{0} was not found")]
    NotFound(String),
    /// It would break a rule of the data; `what` says which, in words.
    #[error("{what}")]
    Conflict {
        /// The rule, as a sentence without its full stop.
        what: &'static str,
    },
    /// The database holds, or was given, a value that has no meaning here.
    #[error("{table}.{column} holds “{value}”, which has no meaning here")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// Its column.
        column: &'static str,
        /// What it holds.
        value: String,
    },
    /// The database itself.
    #[error("the database refused: {0}")]
    Sqlx(#[source] sqlx::Error),
}

/// Constraints that a caller can do something about, and what each means to a person.
const CONFLICTS: &[(&str, &str)] = &[
    ("users_login_key", "This login is taken; choose another"),
    ("users_login_check", "A login is lower case, not empty, and has no spaces around it"),
    ("api_tokens_name_key", "A token of this name exists; revoke it first or choose another name"),
    ("api_tokens_token_sha256_key", "This token exists already"),
    ("schedules_every_seconds_check", "A schedule runs at most once a minute and at least once a year"),
    ("rates_usd_rate_check", "A rate is greater than zero"),
];

/// Foreign keys, and what is missing when one fails.
const PARENTS: &[(&str, &str)] = &[
    ("_channel_id_fkey", "The channel"),
    ("_account_id_fkey", "The account"),
    ("_user_id_fkey", "The user"),
];

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let constraint = error.as_database_error().and_then(|error| error.constraint()).unwrap_or_default();
        if let Some((_, what)) = CONFLICTS.iter().find(|(name, _)| *name == constraint) {
            return Self::Conflict { what };
        }
        if let Some((_, what)) = PARENTS.iter().find(|(suffix, _)| constraint.ends_with(suffix)) {
            return Self::NotFound((*what).to_owned());
        }
        Self::Sqlx(error)
    }
}
