//! Where links lead. Following one joins nothing.

use grammers_tl_types::functions as f;

use super::Client;
use crate::telegram::convert::found::{self, Found};
use crate::telegram::fault::Fault;

impl Client {
    /// What has this public name, without `@` (`contacts.resolveUsername`).
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn resolve_username(&self, username: &str) -> Result<Found, Fault> {
        let request = f::contacts::ResolveUsername { username: username.to_owned(), referer: None };
        match self.ask_home(&request).await {
            Ok(answer) => Ok(found::resolved(answer.value)),
            Err(fault) => found::nothing(fault),
        }
    }

    /// What an invite link of this hash leads to (`messages.checkChatInvite`).
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn check_chat_invite(&self, hash: &str) -> Result<Found, Fault> {
        match self.ask_home(&f::messages::CheckChatInvite { hash: hash.to_owned() }).await {
            Ok(answer) => Ok(found::invited(answer.value)),
            Err(fault) => found::nothing(fault),
        }
    }
}
