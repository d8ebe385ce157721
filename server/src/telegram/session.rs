//! The Telegram session of an account: in memory, sealed into a [`Vault`] whenever it changes.
//!
//! grammers asks for data centres synchronously and on every request, hence the memory. What it would like to keep
//! beside keys (peers, the state of updates) is not needed here and not kept.

mod kept;

use std::collections::BTreeMap;
use std::net::SocketAddrV4;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use app::model::AccountId;
use futures::future::BoxFuture;
use grammers_session::types::{DcOption, PeerId, PeerInfo, UpdateState, UpdatesState};
use grammers_session::{Session, SessionData};

use super::dc_file::{AuthKey, DcFile, KeySet};
use crate::seal::{SealError, SealKey};

/// Where sealed sessions are kept. Given by the composition root, so that this module knows no database.
pub trait Vault: Send + Sync {
    /// The sealed session, if there is one.
    fn load(&self) -> BoxFuture<'_, Result<Option<Vec<u8>>, VaultError>>;

    /// Keeps the sealed session in the place of the earlier one.
    fn save(&self, sealed: Vec<u8>, key_id: String) -> BoxFuture<'_, Result<(), VaultError>>;
}

/// What a vault says when it fails.
pub type VaultError = Box<dyn std::error::Error + Send + Sync>;

/// Why a session cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The vault failed.
    #[error("the session of account {account} cannot be kept: {source}")]
    Vault {
        /// Whose.
        account: AccountId,
        /// What the vault said.
        source: VaultError,
    },
    /// There is none.
    #[error("account {0} has no session: link it again")]
    Missing(AccountId),
    /// It does not open.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// It opened, but is not a session.
    #[error("the session of account {0} is not of a kind this version reads: link the account again")]
    Unreadable(AccountId),
    /// A stored key was about to be replaced: Telegram does not know it any more.
    #[error("Telegram does not know the key for data centre {dc} any more")]
    KeyRefused {
        /// Which data centre.
        dc: i32,
    },
}

/// Where a sign-in begins; Telegram says where it goes on.
const FIRST_DC: i32 = 2;

/// All of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionState {
    /// Telegram's id of the account.
    pub user_id: i64,
    /// The account's home.
    pub home_dc: i32,
    /// A simulated Telegram: only the data centres named here exist.
    pub simulated: bool,
    dcs: BTreeMap<i32, Dc>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Dc {
    address: SocketAddrV4,
    key: Option<AuthKey>,
    imported: bool,
}

impl SessionState {
    /// The session that the ready keys of a data centre file make.
    pub fn ready(file: &DcFile) -> Self {
        Self::with_keys(file, &file.ready)
    }

    /// The session of nobody yet that a spare set of keys of a data centre file makes.
    pub fn spare(file: &DcFile, keys: &KeySet) -> Self {
        Self { user_id: 0, ..Self::with_keys(file, keys) }
    }

    /// The session of nobody yet, at Telegram itself: grammers makes the keys.
    pub const fn at_telegram() -> Self {
        Self { user_id: 0, home_dc: FIRST_DC, simulated: false, dcs: BTreeMap::new() }
    }

    fn with_keys(file: &DcFile, keys: &KeySet) -> Self {
        let dcs = file
            .addresses()
            .into_iter()
            .map(|(id, address)| {
                (id, Dc { address, key: keys.get(&id).cloned(), imported: id == file.home_dc })
            })
            .collect();
        Self { user_id: file.user.id, home_dc: file.home_dc, simulated: true, dcs }
    }

    /// Takes the addresses of a data centre file, which may have moved since the session was made.
    fn move_to(&mut self, addresses: &BTreeMap<i32, SocketAddrV4>) {
        for (id, address) in addresses {
            if let Some(dc) = self.dcs.get_mut(id) {
                dc.address = *address;
            }
        }
    }
}

/// A session as grammers uses it.
pub struct AccountSession {
    state: Mutex<SessionState>,
    changed: AtomicBool,
    keeper: Option<Keeper>,
}

/// What it takes to keep a session.
#[derive(Clone)]
pub struct Keeper {
    /// Whose session it is.
    pub account: AccountId,
    /// Seals it.
    pub seal: Arc<SealKey>,
    /// Keeps it.
    pub vault: Arc<dyn Vault>,
}

impl std::fmt::Debug for AccountSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountSession").field("user_id", &self.state().user_id).finish_non_exhaustive()
    }
}

impl AccountSession {
    /// A session that is not kept yet: while linking.
    pub fn unkept(state: SessionState) -> Self {
        Self { state: Mutex::new(state), changed: AtomicBool::new(false), keeper: None }
    }

    /// Opens the session in the vault. `addresses` of a data centre file go before those it was kept with.
    ///
    /// # Errors
    /// [`SessionError`], but [`SessionError::KeyRefused`].
    pub async fn open(
        keeper: Keeper,
        addresses: Option<&BTreeMap<i32, SocketAddrV4>>,
    ) -> Result<Self, SessionError> {
        let account = keeper.account;
        let sealed = keeper
            .vault
            .load()
            .await
            .map_err(|source| SessionError::Vault { account, source })?
            .ok_or(SessionError::Missing(account))?;
        let text = keeper.seal.open(account, &sealed)?;
        let mut state = kept::read(&text).ok_or(SessionError::Unreadable(account))?;
        if let Some(addresses) = addresses.filter(|_| state.simulated) {
            state.move_to(addresses);
        }
        Ok(Self { state: Mutex::new(state), changed: AtomicBool::new(false), keeper: Some(keeper) })
    }

    /// The session sealed for an account.
    ///
    /// # Errors
    /// [`SealError::Random`].
    pub fn sealed(&self, account: AccountId, seal: &SealKey) -> Result<Vec<u8>, SealError> {
        let text = kept::write(&self.state());
        seal.seal(account, &text)
    }

    /// Keeps what changed since the last time.
    ///
    /// # Errors
    /// [`SessionError::Vault`] or [`SessionError::Sealed`]; it then stays changed, and the next call tries again.
    pub async fn keep(&self) -> Result<(), SessionError> {
        let Some(keeper) = self.keeper.as_ref().filter(|_| self.changed.swap(false, Ordering::AcqRel)) else {
            return Ok(());
        };
        let kept = async {
            let sealed = self.sealed(keeper.account, &keeper.seal)?;
            let saved = keeper.vault.save(sealed, keeper.seal.id()).await;
            saved.map_err(|source| SessionError::Vault { account: keeper.account, source })
        }
        .await;
        if kept.is_err() {
            self.changed.store(true, Ordering::Release);
        }
        kept
    }

    /// Telegram's id of the account.
    pub fn user_id(&self) -> i64 {
        self.state().user_id
    }

    /// The account's home.
    pub fn home_dc(&self) -> i32 {
        self.state().home_dc
    }

    /// A simulated Telegram.
    pub fn is_simulated(&self) -> bool {
        self.state().simulated
    }

    /// Was the authorisation imported there?
    pub fn is_imported(&self, dc: i32) -> bool {
        self.state().dcs.get(&dc).is_some_and(|dc| dc.imported)
    }

    /// Goes on with signing in at another data centre, where the account lives.
    pub(super) fn set_home(&self, dc: i32) {
        self.state().home_dc = dc;
        self.changed.store(true, Ordering::Release);
    }

    /// Somebody is signed in now.
    pub(super) fn set_signed_in(&self, user_id: i64) {
        let mut state = self.state();
        let home = state.home_dc;
        state.user_id = user_id;
        if let Some(dc) = state.dcs.get_mut(&home) {
            dc.imported = true;
        }
        self.changed.store(true, Ordering::Release);
    }

    /// Remembers whether the authorisation was imported there.
    pub(super) fn set_imported(&self, dc: i32, imported: bool) {
        if let Some(known) = self.state().dcs.get_mut(&dc) {
            known.imported = imported;
            self.changed.store(true, Ordering::Release);
        }
    }

    /// Forgets the key for a data centre other than home, so that the next connection makes a new one.
    pub(super) fn forget_key(&self, dc: i32) {
        let mut state = self.state();
        if dc == state.home_dc {
            return;
        }
        if let Some(known) = state.dcs.get_mut(&dc) {
            known.key = None;
            known.imported = false;
            self.changed.store(true, Ordering::Release);
        }
    }

    fn state(&self) -> MutexGuard<'_, SessionState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn option(&self, id: i32) -> Option<DcOption> {
        let state = self.state();
        match state.dcs.get(&id) {
            Some(dc) => Some(option(id, dc)),
            None if state.simulated => None,
            None => SessionData::default().dc_options.remove(&id),
        }
    }

    /// grammers calls this with what `help.getConfig` lists (addresses) and with keys it made. A key that is here
    /// already is never replaced: grammers would do so after the transport error 404 and lose the login.
    fn set_option(&self, option: &DcOption) -> Result<(), SessionError> {
        let mut state = self.state();
        let simulated = state.simulated;
        let home = state.home_dc;
        let known = state.dcs.get(&option.id);
        if known.is_none() && simulated {
            return Ok(());
        }
        let new = option.auth_key.map(AuthKey);
        let old = known.and_then(|dc| dc.key.clone());
        if let (Some(old), Some(new)) = (&old, &new)
            && old != new
        {
            return Err(SessionError::KeyRefused { dc: option.id });
        }
        let dc = Dc {
            address: known.filter(|_| simulated).map_or(option.ipv4, |dc| dc.address),
            imported: known.is_some_and(|dc| dc.imported) || (option.id == home && old.is_some()),
            key: old.or(new),
        };
        if known != Some(&dc) {
            state.dcs.insert(option.id, dc);
            self.changed.store(true, Ordering::Release);
        }
        Ok(())
    }
}

fn option(id: i32, dc: &Dc) -> DcOption {
    let ipv6 = std::net::SocketAddrV6::new(dc.address.ip().to_ipv6_mapped(), dc.address.port(), 0, 0);
    DcOption { id, ipv4: dc.address, ipv6, auth_key: dc.key.as_ref().map(|key| key.0) }
}

impl Session for AccountSession {
    type Error = SessionError;

    fn home_dc_id(&self) -> Result<i32, SessionError> {
        Ok(self.home_dc())
    }

    fn set_home_dc_id(&self, dc_id: i32) -> BoxFuture<'_, Result<(), SessionError>> {
        Box::pin(async move {
            self.state().home_dc = dc_id;
            self.changed.store(true, Ordering::Release);
            Ok(())
        })
    }

    fn dc_option(&self, dc_id: i32) -> Result<Option<DcOption>, SessionError> {
        Ok(self.option(dc_id))
    }

    fn set_dc_option(&self, dc_option: &DcOption) -> BoxFuture<'_, Result<(), SessionError>> {
        let done = self.set_option(dc_option);
        Box::pin(async move { done })
    }

    fn peer(&self, _: PeerId) -> BoxFuture<'_, Result<Option<PeerInfo>, SessionError>> {
        Box::pin(async { Ok(None) })
    }

    fn cache_peer(&self, _: PeerInfo) -> BoxFuture<'_, Result<(), SessionError>> {
        Box::pin(async { Ok(()) })
    }

    fn updates_state(&self) -> BoxFuture<'_, Result<UpdatesState, SessionError>> {
        Box::pin(async { Ok(UpdatesState::default()) })
    }

    fn set_update_state(&self, _: UpdateState) -> BoxFuture<'_, Result<(), SessionError>> {
        Box::pin(async { Ok(()) })
    }
}

#[cfg(test)]
mod tests;
