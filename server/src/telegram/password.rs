//! The proof that somebody knows the password of two-step verification (<https://core.telegram.org/api/srp>).

use grammers_crypto::two_factor_auth::{calculate_2fa, check_p_and_g};
use grammers_tl_types::{enums as e, types as t};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

/// Why no proof is given.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The account has none.
    #[error("the account has no two-step verification")]
    None,
    /// It is asked for in a way that this version does not know, or that would give the password away.
    #[error(
        "Telegram asks for the password in a way that is not safe or not known here ({0}); nothing was sent"
    )]
    Unsafe(&'static str),
    /// The system gave no randomness.
    #[error("no random numbers: {0}")]
    Random(getrandom::Error),
}

/// The answer to `account.getPassword`. The parameters are checked first, as Telegram demands of clients: a prime that is
/// none would let whoever sent it guess the password.
pub(super) fn prove(
    asked: &t::account::Password,
    password: &SecretString,
) -> Result<e::InputCheckPasswordSrp, PasswordError> {
    use e::PasswordKdfAlgo::Sha256Sha256Pbkdf2Hmacsha512iter100000Sha256ModPow as Known;
    let algorithm = match &asked.current_algo {
        Some(Known(algorithm)) => algorithm,
        Some(_) => return Err(PasswordError::Unsafe("an unknown algorithm")),
        None => return Err(PasswordError::None),
    };
    let (Some(public), Some(srp_id)) = (&asked.srp_b, asked.srp_id) else {
        return Err(PasswordError::Unsafe("no question"));
    };
    if !(2..=7).contains(&algorithm.g) || !check_p_and_g(&algorithm.p, &algorithm.g) {
        return Err(PasswordError::Unsafe("its prime is none"));
    }
    if !is_proper(public, &algorithm.p) {
        return Err(PasswordError::Unsafe("its public value is out of range"));
    }
    let mut secret = Zeroizing::new(vec![0; 256]);
    getrandom::fill(&mut secret).map_err(PasswordError::Random)?;
    let (m1, a) = calculate_2fa(
        &algorithm.salt1,
        &algorithm.salt2,
        &algorithm.p,
        &algorithm.g,
        public.clone(),
        secret.to_vec(),
        password.expose_secret(),
    );
    Ok(t::InputCheckPasswordSrp { srp_id, a: a.to_vec(), m1: m1.to_vec() }.into())
}

/// `0 < B < p`, both big-endian.
fn is_proper(public: &[u8], prime: &[u8]) -> bool {
    let bare = |bytes: &[u8]| bytes.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<u8>>();
    let (public, prime) = (bare(public), bare(prime));
    !public.is_empty() && (public.len(), &public) < (prime.len(), &prime)
}

#[cfg(test)]
mod tests {
    use super::is_proper;

    #[test]
    fn public_values_are_between_zero_and_the_prime() {
        assert!(is_proper(&[0, 0, 5], &[1, 0]));
        assert!(
            !is_proper(&[0, 0], &[1, 0]) && !is_proper(&[1, 0], &[1, 0]) && !is_proper(&[1, 0, 0], &[1, 0])
        );
    }
}
