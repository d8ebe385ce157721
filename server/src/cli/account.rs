//! `channelscope account`: linked Telegram accounts.

use std::path::PathBuf;

use anyhow::{Result, bail};
use app::model::AccountId;
use clap::Subcommand;

use super::print::{self, Cell};
use crate::boot::Settings;
use crate::collector::link::link_ready;
use crate::store::{self, accounts};
use crate::telegram::dc_file::DcFile;

#[derive(Debug, Subcommand)]
pub(super) enum Account {
    /// Link an account.
    Link {
        /// The ready keys of this data centre file, as after a login.
        #[arg(long, value_name = "FILE")]
        ready: PathBuf,
    },
    /// List linked accounts.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Forget an account's session. What was collected stays.
    Unlink {
        /// Our number of the account.
        account: AccountId,
    },
}

impl Account {
    pub(super) fn run(self, mut settings: Settings) -> Result<()> {
        let file = match &self {
            Self::Link { ready } => {
                // Its data centres and its clock are the ones that the account lives with.
                settings.telegram.telegram_dc_file.get_or_insert_with(|| ready.clone());
                Some(DcFile::read(ready)?)
            }
            Self::List { .. } | Self::Unlink { .. } => None,
        };
        settings.prepare()?.run(async move |boot| match (self, file) {
            (Self::Link { .. }, Some(file)) => {
                let account =
                    link_ready(&boot.pool, &boot.seal, &file, &boot.clock, boot.manners.clone()).await?;
                let channels = store::channels::list(&boot.pool).await?.len();
                eprintln!("Account {account} is linked; {channels} channels are collected on schedule.");
                Ok(())
            }
            (Self::Unlink { account }, _) => {
                if accounts::find(&boot.pool, account).await?.is_none() {
                    bail!("there is no account {account}; see: channelscope account list");
                }
                accounts::forget(&boot.pool, account).await?;
                eprintln!("Account {account} is unlinked; what was collected stays.");
                Ok(())
            }
            (Self::List { json }, _) => list(&accounts::list(&boot.pool).await?, json),
            (Self::Link { ready }, None) => bail!("{} was not read", ready.display()),
        })
    }
}

fn list(accounts: &[accounts::Account], json: bool) -> Result<()> {
    if json {
        let accounts: Vec<_> = accounts
            .iter()
            .map(|account| {
                serde_json::json!({
                    "id": account.id, "telegram_user_id": account.telegram_user_id, "name": account.display_name,
                    "state": account.state.name(), "since": account.state_since, "linked_at": account.linked_at,
                    "quiet_until": account.quiet_until, "simulated": account.simulated,
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
            Cell::time(Some(account.linked_at)),
            Cell::time(account.quiet_until),
        ]
    });
    print::table(&["account", "name", "state", "linked", "quiet until"], rows)
}
