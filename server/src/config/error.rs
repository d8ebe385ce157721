//! What can be wrong with the configuration.

use std::path::PathBuf;

/// Each names the variable and the fix.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file that a variable names can't be read.
    #[error("{variable} names {}, which can't be read: {source}", path.display())]
    Unreadable {
        /// The variable.
        variable: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A variable's value makes no sense.
    #[error("{variable}: {reason}")]
    Invalid {
        /// The variable.
        variable: &'static str,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// The configuration file makes no sense.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The data directory can't be made or used.
    #[error("CHANNELSCOPE_DATA_DIR is {}, which can't be used: {reason}", path.display())]
    DataDir {
        /// The directory.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// The address to listen on is taken or not ours.
    #[error(
        "CHANNELSCOPE_LISTEN is {listen}, where nothing can listen: {source}; stop what uses it or choose another, like 127.0.0.1:3001"
    )]
    Listen {
        /// The address.
        listen: std::net::SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
}
