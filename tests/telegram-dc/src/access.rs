use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Error;

/// Authorisation keys by data centre number: 256 bytes each, as 512 hexadecimal digits.
pub type KeySet = BTreeMap<i32, String>;

/// All that a client needs to meet the simulated Telegram: the file that `TELEGRAM_DC_FILE` names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// The data centre the account lives in.
    pub home_dc: i32,
    /// Where each data centre listens.
    pub dcs: Vec<DcAddress>,
    /// The simulated account.
    pub user: AccessUser,
    /// More accounts, which sign in with spare keys.
    #[serde(default)]
    pub others: Vec<AccessUser>,
    /// Keys as after a login: the home key is signed in, the others belong to nobody until the authorisation is
    /// imported.
    pub ready: KeySet,
    /// More keys, bound to nobody: one set for each linking.
    pub spare: Vec<KeySet>,
    /// `host:port` that answers a connection with the world's time in Unix milliseconds and a line feed.
    pub clock: String,
}

/// Where one data centre listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DcAddress {
    /// The data centre's number.
    pub id: i32,
    /// An IPv4 address.
    pub host: String,
    /// A TCP port.
    pub port: u16,
}

/// The simulated account and what it signs in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessUser {
    /// Telegram's id of the account.
    pub id: i64,
    /// The phone number, with country code, without `+`.
    pub phone: String,
    /// The login code that will be sent.
    pub code: String,
    /// The two-step verification password.
    pub password: String,
}

impl Access {
    /// Reads an access file.
    ///
    /// # Errors
    /// [`Error::ReadAccess`] or [`Error::ParseAccess`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read(path).map_err(|source| Error::ReadAccess { path: path.to_owned(), source })?;
        serde_json::from_slice(&text).map_err(|source| Error::ParseAccess { path: path.to_owned(), source })
    }

    /// Writes an access file that only its owner may read; a reader sees the old file or the new one, never half.
    ///
    /// # Errors
    /// [`Error::WriteAccess`].
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        self.write_beside(path).map_err(|source| Error::WriteAccess { path: path.to_owned(), source })
    }

    /// The address of a data centre.
    #[must_use]
    pub fn dc(&self, id: i32) -> Option<&DcAddress> {
        self.dcs.iter().find(|dc| dc.id == id)
    }

    /// The bytes of the key in `ready` for a data centre.
    #[must_use]
    pub fn ready_key(&self, id: i32) -> Option<[u8; 256]> {
        unhex(self.ready.get(&id)?)
    }

    /// The bytes of the key in the numbered spare set for a data centre.
    #[must_use]
    pub fn spare_key(&self, set: usize, id: i32) -> Option<[u8; 256]> {
        unhex(self.spare.get(set)?.get(&id)?)
    }

    fn write_beside(&self, path: &Path) -> io::Result<()> {
        let name = path.file_name().ok_or_else(|| io::Error::other("the path names no file"))?;
        let draft = path.with_file_name(format!(".{}.{}", name.to_string_lossy(), std::process::id()));
        let mut text = serde_json::to_vec(self)?;
        text.push(b'\n');
        let written = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft)
            .and_then(|mut file| file.write_all(&text).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&draft, path));
        if written.is_err() {
            let _ = fs::remove_file(&draft);
        }
        written
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != N * 2 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; N];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{hex, unhex};

    #[test]
    fn hexadecimal_goes_there_and_back() {
        assert_eq!(hex(&[0, 171, 255]), "00abff");
        assert_eq!(unhex::<3>("00abff"), Some([0, 171, 255]));
        assert_eq!(unhex::<3>("00abf"), None);
        assert_eq!(unhex::<2>("zz00"), None);
    }
}
