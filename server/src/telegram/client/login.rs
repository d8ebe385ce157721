//! Signing in and out: the phone's code, and the password where there is one
//! (<https://core.telegram.org/api/auth>, <https://core.telegram.org/api/srp>).

use grammers_tl_types::{enums as e, functions as f, types as t};
use secrecy::{ExposeSecret as _, SecretString};

use super::Client;
use crate::telegram::convert::channel::{self, SelfUser};
use crate::telegram::fault::Fault;
use crate::telegram::password::{self, PasswordError};

/// How often Telegram may send us on to the data centre where the phone number lives.
const MOST_MOVES: usize = 3;

/// Why somebody is not signed in. Each is a sentence for people.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// The phone number is not one, is banned, or has no account.
    #[error("Telegram knows no account with this phone number ({0}): check it, with its country code")]
    Phone(String),
    /// The application's id and hash are refused.
    #[error("Telegram refuses the application ({0}): check TELEGRAM_API_ID and TELEGRAM_API_HASH")]
    Application(String),
    /// The code is wrong or too old.
    #[error("the code is not right ({0}): start again and type the newest code")]
    Code(String),
    /// The password is wrong.
    #[error("the password of two-step verification is not right: start again")]
    Password,
    /// Two-step verification is on and no password was given.
    #[error("the account has two-step verification: give its password too (--password-stdin)")]
    PasswordMissing,
    /// What Telegram says about the password cannot be trusted.
    #[error(transparent)]
    PasswordParameters(#[from] PasswordError),
    /// Telegram wants something first that only its own apps can do.
    #[error(
        "Telegram does not send a code for this number to other apps ({0}): sign in with one of its own apps first"
    )]
    NotHere(&'static str),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A code is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSent {
    /// What goes back with the code.
    hash: String,
    /// Where to look for it, in words.
    pub via: &'static str,
}

/// What the right code led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedIn {
    /// Somebody is signed in.
    Done(SelfUser),
    /// The password of two-step verification is missing.
    PasswordNeeded,
}

impl Client {
    /// Asks Telegram to send a code (`auth.sendCode`), at the data centre where the number lives.
    ///
    /// # Errors
    /// A [`LoginError`].
    pub async fn send_code(&self, phone: &str, api_hash: &SecretString) -> Result<CodeSent, LoginError> {
        let request = f::auth::SendCode {
            phone_number: phone.to_owned(),
            api_id: self.inner.manners.api_id,
            api_hash: api_hash.expose_secret().to_owned(),
            settings: t::CodeSettings {
                allow_flashcall: false,
                current_number: false,
                allow_app_hash: false,
                allow_missed_call: false,
                allow_firebase: false,
                unknown_number: false,
                logout_tokens: None,
                token: None,
                app_sandbox: None,
            }
            .into(),
        };
        let mut moves = 0;
        let sent = loop {
            match self.ask_once(self.inner.session.home_dc(), &request).await {
                Err(Fault::Migrate { dc }) if moves < MOST_MOVES => {
                    self.inner.session.set_home(dc);
                    moves += 1;
                }
                answer => break answer.map_err(refused)?.value,
            }
        };
        match sent {
            e::auth::SentCode::Code(sent) => {
                Ok(CodeSent { hash: sent.phone_code_hash, via: whereabouts(&sent.r#type) })
            }
            e::auth::SentCode::Success(_) => Err(LoginError::NotHere("it is signed in already")),
            e::auth::SentCode::PaymentRequired(_) => Err(LoginError::NotHere("it wants a payment")),
        }
    }

    /// Signs in with the code (`auth.signIn`).
    ///
    /// # Errors
    /// A [`LoginError`].
    pub async fn sign_in(&self, phone: &str, sent: &CodeSent, code: &str) -> Result<SignedIn, LoginError> {
        let request = f::auth::SignIn {
            phone_number: phone.to_owned(),
            phone_code_hash: sent.hash.clone(),
            phone_code: Some(code.trim().to_owned()),
            email_verification: None,
        };
        match self.ask_once(self.inner.session.home_dc(), &request).await {
            Err(fault) if is(&fault, "SESSION_PASSWORD_NEEDED") => Ok(SignedIn::PasswordNeeded),
            answer => Ok(SignedIn::Done(self.authorized(&answer.map_err(refused)?.value)?)),
        }
    }

    /// Answers for the password (`account.getPassword`, `auth.checkPassword`). Telegram gets a proof, not the password.
    ///
    /// # Errors
    /// A [`LoginError`].
    pub async fn check_password(&self, password: &SecretString) -> Result<SelfUser, LoginError> {
        let home = self.inner.session.home_dc();
        let e::account::Password::Password(asked) =
            self.ask_once(home, &f::account::GetPassword {}).await?.value;
        let password = password::prove(&asked, password)?;
        let answer = self.ask_once(home, &f::auth::CheckPassword { password }).await.map_err(refused)?;
        self.authorized(&answer.value)
    }

    /// Ends the login at Telegram (`auth.logOut`).
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn log_out(&self) -> Result<(), Fault> {
        self.ask_once(self.inner.session.home_dc(), &f::auth::LogOut {}).await.map(|_| ())
    }

    /// Is this set of keys free: is nobody signed in with them?
    ///
    /// # Errors
    /// A [`Fault`] that says neither.
    pub async fn is_free(&self) -> Result<bool, Fault> {
        let request = f::users::GetUsers { id: vec![e::InputUser::UserSelf] };
        match self.ask_once(self.inner.session.home_dc(), &request).await {
            Ok(_) => Ok(false),
            Err(Fault::SignedOut { name }) => Ok(name == "AUTH_KEY_UNREGISTERED"),
            Err(fault) if is(&fault, "SESSION_PASSWORD_NEEDED") => Ok(true),
            Err(fault) => Err(fault),
        }
    }

    fn authorized(&self, answer: &e::auth::Authorization) -> Result<SelfUser, LoginError> {
        match answer {
            e::auth::Authorization::Authorization(authorization) => {
                let user = channel::self_user(std::slice::from_ref(&authorization.user))?;
                self.inner.session.set_signed_in(user.id);
                Ok(user)
            }
            e::auth::Authorization::SignUpRequired(_) => {
                Err(LoginError::Phone("PHONE_NUMBER_UNOCCUPIED".to_owned()))
            }
        }
    }
}

fn is(fault: &Fault, wanted: &str) -> bool {
    matches!(fault, Fault::Rpc { name, .. } if name == wanted)
}

/// What the errors of signing in mean (API reference §6.1, §11).
fn refused(fault: Fault) -> LoginError {
    let Fault::Rpc { name, .. } = &fault else { return fault.into() };
    if name.starts_with("PHONE_CODE_") {
        LoginError::Code(name.clone())
    } else if name.starts_with("PHONE_") {
        LoginError::Phone(name.clone())
    } else if name.starts_with("API_ID_") {
        LoginError::Application(name.clone())
    } else if name == "PASSWORD_HASH_INVALID" {
        LoginError::Password
    } else {
        fault.into()
    }
}

fn whereabouts(kind: &e::auth::SentCodeType) -> &'static str {
    match kind {
        e::auth::SentCodeType::App(_) => "in your other Telegram apps",
        e::auth::SentCodeType::Sms(_) | e::auth::SentCodeType::FirebaseSms(_) => "by text message",
        e::auth::SentCodeType::Call(_) => "by a phone call",
        e::auth::SentCodeType::FragmentSms(_) => "on fragment.com",
        e::auth::SentCodeType::EmailCode(_) => "by mail",
        _ => "on the phone",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_what_to_do() {
        let said = |name: &str| refused(Fault::Rpc { code: 400, name: name.to_owned() }).to_string();
        assert!(said("PHONE_CODE_INVALID").contains("type the newest code"));
        assert!(said("PHONE_NUMBER_BANNED").contains("PHONE_NUMBER_BANNED"));
        assert!(said("API_ID_INVALID").contains("TELEGRAM_API_HASH"));
        assert!(said("PASSWORD_HASH_INVALID").contains("password"));
        assert_eq!(said("AUTH_RESTART"), "Telegram answered with the error 400 AUTH_RESTART");
    }
}
