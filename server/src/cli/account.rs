//! `channelscope account`: linked Telegram accounts.

use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use app::model::AccountId;
use clap::Subcommand;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::errand;
use super::print::{self, Cell};
use crate::boot::{Boot, Settings};
use crate::collector::discover::Choice;
use crate::collector::link::{link_ready, link_signed_in, sign_out, unbound};
use crate::jobs::ASKED_FOR;
use crate::store::accounts::AccountState;
use crate::store::errands::Question;
use crate::store::{self, accounts};
use crate::telegram::client::{LoginError, SignedIn};
use crate::telegram::dc_file::DcFile;
use crate::worker::errand::{answer, enqueue};

#[derive(Debug, Subcommand)]
pub(super) enum Account {
    /// Link an account: by its phone number, or with keys that are signed in already.
    Link(Link),
    /// List linked accounts.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Look again which channels accounts administer; it happens by itself once a day.
    Refresh {
        /// Our number of the account [default: every account].
        account: Option<AccountId>,
    },
    /// Sign an account out at Telegram and forget its session. What was collected stays.
    Unlink {
        /// Our number of the account.
        account: AccountId,
    },
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false, id = "how")]
struct How {
    /// The account's phone number, with its country code: Telegram sends a code there.
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    /// The ready keys of this data centre file, as after a login.
    #[arg(long, value_name = "FILE")]
    ready: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Link {
    #[command(flatten)]
    how: How,
    /// Read the code from standard input, one line, without asking.
    #[arg(long, requires = "phone")]
    code_stdin: bool,
    /// Read the password of two-step verification from standard input, one line (after the code's).
    #[arg(long, requires = "phone")]
    password_stdin: bool,
    /// What to collect of the channels that are new: those the account created, everything it administers, or nothing
    /// yet. `channel list --all` shows what there is, `channel add` and `channel remove` change it.
    #[arg(long, value_name = "WHICH", value_enum, default_value_t)]
    channels: Which,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum Which {
    #[default]
    Owned,
    All,
    None,
}

impl From<Which> for Choice {
    fn from(which: Which) -> Self {
        match which {
            Which::Owned => Self::Owned,
            Which::All => Self::All,
            Which::None => Self::Nothing,
        }
    }
}

impl Account {
    pub(super) fn run(self, mut settings: Settings) -> Result<()> {
        let ready = match &self {
            Self::Link(Link { how: How { ready: Some(ready), .. }, .. }) => {
                // Its data centres and its clock are the ones that the account lives with.
                settings.telegram.telegram_dc_file.get_or_insert_with(|| ready.clone());
                Some(DcFile::read(ready)?)
            }
            _ => None,
        };
        let api_hash = settings.telegram.api_hash()?;
        settings.prepare()?.run(async move |boot| match self {
            Self::Link(link) => {
                let account = match (&ready, &link.how.phone) {
                    (Some(file), _) => {
                        let Boot { pool, seal, clock, manners, .. } = &boot;
                        link_ready(pool, seal, file, clock, manners.clone(), link.channels.into()).await?
                    }
                    (None, Some(phone)) => link_phone(&boot, phone, api_hash, &link).await?,
                    (None, None) => bail!("say which account: --phone NUMBER or --ready FILE"),
                };
                let known = store::channels::known(&boot.pool).await?;
                let collected = known.iter().filter(|one| one.is_collected).count();
                eprintln!("Account {account} is linked; {collected} channels are collected on schedule.");
                if known.len() > collected {
                    let more = known.len() - collected;
                    eprintln!("{more} more could be; see: channelscope channel list --all");
                }
                Ok(())
            }
            Self::Unlink { account } => unlink(&boot, account).await,
            Self::Refresh { account } => refresh(&boot, account).await,
            Self::List { json } => list(&accounts::list(&boot.pool).await?, json),
        })
    }
}

/// Signs in with the code that Telegram sends, and the password if there is one.
async fn link_phone(
    boot: &Boot,
    phone: &str,
    api_hash: Option<SecretString>,
    link: &Link,
) -> Result<AccountId> {
    let api_hash = match (api_hash, &boot.dc_file) {
        (Some(hash), _) => hash,
        (None, Some(_)) => SecretString::from("simulated"),
        (None, None) => bail!(
            "TELEGRAM_API_ID and TELEGRAM_API_HASH are not set: make them at my.telegram.org, then try again"
        ),
    };
    let client = unbound(boot.dc_file.as_ref(), boot.manners.clone(), &boot.clock).await?;
    let signed_in = async {
        let sent = client.send_code(phone, &api_hash).await?;
        let code = ask(&format!("Telegram has sent a code {}. The code", sent.via), link.code_stdin).await?;
        if client.sign_in(phone, &sent, &code).await? == SignedIn::PasswordNeeded {
            // Somebody who pipes the code alone cannot be asked.
            if link.code_stdin && !link.password_stdin {
                return Err(LoginError::PasswordMissing.into());
            }
            let password =
                ask("The password of two-step verification (seen as you type)", link.password_stdin).await?;
            client.check_password(&SecretString::from(password.as_str())).await?;
        }
        Ok(())
    }
    .await;
    if let Err(error) = signed_in {
        client.close().await;
        return Err(error);
    }
    Ok(link_signed_in(&boot.pool, &boot.seal, &boot.clock, &client, link.channels.into()).await?)
}

/// A line of standard input; asks for it where a person types.
async fn ask(what: &str, quietly: bool) -> Result<Zeroizing<String>> {
    if !quietly {
        eprint!("{what}: ");
        std::io::stderr().flush()?;
    }
    let line = tokio::task::spawn_blocking(|| {
        let mut line = Zeroizing::new(String::new());
        std::io::stdin().lock().read_line(&mut line).map(|_| line)
    })
    .await??;
    let line = Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned());
    ensure!(!line.is_empty(), "nothing was typed; start again");
    Ok(line)
}

async fn refresh(boot: &Boot, only: Option<AccountId>) -> Result<()> {
    let mut accounts = accounts::list(&boot.pool).await?;
    accounts.retain(|account| only.is_none_or(|only| account.id == only));
    if let (Some(account), []) = (only, &accounts[..]) {
        bail!("there is no account {account}; see: channelscope account list");
    }
    let mut failed = 0;
    for account in accounts {
        // One that has to be linked again does not keep the others from being looked at.
        if only.is_none() && account.state != AccountState::Active {
            print::line(&format!(
                "{} ({}): needs to be linked again, and was not looked at",
                account.display_name, account.id
            ))?;
            failed += 1;
            continue;
        }
        let answer = errand::through_somebody(boot, Some(account.id), async |until| {
            let (pool, now) = (&boot.pool, boot.clock.now());
            let id = enqueue(pool, account.id, &Question::Refresh, ASKED_FOR, now).await?;
            answer(pool, id, until).await?.context("Telegram has not answered yet")
        })
        .await?;
        print::line(&format!("{} ({}): {}", account.display_name, account.id, answer.text))?;
        failed += usize::from(!answer.is_good);
    }
    ensure!(failed == 0, "{failed} accounts could not be looked at");
    Ok(())
}

async fn unlink(boot: &Boot, account: AccountId) -> Result<()> {
    if accounts::find(&boot.pool, account).await?.is_none() {
        bail!("there is no account {account}; see: channelscope account list");
    }
    let Boot { pool, seal, clock, dc_file, manners, .. } = boot;
    let signed_out =
        sign_out(pool, Arc::clone(seal), clock, dc_file.as_ref(), manners.clone(), account).await;
    accounts::forget(pool, account).await?;
    match signed_out {
        Ok(true) => eprintln!("Account {account} is signed out and unlinked; what was collected stays."),
        Ok(false) => eprintln!(
            "Account {account} is unlinked; what was collected stays. A running process held its connection, so its \
             session is still open at Telegram: end it there, under Settings, Devices."
        ),
        Err(error) => eprintln!(
            "Account {account} is unlinked; what was collected stays. It could not be signed out ({error}): end its \
             session in Telegram, under Settings, Devices."
        ),
    }
    Ok(())
}

fn list(accounts: &[accounts::Account], json: bool) -> Result<()> {
    if json {
        let accounts: Vec<_> = accounts
            .iter()
            .map(|account| {
                serde_json::json!({
                    "id": account.id, "telegram_user_id": account.telegram_user_id, "name": account.display_name,
                    "state": account.state.name(), "since": account.state_since, "linked_at": account.linked_at,
                    "quiet_until": account.quiet_until(), "flood_waits": account.flood_waits,
                    "simulated": account.simulated,
                })
            })
            .collect();
        return print::json(&serde_json::json!({ "accounts": accounts }));
    }
    let rows = accounts.iter().map(|account| {
        vec![
            Cell::number(Some(account.id)),
            Cell::text(&account.display_name),
            Cell::text(account.state.name().replace('_', " ")),
            Cell::time(Some(account.state_since)),
            Cell::time(Some(account.linked_at)),
            Cell::time(account.quiet_until()),
        ]
    });
    print::table(&["account", "name", "state", "since", "linked", "quiet until"], rows)
}
