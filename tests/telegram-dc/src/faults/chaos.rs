//! Faults by chance. Whether a request is hit, and how, follows from the seed and from how often its account has asked
//! for its method before, not from time or order.

use std::time::Duration;

use super::Fault;
use crate::keyring::Login;
use crate::rpc::RpcError;
use crate::world::Dice;

#[derive(Debug)]
pub(crate) struct Chaos {
    seed: u64,
    /// How many of a million requests are hit.
    ppm: u64,
    /// Whether one in [`LOGINS_ONE_IN`] of those ends the account's logins.
    ends_logins: bool,
}

/// With ends of logins on, one hit in so many is one.
const LOGINS_ONE_IN: u64 = 50;

impl Chaos {
    pub(crate) fn new(seed: u64, ppm: u32, ends_logins: bool) -> Self {
        Self { seed, ppm: u64::from(ppm), ends_logins }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.ppm > 0
    }

    /// What happens to the request after `count` others. Nothing does to `auth.*`, so that nobody is kept from
    /// signing in. Everything passes but the end of a login, which somebody has to link again after and which is
    /// therefore only dealt where it was asked for.
    pub(crate) fn strike(&self, account: Option<i64>, method: &str, count: u64) -> Option<Fault> {
        if method.starts_with("auth.") {
            return None;
        }
        let number = u32::try_from(count % (1 << 32)).unwrap_or(0);
        let mut dice = Dice::new(self.seed, &format!("chaos {method}"), account.unwrap_or(0), number);
        if dice.number() % 1_000_000 >= self.ppm {
            return None;
        }
        let mut upto = |most: u64| dice.between(1, most);
        if self.ends_logins && upto(LOGINS_ONE_IN) == 1 {
            let login = if upto(2) == 1 { Login::Revoked } else { Login::Unbound };
            return Some(Fault::EndLogins(login));
        }
        let error = |code, name| Fault::Answer(RpcError::new(code, name));
        Some(match upto(15) {
            1 => Fault::FloodWait { seconds: u32::try_from(upto(5)).unwrap_or(1), premium: false },
            2 => Fault::FloodWait { seconds: u32::try_from(upto(3)).unwrap_or(1), premium: true },
            3 => Fault::DropBefore,
            4 => Fault::DropAfter,
            5 => Fault::Delay(Duration::from_millis(100 * upto(15))),
            6 => Fault::Garbage,
            7 => Fault::WrongCrc,
            8 => Fault::RotateSalts,
            9 => Fault::Down(Duration::from_millis(50 * upto(10))),
            // Never back: message ids must grow within a session, so that a client only gets over that by a new one.
            10 => Fault::ClockGains(40 * i64::try_from(upto(10)).unwrap_or(1)),
            11 => Fault::UnknownConstructor,
            12 => Fault::UnknownInside,
            13 => error(400, "CONNECTION_LAYER_INVALID"),
            14 => Fault::ExpireGraphTokens,
            _ if upto(2) == 1 => error(500, "RPC_CALL_FAIL"),
            _ => error(-503, "Timeout"),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::mem::discriminant;

    use super::{Chaos, Fault, Login};

    #[test]
    fn the_share_is_hit_in_all_ways_and_again_the_same() {
        let strikes = |seed, ends_logins| {
            let chaos = Chaos::new(seed, 20_000, ends_logins);
            (0..40_000).map(|count| chaos.strike(Some(5), "users.getUsers", count)).collect::<Vec<_>>()
        };
        let kinds = |strikes: &[Option<Fault>]| {
            strikes.iter().flatten().map(discriminant).collect::<HashSet<_>>().len()
        };
        let (one, two) = (strikes(7, false), strikes(8, false));
        let hit: Vec<_> = one.iter().flatten().collect();
        assert!((600..1_000).contains(&hit.len()), "{}", hit.len());
        // All kinds but the end of a login: three of them are answers with an error.
        assert_eq!(kinds(&one), 13);
        let errors = hit.iter().filter_map(|fault| match fault {
            Fault::Answer(error) => Some(error.code),
            _ => None,
        });
        assert_eq!(errors.collect::<HashSet<_>>(), HashSet::from([400, 500, -503]));
        assert_eq!(one, strikes(7, false));
        assert_ne!(one, two);
    }

    #[test]
    fn logins_end_only_by_choice() {
        let ends = |ends_logins| {
            let chaos = Chaos::new(7, 20_000, ends_logins);
            let strikes = (0..40_000).filter_map(|count| chaos.strike(Some(5), "users.getUsers", count));
            strikes.filter(|fault| matches!(fault, Fault::EndLogins(_))).collect::<Vec<_>>()
        };
        assert_eq!(ends(false), []);
        let ends = ends(true);
        assert!((5..40).contains(&ends.len()), "{}", ends.len());
        for login in [Login::Revoked, Login::Unbound] {
            assert!(ends.contains(&Fault::EndLogins(login)), "{ends:?}");
        }
    }

    #[test]
    fn signing_in_is_spared() {
        let chaos = Chaos::new(7, 1_000_000, true);
        assert_eq!(chaos.strike(None, "auth.importAuthorization", 0), None);
        assert!(chaos.strike(None, "help.getConfig", 0).is_some());
        assert!(!Chaos::new(7, 0, true).is_on());
    }
}
