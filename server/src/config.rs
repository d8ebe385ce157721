//! Configuration: flags, environment variables and `channelscope.toml` say the same things, in this order of
//! precedence. Every field's doc names its variable. Every secret can also come from a file.

mod error;
mod file;
mod secret;
mod storage;
mod telegram;
mod web;

pub use error::Error;
pub use file::with_file_defaults;
pub use secret::{SecretSource, read_secret};
pub use storage::Storage;
pub use telegram::Telegram;
pub use web::Web;
