//! Errands: questions to Telegram that are no run of a collector, asked by whoever holds the account's connection.

mod refresh;
mod resolve;

use app::model::{ErrandAnswer, ErrandId};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::end::sentence;
use super::{CollectError, Context};
use crate::store::accounts::{self, AccountState};
use crate::store::errands::{self, Question};
use crate::telegram::fault::Fault;

/// What was learnt, ready to be recorded.
enum Learnt {
    Found(resolve::Found),
    Administered(refresh::Administered),
}

/// Carries out an errand and ends it, whatever happens. One that is over stays as it was.
///
/// # Errors
/// Only when not even its end could be recorded; it is then asked again.
pub async fn carry_out(context: &Context, errand: ErrandId) -> Result<(), CollectError> {
    let turn = context.turns.take().await;
    let Some(question) = errands::question(&context.pool, errand).await? else { return Ok(()) };
    let learnt = ask(context, question).await;
    drop(turn);
    let recorded = match learnt {
        Ok(learnt) => record(context, errand, &learnt).await,
        Err(error) => Err(error),
    };
    match recorded {
        Ok(()) => Ok(()),
        Err(error) => failed(context, errand, &error).await,
    }
}

async fn ask(context: &Context, question: Question) -> Result<Learnt, CollectError> {
    match question {
        Question::Resolve(link) => Ok(Learnt::Found(resolve::ask(&context.client, &link).await?)),
        Question::Refresh => Ok(Learnt::Administered(refresh::ask(context).await?)),
    }
}

/// What was learnt and the end of the errand: one transaction.
async fn record(context: &Context, errand: ErrandId, learnt: &Learnt) -> Result<(), CollectError> {
    let now = context.clock.now();
    let mut db = context.pool.begin().await?;
    let answer = match learnt {
        Learnt::Found(found) => resolve::record(&mut db, context, found, now).await?,
        Learnt::Administered(administered) => refresh::record(&mut db, context, administered, now).await?,
    };
    errands::finish(&mut *db, errand, &answer, now).await?;
    db.commit().await?;
    Ok(())
}

async fn failed(context: &Context, errand: ErrandId, error: &CollectError) -> Result<(), CollectError> {
    let now = context.clock.now();
    let mut db = context.pool.begin().await?;
    let text = follow(&mut db, context, error, now).await?;
    errands::finish(&mut *db, errand, &ErrandAnswer { is_good: false, text, channel: None }, now).await?;
    db.commit().await?;
    Ok(())
}

/// Does what the error asks for, and says it.
async fn follow(
    db: &mut PgConnection,
    context: &Context,
    error: &CollectError,
    now: Timestamp,
) -> Result<String, CollectError> {
    Ok(match error {
        CollectError::Fault(Fault::FloodWait { method, seconds }) => {
            context.keep_wait(&mut *db, method).await?;
            format!("Telegram wants no such request from the account for {seconds} seconds: ask again then.")
        }
        CollectError::Fault(Fault::SignedOut { .. }) => {
            accounts::set_state(db, context.account, AccountState::NeedsLinking, now).await?;
            format!("{}.", sentence(&error.to_string()))
        }
        CollectError::Fault(Fault::Stopped) => {
            "The process that asked was stopped before Telegram answered: ask again.".to_owned()
        }
        CollectError::Fault(fault) => format!("{}. Nothing was changed.", sentence(&fault.to_string())),
        error => {
            tracing::error!(account = %context.account, "an errand failed: {error}");
            "What Telegram answered could not be kept; the log says why. Ask again.".to_owned()
        }
    })
}
