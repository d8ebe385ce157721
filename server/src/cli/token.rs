//! `channelscope token`: tokens of programs for `/api/v1`. A token is shown once; only its hash is kept.

use anyhow::{Result, ensure};
use base64::Engine as _;
use clap::Subcommand;
use sha2::{Digest, Sha256};

use super::print::{self, Cell};
use crate::boot::Settings;
use crate::store::{self, api_tokens};

/// What a token may be allowed.
const SCOPES: &[&str] = &["read", "revenue", "collect", "admin"];

#[derive(Debug, Subcommand)]
pub(super) enum Token {
    /// Make a token and print it, once.
    Create(Create),
    /// List tokens.
    List(List),
    /// Make a token invalid, at once.
    Revoke {
        /// The token's name.
        name: String,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Create {
    /// What it is for.
    #[arg(long)]
    name: String,
    /// What it may: read, revenue, collect, admin (comma-separated; read includes revenue).
    #[arg(long, value_delimiter = ',', default_value = "read")]
    scopes: Vec<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Token {
    pub(super) fn run(self, settings: Settings) -> Result<()> {
        if let Self::Create(create) = &self {
            ensure!(!create.name.trim().is_empty(), "the name is empty; say what the token is for");
            for scope in &create.scopes {
                ensure!(
                    SCOPES.contains(&scope.as_str()),
                    "“{scope}” is not a scope; use read, revenue, collect or admin"
                );
            }
        }
        settings.prepare()?.run(async move |boot| match self {
            Self::Create(create) => {
                let mut bytes = [0_u8; 32];
                getrandom::fill(&mut bytes)?;
                let token = format!("cs_{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes));
                let hash = Sha256::digest(token.as_bytes());
                api_tokens::add(&boot.pool, create.name.trim(), &hash, &create.scopes, boot.clock.now())
                    .await
                    .map_err(|error| match error {
                        store::Error::Conflict { .. } => anyhow::anyhow!(
                            "a token named “{}” exists; choose another name, or revoke it first",
                            create.name
                        ),
                        other => other.into(),
                    })?;
                if create.json {
                    print::json(&serde_json::json!({ "token": token }))
                } else {
                    eprintln!("Keep it safe: it is shown only now.");
                    print::line(&token)
                }
            }
            Self::List(list) => {
                let tokens = api_tokens::list(&boot.pool).await?;
                if list.json {
                    let tokens: Vec<_> = tokens
                        .iter()
                        .map(|token| {
                            serde_json::json!({
                                "name": token.name, "scopes": token.scopes, "created_at": token.created_at,
                                "last_used_at": token.last_used_at, "revoked_at": token.revoked_at,
                            })
                        })
                        .collect();
                    return print::json(&serde_json::json!({ "tokens": tokens }));
                }
                let rows = tokens.iter().map(|token| {
                    vec![
                        Cell::text(&token.name),
                        Cell::text(token.scopes.join(",")),
                        Cell::time(Some(token.created_at)),
                        Cell::time(token.last_used_at),
                        Cell::text(if token.revoked_at.is_some() { "revoked" } else { "valid" }),
                    ]
                });
                print::table(&["name", "scopes", "created", "last used", "state"], rows)
            }
            Self::Revoke { name } => {
                api_tokens::revoke(&boot.pool, &name, boot.clock.now()).await.map_err(
                    |error| match error {
                        store::Error::NotFound(_) => {
                            anyhow::anyhow!("there is no valid token named “{name}”")
                        }
                        other => other.into(),
                    },
                )?;
                eprintln!("“{name}” is revoked.");
                Ok(())
            }
        })
    }
}
