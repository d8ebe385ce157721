//! The accounts that live here.

use std::sync::Arc;

use crate::rpc::password::Tries;
use crate::world::{Holder, World, crowd};
use crate::{AccessUser, Crowd};

/// One account, and the world as it sees it.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) holder: Holder,
    pub(crate) user: AccessUser,
    pub(crate) world: Arc<World>,
    pub(crate) tries: Tries,
}

/// The owner, the deputy, and then the crowd.
#[derive(Debug)]
pub(crate) struct Accounts {
    owner: Account,
    deputy: Account,
    operators: Vec<Account>,
}

impl Accounts {
    /// `user` is the owner; all others sign in with the same code and password.
    pub(crate) fn new(user: AccessUser, world: World, crowd: Crowd) -> Self {
        let second = AccessUser { id: user.id + 1, phone: "99966200002".to_owned(), ..user.clone() };
        let of_deputy = world.seen_by(Holder::Deputy);
        let account = |holder, user, world| {
            let (world, tries) = (Arc::new(world), Tries::default());
            Account { holder, user, world, tries }
        };
        let operator = |number| {
            let id = crowd::account(number);
            let phone = format!("999663{number:05}");
            let of_operator = world.of_operator(number, crowd.channels);
            account(Holder::Operator(number), AccessUser { id, phone, ..user.clone() }, of_operator)
        };
        let operators = (0..crowd.accounts).map(operator).collect();
        let deputy = account(Holder::Deputy, second, of_deputy);
        Self { owner: account(Holder::Owner, user, world), deputy, operators }
    }

    pub(crate) fn get(&self, holder: Holder) -> &Account {
        match holder {
            Holder::Owner => &self.owner,
            Holder::Deputy => &self.deputy,
            // Only keys of accounts that exist have such a holder.
            Holder::Operator(number) => self.operators.get(usize::from(number)).unwrap_or(&self.owner),
        }
    }

    pub(crate) fn owner(&self) -> &Account {
        &self.owner
    }

    pub(crate) fn find(&self, wanted: impl Fn(&AccessUser) -> bool) -> Option<&Account> {
        self.all().find(|account| wanted(&account.user))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Account> {
        [&self.owner, &self.deputy].into_iter().chain(&self.operators)
    }

    /// All but the owner and the crowd: those that sign in with spare keys.
    pub(crate) fn others(&self) -> impl Iterator<Item = &Account> {
        std::iter::once(&self.deputy)
    }
}
