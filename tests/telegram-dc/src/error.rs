use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a data centre could not start or an access file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody else listens there.
    #[error(
        "{address} is already in use: stop the program that listens there, or choose another base address with --listen"
    )]
    Busy {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The address cannot be listened on for another reason.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The base port leaves no room for base + data centre number.
    #[error("port {port} leaves no room for port {port} + 4: choose a lower base port with --listen")]
    Port {
        /// The base port that was asked for.
        port: u16,
    },
    /// The world would be too short or too long.
    #[error("a world of {days} days cannot be made: ask for 1 to 4000 days")]
    Days {
        /// The number of days that was asked for.
        days: u32,
    },
    /// More accounts or channels than there may be.
    #[error(
        "a crowd of {accounts} accounts with {channels} channels each cannot be made: ask for up to 100 with up to 1000"
    )]
    Crowd {
        /// The number of accounts that was asked for.
        accounts: u16,
        /// The number of channels of each.
        channels: u16,
    },
    /// A fault in words says nothing that can be done.
    #[error("the fault {order:?} cannot be understood: {reason}")]
    Fault {
        /// The words.
        order: String,
        /// What is wrong with them.
        reason: String,
    },
    /// The share of requests that chance hits is none.
    #[error("a share of {share} requests cannot be hit by chance: ask for 0 to 1")]
    Chaos {
        /// The share that was asked for.
        share: f64,
    },
    /// The access file could not be written.
    #[error("cannot write the access file {}: {source}", path.display())]
    WriteAccess {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The access file could not be read.
    #[error("cannot read the access file {}: {source}", path.display())]
    ReadAccess {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The access file is not one.
    #[error("{} is not an access file of telegram-dc: {source}", path.display())]
    ParseAccess {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Telegram does not let the client in whose QR code was scanned.
    #[error("the QR code was scanned in vain: {name}")]
    Scan {
        /// Telegram's name for it, such as `AUTH_TOKEN_EXPIRED`.
        name: String,
    },
}
