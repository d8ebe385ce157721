//! The account's two-step verification: Telegram's SRP, from the server's side.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use grammers_tl_types::{enums as e, types as t};
use num_bigint::BigUint;
use sha2::{Digest, Sha256};

use crate::access::unhex;
use crate::rpc::RpcError;

/// The password that goes with [`EXPONENT`].
pub(crate) const PASSWORD: &str = "correct horse battery staple";

const SALT1: &[u8; 40] = b"telegram-dc first salt, forty bytes long";
const SALT2: &[u8; 16] = b"second salt here";

/// Telegram's `PH2(password, salt1, salt2)`: what the password comes to, so that the server need not derive it.
const EXPONENT: &str = "8cabdda94918acb62b76376004bfc1f7cd63099c4a447c77323494b94cdb5ea7";

/// The generator and the prime that Telegram uses.
const GENERATOR: u32 = 3;
const PRIME: &str = "c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f48198a0aa7c14058229493d22530f4db\
    fa336f6e0ac925139543aed44cce7c3720fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f64\
    2477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4a4a695811051907e162753b56b0f6b41\
    0dba74d8a84b2a14b3144e0ef1284754fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4\
    e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f0d8115f635b105ee2e4e15d04b2454bf\
    6f4fadf034b10403119cd8e3b92fcc5b";

/// So many questions are open at a time.
const OPEN: usize = 64;

/// The questions that have been asked and not yet answered: the secret exponent by `srp_id`, or nothing if the
/// password has been changed since.
#[derive(Debug, Default)]
pub(crate) struct Srp(Mutex<HashMap<i64, Option<BigUint>>>);

struct Group {
    prime: BigUint,
    generator: BigUint,
    verifier: BigUint,
    /// `k = H(p | g)`.
    multiplier: BigUint,
}

impl Srp {
    /// What `account.getPassword` answers: a fresh question.
    pub(crate) fn ask(&self) -> t::account::Password {
        let group = group();
        let secret = BigUint::from_bytes_be(&random());
        let (srp_id, public) = (rand::random(), group.public(&secret));
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= OPEN {
            open.clear();
        }
        open.insert(srp_id, Some(secret));
        t::account::Password {
            has_password: true,
            current_algo: Some(algorithm(SALT1)),
            srp_b: Some(padded(&public).to_vec()),
            srp_id: Some(srp_id),
            hint: Some("xkcd".to_owned()),
            ..Self::none()
        }
    }

    /// What `account.getPassword` answers when there is no password.
    pub(crate) fn none() -> t::account::Password {
        t::account::Password {
            has_recovery: false,
            has_secure_values: false,
            has_password: false,
            current_algo: None,
            srp_b: None,
            srp_id: None,
            hint: None,
            email_unconfirmed_pattern: None,
            new_algo: algorithm(&SALT1[..8]),
            new_secure_algo: e::SecurePasswordKdfAlgo::Unknown,
            secure_random: random().to_vec(),
            pending_reset_date: None,
            login_email_pattern: None,
        }
    }

    /// The owner has set a password: answers to what was asked before are void.
    pub(crate) fn change(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values_mut().for_each(|secret| *secret = None);
    }

    /// Checks an answer. Each question can be answered once, right or wrong.
    pub(crate) fn check(&self, answer: &e::InputCheckPasswordSrp) -> Result<(), RpcError> {
        let e::InputCheckPasswordSrp::Srp(answer) = answer else {
            return Err(RpcError::new(400, "PASSWORD_HASH_INVALID"));
        };
        let secret = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&answer.srp_id);
        let secret = secret.ok_or_else(|| RpcError::new(400, "SRP_ID_INVALID"))?;
        let secret = secret.ok_or_else(|| RpcError::new(400, "SRP_PASSWORD_CHANGED"))?;
        if group().proof(&secret, &answer.a).is_some_and(|proof| proof == *answer.m1) {
            Ok(())
        } else {
            Err(RpcError::new(400, "PASSWORD_HASH_INVALID"))
        }
    }
}

impl Group {
    /// `B = k·v + g^b`.
    fn public(&self, secret: &BigUint) -> BigUint {
        (&self.multiplier * &self.verifier + self.generator.modpow(secret, &self.prime)) % &self.prime
    }

    /// The `M1` that only somebody with the password can know; `None` if the client's `A` is not a proper one.
    fn proof(&self, secret: &BigUint, a: &[u8]) -> Option<[u8; 32]> {
        let client = BigUint::from_bytes_be(a);
        if client == BigUint::ZERO || client >= self.prime {
            return None;
        }
        let (a, b) = (padded(&client), padded(&self.public(secret)));
        let u = BigUint::from_bytes_be(&hash(&[&a, &b]));
        let shared = (client * self.verifier.modpow(&u, &self.prime)).modpow(secret, &self.prime);
        let key = hash(&[&padded(&shared)]);
        let mut mixed = hash(&[&padded(&self.prime)]);
        let generator = hash(&[&padded(&self.generator)]);
        mixed.iter_mut().zip(generator).for_each(|(mixed, byte)| *mixed ^= byte);
        Some(hash(&[&mixed, &hash(&[SALT1]), &hash(&[SALT2]), &a, &b, &key]))
    }
}

fn group() -> Group {
    let prime = BigUint::from_bytes_be(&prime());
    let generator = BigUint::from(GENERATOR);
    let exponent = BigUint::from_bytes_be(&unhex::<32>(EXPONENT).unwrap_or_default());
    let verifier = generator.modpow(&exponent, &prime);
    let multiplier = BigUint::from_bytes_be(&hash(&[&padded(&prime), &padded(&generator)]));
    Group { prime, generator, verifier, multiplier }
}

fn algorithm(salt1: &[u8]) -> e::PasswordKdfAlgo {
    t::PasswordKdfAlgoSha256Sha256Pbkdf2Hmacsha512iter100000Sha256ModPow {
        salt1: salt1.to_vec(),
        salt2: SALT2.to_vec(),
        g: GENERATOR.cast_signed(),
        p: prime().to_vec(),
    }
    .into()
}

fn prime() -> [u8; 256] {
    unhex(PRIME).unwrap_or([0; 256])
}

fn random() -> [u8; 256] {
    let mut bytes = [0; 256];
    bytes.chunks_mut(32).for_each(|chunk| chunk.copy_from_slice(&rand::random::<[u8; 32]>()));
    bytes
}

fn padded(number: &BigUint) -> [u8; 256] {
    let bytes = number.to_bytes_be();
    let mut padded = [0; 256];
    padded[256 - bytes.len()..].copy_from_slice(&bytes);
    padded
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut digest = Sha256::new();
    parts.iter().for_each(|part| digest.update(part));
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use grammers_crypto::two_factor_auth::calculate_2fa;
    use grammers_tl_types::types as t;

    use super::{GENERATOR, PASSWORD, SALT1, SALT2, Srp, prime};

    fn answer(srp: &Srp, password: &str) -> t::InputCheckPasswordSrp {
        let asked = srp.ask();
        let g = GENERATOR.cast_signed();
        let secret = (0..=255).collect();
        let (m1, a) = calculate_2fa(SALT1, SALT2, &prime(), &g, asked.srp_b.unwrap(), secret, password);
        t::InputCheckPasswordSrp { srp_id: asked.srp_id.unwrap(), a: a.to_vec(), m1: m1.to_vec() }
    }

    #[test]
    fn the_password_is_right_once() {
        let srp = Srp::default();
        let right = answer(&srp, PASSWORD).into();
        assert_eq!(srp.check(&right), Ok(()));
        assert_eq!(srp.check(&right).unwrap_err().name, "SRP_ID_INVALID");
    }

    #[test]
    fn a_changed_password_voids_open_questions() {
        let srp = Srp::default();
        let right = answer(&srp, PASSWORD).into();
        srp.change();
        assert_eq!(srp.check(&right).unwrap_err().name, "SRP_PASSWORD_CHANGED");
        assert_eq!(srp.check(&answer(&srp, PASSWORD).into()), Ok(()));
    }

    #[test]
    fn other_passwords_and_tricks_are_wrong() {
        let srp = Srp::default();
        let name = |answer: t::InputCheckPasswordSrp| srp.check(&answer.into()).unwrap_err().name;
        assert_eq!(name(answer(&srp, "incorrect horse")), "PASSWORD_HASH_INVALID");
        for a in [vec![0; 256], prime().to_vec(), vec![255; 300], Vec::new()] {
            let srp_id = srp.ask().srp_id.unwrap();
            assert_eq!(
                name(t::InputCheckPasswordSrp { srp_id, a, m1: vec![0; 32] }),
                "PASSWORD_HASH_INVALID"
            );
        }
    }
}
