//! Sealing: what must not be readable in the database is encrypted with a key that is not in it.
//!
//! XChaCha20-Poly1305 with a random nonce. The account's id is authenticated with the text, so that one account's
//! session cannot be put in the place of another's.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use app::model::AccountId;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

const VERSION: u8 = 1;
const KEY_ID_BYTES: usize = 4;
const NONCE_BYTES: usize = 24;
const HEADER_BYTES: usize = 1 + KEY_ID_BYTES;

/// Why something could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The key file cannot be read.
    #[error("cannot read the key file {origin}: {source}")]
    Read {
        /// The file.
        origin: String,
        /// What the system said.
        source: io::Error,
    },
    /// The key file cannot be written.
    #[error("cannot write the key file {origin}: {source}")]
    Write {
        /// The file.
        origin: String,
        /// What the system said.
        source: io::Error,
    },
    /// The text is not 32 bytes in base64 or hexadecimal.
    #[error("{origin} does not hold a key: it should be 32 bytes in base64 or as 64 hexadecimal digits")]
    NotAKey {
        /// The file or variable.
        origin: String,
    },
    /// The system has no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
    /// Sealed with another key.
    #[error(
        "this was sealed with the key {sealed_with}, but {origin} holds the key {key_id}: put the right key file back"
    )]
    WrongKey {
        /// The file or variable that our key comes from.
        origin: String,
        /// Our key.
        key_id: String,
        /// The key it was sealed with.
        sealed_with: String,
    },
    /// Changed since it was sealed, cut short, or another account's.
    #[error(
        "the sealed session of account {account} is damaged (key {key_id} from {origin} does not open it): link the account again"
    )]
    Damaged {
        /// The file or variable that our key comes from.
        origin: String,
        /// Our key.
        key_id: String,
        /// Whose it should be.
        account: AccountId,
    },
}

/// The key that seals. It never leaves this module; `Debug` shows its id only.
pub struct SealKey {
    key: Zeroizing<[u8; 32]>,
    id: [u8; KEY_ID_BYTES],
    origin: String,
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealKey")
            .field("id", &self.id())
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl SealKey {
    /// The key in a text: 32 bytes in base64 or hexadecimal, white space around it allowed. `origin` names the file
    /// or variable in messages.
    ///
    /// # Errors
    /// [`SealError::NotAKey`]; the message does not repeat the text.
    pub fn parse(text: &str, origin: &str) -> Result<Self, SealError> {
        let text = text.trim();
        let bytes = Zeroizing::new(
            if text.len() == 64 { unhex(text) } else { STANDARD.decode(text).ok() }.unwrap_or_default(),
        );
        let key = <[u8; 32]>::try_from(bytes.as_slice())
            .map_err(|_| SealError::NotAKey { origin: origin.to_owned() })?;
        Ok(Self::from_bytes(Zeroizing::new(key), origin))
    }

    /// The key in a file.
    ///
    /// # Errors
    /// [`SealError::Read`] or [`SealError::NotAKey`].
    pub fn read(path: &Path) -> Result<Self, SealError> {
        let origin = path.display().to_string();
        let text = fs::read_to_string(path)
            .map(Zeroizing::new)
            .map_err(|source| SealError::Read { origin: origin.clone(), source })?;
        Self::parse(&text, &origin)
    }

    /// Makes a key and a file for it, which only its owner may read. A file that is there already keeps its key,
    /// which is returned: of several processes that start at once, one makes the key of all.
    ///
    /// The file is whole from the moment it has its name: a crash leaves at most a key that nothing uses, under
    /// another name.
    ///
    /// # Errors
    /// [`SealError::Random`], [`SealError::Write`], and those of [`Self::read`] for a file that is there already.
    pub fn create(path: &Path) -> Result<Self, SealError> {
        let origin = path.display().to_string();
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(key.as_mut_slice()).map_err(SealError::Random)?;
        let text = Zeroizing::new(STANDARD.encode(key.as_slice()) + "\n");
        let mut mark = [0; 8];
        getrandom::fill(&mut mark).map_err(SealError::Random)?;
        let draft = path.with_added_extension(hex(&mark));
        let made = write_new(&draft, text.as_bytes()).and_then(|()| fs::hard_link(&draft, path));
        // It may not be there; what matters is the other name.
        let _ = fs::remove_file(&draft);
        match made {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Self::read(path),
            Err(source) => return Err(SealError::Write { origin, source }),
        }
        sync_directory_of(path).map_err(|source| SealError::Write { origin: origin.clone(), source })?;
        Ok(Self::from_bytes(key, &origin))
    }

    fn from_bytes(key: Zeroizing<[u8; 32]>, origin: &str) -> Self {
        let digest = Sha256::digest(key.as_slice());
        let mut id = [0; KEY_ID_BYTES];
        id.copy_from_slice(&digest[..KEY_ID_BYTES]);
        Self { key, id, origin: origin.to_owned() }
    }

    /// Which key this is: the first eight hexadecimal digits of its SHA-256. Not a secret.
    pub fn id(&self) -> String {
        hex(&self.id)
    }

    /// Seals a text of an account.
    ///
    /// # Errors
    /// [`SealError::Random`].
    pub fn seal(&self, account: AccountId, text: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(SealError::Random)?;
        let mut sealed = vec![VERSION];
        sealed.extend(self.id);
        let aad = aad(&sealed, account);
        let body = self
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: text, aad: &aad })
            .map_err(|_| self.damaged(account))?;
        sealed.extend(nonce);
        sealed.extend(body);
        Ok(sealed)
    }

    /// Opens what [`Self::seal`] made for the same account.
    ///
    /// # Errors
    /// [`SealError::WrongKey`] or [`SealError::Damaged`].
    pub fn open(&self, account: AccountId, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (header, rest) = sealed.split_at_checked(HEADER_BYTES).ok_or_else(|| self.damaged(account))?;
        let (nonce, body) = rest.split_first_chunk::<NONCE_BYTES>().ok_or_else(|| self.damaged(account))?;
        if header.first() != Some(&VERSION) {
            return Err(self.damaged(account));
        }
        if header.get(1..) != Some(&self.id[..]) {
            return Err(SealError::WrongKey {
                origin: self.origin.clone(),
                key_id: self.id(),
                sealed_with: hex(header.get(1..).unwrap_or_default()),
            });
        }
        self.cipher()
            .decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: &aad(header, account) })
            .map(Zeroizing::new)
            .map_err(|_| self.damaged(account))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        let mut key = Key::from(*self.key);
        let cipher = XChaCha20Poly1305::new(&key);
        key.as_mut_slice().zeroize();
        cipher
    }

    fn damaged(&self, account: AccountId) -> SealError {
        SealError::Damaged { origin: self.origin.clone(), key_id: self.id(), account }
    }
}

/// A new file that only its owner may read, on the disk when this returns.
fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

/// Puts the names in a file's directory on the disk.
fn sync_directory_of(path: &Path) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    fs::File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

fn aad(header: &[u8], account: AccountId) -> Vec<u8> {
    [b"channelscope session ", header, &account.0.to_be_bytes()[..]].concat()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(byte: u8) -> SealKey {
        SealKey::parse(&hex(&[byte; 32]), "the test's key").unwrap()
    }

    #[test]
    fn a_created_key_reads_back_and_only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret.key");
        let made = SealKey::create(&path).unwrap();
        assert_eq!(SealKey::read(&path).unwrap().id(), made.id());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(SealKey::create(&path).unwrap().id(), made.id(), "the key that is there stays");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "no draft is left");
        let nowhere = directory.path().join("none").join("secret.key");
        assert!(matches!(SealKey::create(&nowhere), Err(SealError::Write { .. })));
    }

    #[test]
    fn those_who_create_at_once_get_one_key() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret.key");
        let ids: std::collections::BTreeSet<String> = std::thread::scope(|scope| {
            let makers: Vec<_> =
                (0..8).map(|_| scope.spawn(|| SealKey::create(&path).unwrap().id())).collect();
            makers.into_iter().map(|maker| maker.join().unwrap()).collect()
        });
        assert_eq!(ids, [SealKey::read(&path).unwrap().id()].into());
    }

    #[test]
    fn hexadecimal_and_base64_are_the_same_key() {
        let base64 = format!(" {}\n", STANDARD.encode([7; 32]));
        assert_eq!(SealKey::parse(&base64, "a file").unwrap().id(), key(7).id());
        for text in ["", "short", &"zz".repeat(32), &"é".repeat(32)] {
            let error = SealKey::parse(text, "/etc/key").unwrap_err().to_string();
            assert!(error.starts_with("/etc/key does not hold a key"), "{error}");
        }
    }

    #[test]
    fn another_key_is_named() {
        let sealed = key(1).seal(AccountId(5), b"session").unwrap();
        let error = key(2).open(AccountId(5), &sealed).unwrap_err().to_string();
        assert!(
            error.contains(&key(1).id()) && error.contains(&key(2).id()) && error.contains("the test's key")
        );
    }

    #[test]
    fn another_account_cannot_open_it() {
        let sealed = key(1).seal(AccountId(5), b"session").unwrap();
        assert!(matches!(key(1).open(AccountId(6), &sealed), Err(SealError::Damaged { .. })));
    }

    #[test]
    fn debug_shows_no_key() {
        assert!(!format!("{:?}", key(0xab)).contains("abab"));
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens(text in proptest::collection::vec(any::<u8>(), 0..300), account in any::<i64>()) {
            let account = AccountId(account);
            let sealed = key(3).seal(account, &text).unwrap();
            let opened = key(3).open(account, &sealed).unwrap();
            prop_assert_eq!(opened.as_slice(), &text[..]);
        }

        #[test]
        fn any_flipped_bit_is_refused(text in proptest::collection::vec(any::<u8>(), 0..60), bit in any::<usize>()) {
            let mut sealed = key(3).seal(AccountId(1), &text).unwrap();
            let bit = bit % (sealed.len() * 8);
            sealed[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(key(3).open(AccountId(1), &sealed).is_err());
        }

        #[test]
        fn any_cut_is_refused(keep in 0..70_usize) {
            let sealed = key(3).seal(AccountId(1), b"thirty bytes of a session, ok?").unwrap();
            prop_assume!(keep < sealed.len());
            prop_assert!(key(3).open(AccountId(1), &sealed[..keep]).is_err());
        }
    }
}
