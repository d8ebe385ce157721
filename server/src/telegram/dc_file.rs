//! `TELEGRAM_DC_FILE`: use these data centres instead of Telegram's. For tests and the demonstration; everything
//! collected so is marked as simulated.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::net::Ipv4Addr;
use std::net::SocketAddrV4;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Authorisation keys by data centre.
pub type KeySet = BTreeMap<i32, AuthKey>;

/// Why a data centre file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DcFileError {
    /// It cannot be read.
    #[error("cannot read the data centre file {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not what it should be.
    #[error("{} is not a data centre file: {source}", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// No address for the home data centre.
    #[error("{} has no address for its home data centre {home_dc}", path.display())]
    NoHome {
        /// The file.
        path: PathBuf,
        /// Which data centre it calls home.
        home_dc: i32,
    },
}

/// What a data centre file says.
#[derive(Clone, Debug, Deserialize)]
pub struct DcFile {
    /// The account's home.
    pub home_dc: i32,
    /// Where each data centre listens.
    pub dcs: Vec<DcAddress>,
    /// The simulated account.
    pub user: DcUser,
    /// Keys as after a login: signed in at home, not yet known elsewhere.
    pub ready: KeySet,
    /// More keys, bound to nobody: one set for each linking.
    #[serde(default)]
    pub spare: Vec<KeySet>,
    /// `host:port` of the world's clock, if it has its own.
    #[serde(default)]
    pub clock: Option<String>,
}

/// Where a data centre listens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DcAddress {
    /// Its number.
    pub id: i32,
    /// An IPv4 address.
    pub host: Ipv4Addr,
    /// A TCP port.
    pub port: u16,
}

impl DcAddress {
    /// As a socket address.
    pub const fn socket(&self) -> SocketAddrV4 {
        SocketAddrV4::new(self.host, self.port)
    }
}

/// The simulated account.
#[derive(Clone, Deserialize)]
pub struct DcUser {
    /// Its id.
    pub id: i64,
    /// Its phone number.
    pub phone: String,
    /// The login code it is sent.
    #[serde(default)]
    pub code: String,
    /// Its 2FA password.
    #[serde(default)]
    pub password: String,
}

impl std::fmt::Debug for DcUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DcUser").field("id", &self.id).finish_non_exhaustive()
    }
}

/// An authorisation key of MTProto. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthKey(pub(super) [u8; 256]);

impl std::fmt::Debug for AuthKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuthKey(…)")
    }
}

impl Drop for AuthKey {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

impl AuthKey {
    /// 512 hexadecimal digits.
    fn to_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// From 512 hexadecimal digits.
    fn from_hex(text: &str) -> Option<Self> {
        if text.len() != 512 || !text.is_ascii() {
            return None;
        }
        let mut key = Self([0; 256]);
        for (index, byte) in key.0.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
        }
        Some(key)
    }
}

impl Serialize for AuthKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(self.to_hex()))
    }
}

impl<'de> Deserialize<'de> for AuthKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        Self::from_hex(&text)
            .ok_or_else(|| serde::de::Error::custom("a key should be 512 hexadecimal digits"))
    }
}

impl DcFile {
    /// Reads a data centre file.
    ///
    /// # Errors
    /// [`DcFileError`]: one sentence that names the file.
    pub fn read(path: &Path) -> Result<Self, DcFileError> {
        let text = fs::read(path).map_err(|source| DcFileError::Read { path: path.to_owned(), source })?;
        let file: Self = serde_json::from_slice(&text)
            .map_err(|source| DcFileError::Parse { path: path.to_owned(), source })?;
        match file.dcs.iter().any(|dc| dc.id == file.home_dc) {
            true => Ok(file),
            false => Err(DcFileError::NoHome { path: path.to_owned(), home_dc: file.home_dc }),
        }
    }

    /// The addresses by data centre.
    pub fn addresses(&self) -> BTreeMap<i32, SocketAddrV4> {
        self.dcs.iter().map(|dc| (dc.id, dc.socket())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<DcFile, DcFileError> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("access.json");
        fs::write(&path, text).unwrap();
        DcFile::read(&path)
    }

    fn file(key: &str) -> String {
        format!(
            r#"{{"home_dc":2,"dcs":[{{"id":2,"host":"127.0.0.1","port":4432}}],
            "user":{{"id":7,"phone":"99966","code":"22222","password":"secret word"}},
            "ready":{{"2":"{key}"}},"spare":[],"clock":"127.0.0.1:4430"}}"#
        )
    }

    #[test]
    fn the_documented_shape_is_read_and_secrets_stay_out_of_debug() {
        let file = read(&file(&"ab".repeat(256))).unwrap();
        assert_eq!(file.addresses()[&2].to_string(), "127.0.0.1:4432");
        assert_eq!(file.ready[&2].to_hex(), "ab".repeat(256));
        let debug = format!("{file:?}");
        assert!(!debug.contains("abab") && !debug.contains("secret"), "{debug}");
    }

    #[test]
    fn faults_are_sentences() {
        for (text, part) in [
            (file("ab"), "a key should be 512 hexadecimal digits"),
            (
                file(&"ab".repeat(256)).replace("\"home_dc\":2", "\"home_dc\":3"),
                "no address for its home data centre 3",
            ),
            ("{}".to_owned(), "is not a data centre file: missing field `home_dc`"),
        ] {
            let error = read(&text).unwrap_err().to_string();
            assert!(error.contains(part) && error.lines().count() == 1, "{error}");
        }
        assert!(DcFile::read(Path::new("/nowhere/access.json")).is_err());
    }
}
