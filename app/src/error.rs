//! What a browser may know of an error.

use serde::{Deserialize, Serialize};

/// The answer to a question that could not be answered. The cause of [`ApiError::Internal`] is logged once, on the
/// server, under its reference; nothing of it travels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ApiError {
    /// Nobody is signed in.
    #[error("Sign in to see this.")]
    SignedOut,
    /// Signed in, without the right.
    #[error("You have no right to see this: {0}.")]
    Forbidden(String),
    /// It does not exist, or is not collected.
    #[error("{0} was not found.")]
    NotFound(String),
    /// What was asked for makes no sense; the text says what would.
    #[error("{0}")]
    Invalid(String),
    /// Our fault.
    #[error("Something went wrong on our side; the log has it under reference {reference}.")]
    Internal {
        /// Finds the cause in the log.
        reference: String,
    },
}
