//! Faults by chance. Whether a request is hit, and how, follows from the seed and from how often its account has asked
//! for its method before, not from time or order.

use std::time::Duration;

use super::Fault;
use crate::rpc::RpcError;
use crate::world::Dice;

#[derive(Debug)]
pub(crate) struct Chaos {
    seed: u64,
    /// How many of a million requests are hit.
    ppm: u64,
}

impl Chaos {
    pub(crate) fn new(seed: u64, ppm: u32) -> Self {
        Self { seed, ppm: u64::from(ppm) }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.ppm > 0
    }

    /// What happens to the request after `count` others. Nothing does to `auth.*`, so that nobody is kept from
    /// signing in; no fault ends a login, and all of them pass.
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
        Some(match upto(9) {
            1 => Fault::FloodWait { seconds: u32::try_from(upto(5)).unwrap_or(1), premium: false },
            2 => Fault::FloodWait { seconds: u32::try_from(upto(3)).unwrap_or(1), premium: true },
            3 => Fault::DropBefore,
            4 => Fault::DropAfter,
            5 => Fault::Delay(Duration::from_millis(100 * upto(15))),
            6 => Fault::Garbage,
            7 => Fault::WrongCrc,
            8 => Fault::RotateSalts,
            _ if upto(2) == 1 => Fault::Answer(RpcError::new(500, "RPC_CALL_FAIL")),
            _ => Fault::Answer(RpcError::new(-503, "Timeout")),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::mem::discriminant;

    use super::Chaos;

    #[test]
    fn the_share_is_hit_in_all_ways_and_again_the_same() {
        let strikes = |seed| {
            let chaos = Chaos::new(seed, 20_000);
            (0..20_000).map(|count| chaos.strike(Some(5), "users.getUsers", count)).collect::<Vec<_>>()
        };
        let (one, two) = (strikes(7), strikes(8));
        let hit: Vec<_> = one.iter().flatten().collect();
        assert!((300..500).contains(&hit.len()), "{}", hit.len());
        assert_eq!(hit.iter().map(|fault| discriminant(*fault)).collect::<HashSet<_>>().len(), 8);
        assert_eq!(one, strikes(7));
        assert_ne!(one, two);
    }

    #[test]
    fn signing_in_is_spared() {
        let chaos = Chaos::new(7, 1_000_000);
        assert_eq!(chaos.strike(None, "auth.importAuthorization", 0), None);
        assert!(chaos.strike(None, "help.getConfig", 0).is_some());
        assert!(!Chaos::new(7, 0).is_on());
    }
}
