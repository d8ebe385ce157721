//! `channelscope user`: who may sign in.

use std::io::{BufRead, IsTerminal, Write};

use anyhow::{Context, Result, ensure};
use clap::Subcommand;
use zeroize::Zeroizing;

use crate::boot::Settings;
use crate::store::{self, users, web_sessions};
use crate::web::auth;

/// The shortest password accepted. Length is what counts; nothing else is asked of it.
const SHORTEST: usize = 10;

#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Add a person.
    Add(Name),
    /// Set a person's password; signs them out everywhere.
    Password(Name),
}

#[derive(Debug, clap::Args)]
pub(super) struct Name {
    /// The name they sign in with.
    login: String,
    /// Read the password from standard input, one line, without asking.
    #[arg(long)]
    password_stdin: bool,
}

impl User {
    pub(super) fn run(self, settings: Settings) -> Result<()> {
        let (Self::Add(name) | Self::Password(name)) = &self;
        let login = name.login.trim().to_lowercase();
        ensure!(!login.is_empty(), "the name is empty; give one to sign in with");
        let password = read_password(name.password_stdin)?;
        settings.prepare()?.run(async move |boot| {
            let hash = auth::password::hash(&password)?;
            let now = boot.clock.now();
            match self {
                Self::Add(_) => {
                    users::add(&boot.pool, &login, &hash, now).await.map_err(|error| match error {
                        store::Error::Conflict { .. } => {
                            anyhow::anyhow!("{login} exists already; change the password with: channelscope user password {login}")
                        }
                        other => other.into(),
                    })?;
                    eprintln!("{login} may sign in now.");
                }
                Self::Password(_) => {
                    let user = users::find(&boot.pool, &login).await?.with_context(|| {
                        format!("there is no {login}; add them with: channelscope user add {login}")
                    })?;
                    let mut db = boot.pool.begin().await?;
                    users::set_password(&mut *db, user.id, &hash).await?;
                    web_sessions::forget_of(&mut *db, user.id).await?;
                    db.commit().await?;
                    eprintln!("The password of {login} is set; they are signed out everywhere.");
                }
            }
            Ok(())
        })
    }
}

fn read_password(from_stdin: bool) -> Result<Zeroizing<String>> {
    let stdin = std::io::stdin();
    if !from_stdin && stdin.is_terminal() {
        eprint!("Password (will be seen as you type; use --password-stdin to pipe it): ");
        std::io::stderr().flush()?;
    }
    let mut line = Zeroizing::new(String::new());
    stdin.lock().read_line(&mut line)?;
    let password = Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned());
    ensure!(
        password.chars().count() >= SHORTEST,
        "the password is too short; use at least {SHORTEST} characters"
    );
    Ok(password)
}
