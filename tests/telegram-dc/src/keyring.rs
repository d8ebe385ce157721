//! The authorisation keys that exist, and who is signed in with each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::KeySet;
use crate::access::hex;
use crate::mtproto::cipher;
use crate::mtproto::sessions::Sessions;
use crate::rpc::RpcError;
use crate::world::Holder;

/// How many sets of unbound keys exist beside the ready one.
const SPARE_SETS: u32 = 8;

/// Who is behind a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Login {
    Unbound,
    /// The code was right; the password is missing.
    PasswordNeeded,
    Bound,
    Revoked,
    Duplicated,
}

impl Login {
    /// Whether the account's owner sees it among the sessions.
    pub(crate) fn is_alive(self) -> bool {
        matches!(self, Self::PasswordNeeded | Self::Bound)
    }
}

#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) id: [u8; 8],
    pub(crate) dc: i32,
    pub(crate) set: u32,
    pub(crate) bytes: [u8; 256],
    user: Mutex<User>,
    sessions: Mutex<Sessions>,
}

/// Who uses a key, with what and since when.
#[derive(Debug)]
struct User {
    login: Login,
    /// Whose login it is, was or is about to be.
    holder: Holder,
    login_date: Option<Timestamp>,
    last_request: Option<Timestamp>,
    device: Option<Device>,
}

/// What a client says of itself when it opens a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Device {
    pub(crate) api_id: i32,
    pub(crate) model: String,
    pub(crate) system_version: String,
    pub(crate) app_version: String,
    /// The language it wants to be answered in (`lang_code`).
    pub(crate) language: String,
}

impl Key {
    pub(crate) fn login(&self) -> Login {
        self.user().login
    }

    pub(crate) fn set_login(&self, login: Login) {
        self.user().login = login;
    }

    pub(crate) fn holder(&self) -> Holder {
        self.user().holder
    }

    pub(crate) fn set_holder(&self, holder: Holder) {
        self.user().holder = holder;
    }

    /// When somebody signed in with it, by the world's clock; `None` for a login older than the world.
    pub(crate) fn login_date(&self) -> Option<Timestamp> {
        self.user().login_date
    }

    pub(crate) fn set_login_date(&self, date: Timestamp) {
        self.user().login_date = Some(date);
    }

    /// When it was last used, by the world's clock.
    pub(crate) fn last_request(&self) -> Option<Timestamp> {
        self.user().last_request
    }

    pub(crate) fn set_last_request(&self, date: Timestamp) {
        self.user().last_request = Some(date);
    }

    pub(crate) fn device(&self) -> Option<Device> {
        self.user().device.clone()
    }

    /// Whether answers are in English: for who asks for that, and for who has not said anything.
    pub(crate) fn speaks_english(&self) -> bool {
        self.user().device.as_ref().is_none_or(|device| device.language == "en")
    }

    pub(crate) fn set_device(&self, device: Device) {
        self.user().device = Some(device);
    }

    fn user(&self) -> MutexGuard<'_, User> {
        self.user.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The error for a request that needs somebody signed in, if nobody is.
    pub(crate) fn require_login(&self) -> Result<(), RpcError> {
        match self.login() {
            Login::Bound => Ok(()),
            Login::PasswordNeeded => Err(RpcError::new(401, "SESSION_PASSWORD_NEEDED")),
            Login::Unbound => Err(RpcError::new(401, "AUTH_KEY_UNREGISTERED")),
            Login::Revoked => Err(RpcError::new(401, "SESSION_REVOKED")),
            Login::Duplicated => Err(RpcError::new(406, "AUTH_KEY_DUPLICATED")),
        }
    }
}

/// Set 0 is the ready one; the next are spare; then come those of the crowd, which are ready too.
#[derive(Debug)]
pub(crate) struct Keyring {
    keys: HashMap<[u8; 8], Arc<Key>>,
    dcs: Vec<i32>,
    /// The number of the last set.
    last: u32,
}

impl Keyring {
    /// The keys follow from the seed, so that a restart does not sign anybody out.
    pub(crate) fn new(seed: u64, dcs: &[i32], home: i32, operators: u16) -> Self {
        let mut keys = HashMap::new();
        let last = SPARE_SETS + u32::from(operators);
        for set in 0..=last {
            let operator = set.checked_sub(SPARE_SETS + 1).and_then(|number| u16::try_from(number).ok());
            let holder = operator.map_or(Holder::Owner, Holder::Operator);
            for &dc in dcs {
                let bytes = forge(seed, dc, set);
                let is_ready = set == 0 || operator.is_some();
                let login = if is_ready && dc == home { Login::Bound } else { Login::Unbound };
                let user = User { login, holder, login_date: None, last_request: None, device: None };
                let (id, user) = (cipher::key_id(&bytes), Mutex::new(user));
                let key = Key { id, dc, set, bytes, user, sessions: Mutex::default() };
                keys.insert(key.id, Arc::new(key));
            }
        }
        Self { keys, dcs: dcs.to_vec(), last }
    }

    /// The key of that id on that data centre.
    pub(crate) fn find(&self, id: [u8; 8], dc: i32) -> Option<Arc<Key>> {
        self.keys.get(&id).filter(|key| key.dc == dc).cloned()
    }

    pub(crate) fn ready(&self) -> KeySet {
        self.set(0)
    }

    /// The ready set of one of the crowd.
    pub(crate) fn ready_of_operator(&self, number: u16) -> KeySet {
        self.set(SPARE_SETS + 1 + u32::from(number))
    }

    pub(crate) fn spare(&self) -> Vec<KeySet> {
        (1..=SPARE_SETS).map(|set| self.set(set)).collect()
    }

    fn set(&self, set: u32) -> KeySet {
        self.keys
            .values()
            .filter(|key| key.set == set && self.dcs.contains(&key.dc))
            .map(|key| (key.dc, hex(&key.bytes)))
            .collect()
    }

    /// The keys of a data centre that an account is signed in with or about to be, in a fixed order.
    pub(crate) fn in_use(&self, dc: i32, holder: Holder) -> Vec<Arc<Key>> {
        let here = self.keys.values().filter(|key| key.dc == dc && key.login().is_alive());
        let mut keys: Vec<_> = here.filter(|key| key.holder() == holder).cloned().collect();
        keys.sort_by_key(|key| key.set);
        keys
    }

    /// Changes the login of every key of a set that somebody is signed in with.
    pub(crate) fn end_logins(&self, set: u32, login: Login) {
        self.keys
            .values()
            .filter(|key| key.set == set && key.login().is_alive())
            .for_each(|key| key.set_login(login));
    }

    /// Changes the login of every key that an account is signed in with.
    pub(crate) fn end_logins_of(&self, holder: Holder, login: Login) {
        self.keys
            .values()
            .filter(|key| key.holder() == holder && key.login().is_alive())
            .for_each(|key| key.set_login(login));
    }

    /// Forgets in which order the clients of a data centre sent their messages, as its clock was moved.
    pub(crate) fn forget_order(&self, dc: i32) {
        self.keys.values().filter(|key| key.dc == dc).for_each(|key| key.sessions().forget_order());
    }

    /// Changes the login of every key that somebody is signed in with.
    pub(crate) fn end_all_logins(&self, login: Login) {
        (0..=self.last).for_each(|set| self.end_logins(set, login));
    }
}

fn forge(seed: u64, dc: i32, set: u32) -> [u8; 256] {
    let mut bytes = [0; 256];
    for (block, chunk) in (0_u32..).zip(bytes.chunks_mut(32)) {
        let digest = Sha256::new()
            .chain_update(b"telegram-dc key")
            .chain_update(seed.to_le_bytes())
            .chain_update(dc.to_le_bytes())
            .chain_update(set.to_le_bytes())
            .chain_update(block.to_le_bytes());
        chunk.copy_from_slice(&digest.finalize());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{Keyring, Login};
    use crate::world::Holder;

    #[test]
    fn keys_are_the_same_after_a_restart_and_differ_from_each_other() {
        let (one, two) = (Keyring::new(7, &[2, 4], 2, 0), Keyring::new(7, &[2, 4], 2, 0));
        assert_eq!(one.ready(), two.ready());
        assert_eq!(one.spare(), two.spare());
        assert_ne!(one.ready()[&2], one.ready()[&4]);
        assert_ne!(one.ready(), Keyring::new(8, &[2, 4], 2, 0).ready());
        assert_eq!(one.keys.len(), 18);
    }

    #[test]
    fn only_the_ready_home_key_is_signed_in() {
        let ring = Keyring::new(7, &[2, 4], 2, 0);
        let bound: Vec<_> = ring.keys.values().filter(|key| key.login() == Login::Bound).collect();
        assert_eq!(bound.iter().map(|key| (key.set, key.dc)).collect::<Vec<_>>(), [(0, 2)]);
    }
    #[test]
    fn each_of_the_crowd_is_signed_in_with_a_set_of_its_own() {
        let ring = Keyring::new(7, &[2, 4], 2, 3);
        let bound: Vec<_> = ring.keys.values().filter(|key| key.login() == Login::Bound).collect();
        let mut holders: Vec<_> = bound.iter().map(|key| (key.set, key.holder())).collect();
        holders.sort_by_key(|(set, _)| *set);
        let operator = |number: u16| (9 + u32::from(number), Holder::Operator(number));
        assert_eq!(holders, [(0, Holder::Owner), operator(0), operator(1), operator(2)]);
        assert_ne!(ring.ready_of_operator(0), ring.ready_of_operator(1));
        assert_eq!(ring.spare().len(), 8);
    }
}
