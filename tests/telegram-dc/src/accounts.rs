//! The accounts that live here.

use std::sync::Arc;

use crate::AccessUser;
use crate::rpc::password::Tries;
use crate::world::{Holder, World};

/// One account, and the world as it sees it.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) holder: Holder,
    pub(crate) user: AccessUser,
    pub(crate) world: Arc<World>,
    pub(crate) tries: Tries,
}

#[derive(Debug)]
pub(crate) struct Accounts([Account; 2]);

impl Accounts {
    /// `user` is the owner; the deputy signs in with the same code and password.
    pub(crate) fn new(user: AccessUser, world: World) -> Self {
        let second = AccessUser { id: user.id + 1, phone: "99966200002".to_owned(), ..user.clone() };
        let of_deputy = world.seen_by(Holder::Deputy);
        let account = |holder, user, world| {
            let (world, tries) = (Arc::new(world), Tries::default());
            Account { holder, user, world, tries }
        };
        Self([account(Holder::Owner, user, world), account(Holder::Deputy, second, of_deputy)])
    }

    pub(crate) fn get(&self, holder: Holder) -> &Account {
        let [owner, deputy] = &self.0;
        if holder == Holder::Owner { owner } else { deputy }
    }

    pub(crate) fn owner(&self) -> &Account {
        self.get(Holder::Owner)
    }

    pub(crate) fn find(&self, wanted: impl Fn(&AccessUser) -> bool) -> Option<&Account> {
        self.0.iter().find(|account| wanted(&account.user))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Account> {
        self.0.iter()
    }

    /// All but the owner.
    pub(crate) fn others(&self) -> impl Iterator<Item = &Account> {
        self.0.iter().skip(1)
    }
}
