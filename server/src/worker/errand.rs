//! Asking Telegram something that is no run, through whoever holds an account's connection, and waiting for the answer.

use std::time::Duration;

use app::model::{AccountId, ChannelLink, Errand, ErrandAnswer, ErrandId, KnownChannel};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;
use tokio::time::Instant;

use super::EnqueueError;
use crate::clock::Clock;
use crate::collector::discover;
use crate::jobs::{self, ASKED_FOR, ErrandJob};
use crate::store::errands::{self, Question};
use crate::store::{self, channels};

/// How often it is looked whether there is an answer.
const LOOK: Duration = Duration::from_millis(100);

/// Asks a question through an account, or joins the errand that is open. The queue's tables must exist
/// ([`jobs::migrate`]).
///
/// # Errors
/// [`EnqueueError`].
pub async fn enqueue(
    pool: &PgPool,
    account: AccountId,
    question: &Question,
    urgency: i16,
    now: Timestamp,
) -> Result<ErrandId, EnqueueError> {
    let mut db = pool.begin().await?;
    let errand = errands::open(&mut db, account, question, now).await?;
    // Where it was open already, the job takes the place of the other: somebody waits for what was no hurry, or that job
    // was lost. Doing one twice changes nothing.
    jobs::enqueue_errand(pool, &mut db, ErrandJob { errand, account }, urgency).await?;
    db.commit().await?;
    Ok(errand)
}

/// The answer to an errand, as soon as there is one; `None` when there is none until then.
///
/// # Errors
/// The store's; `NotFound` when its account was unlinked meanwhile.
pub async fn answer(pool: &PgPool, id: ErrandId, until: Instant) -> store::Result<Option<ErrandAnswer>> {
    loop {
        let errand = errands::find(pool, id).await?;
        let gone = || store::Error::NotFound("The account that was asked".to_owned());
        let Errand { answer, .. } = errand.ok_or_else(gone)?;
        if answer.is_some() || Instant::now() >= until {
            return Ok(answer);
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// What came of adding a channel by its link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// It was known, and is collected from now on.
    Known(Box<KnownChannel>),
    /// Telegram has answered.
    Answered(ErrandId, ErrandAnswer),
    /// Telegram has not answered yet; it goes on.
    Asking(ErrandId),
    /// No account can be asked.
    NoAccount,
}

/// A name that was looked at longer ago may have passed to another channel since.
const NAMES_STAY: SignedDuration = SignedDuration::from_hours(48);

/// Collects the channel that a link names, if it is known: nobody needs to be asked.
///
/// # Errors
/// [`EnqueueError`].
pub async fn add_known(
    pool: &PgPool,
    clock: &Clock,
    link: &ChannelLink,
) -> Result<Option<KnownChannel>, EnqueueError> {
    let is_fresh = |one: &KnownChannel| {
        one.channel.as_of.is_some_and(|as_of| clock.now().duration_since(as_of) <= NAMES_STAY)
    };
    let is_meant =
        |one: &KnownChannel| one.is_named(link) && (matches!(link, ChannelLink::Id(_)) || is_fresh(one));
    let known = channels::known(pool).await?.into_iter().find(is_meant);
    if let Some(one) = &known {
        let mut db = pool.begin().await?;
        discover::choose(&mut db, one.channel.id, true, clock.now()).await?;
        db.commit().await?;
    }
    Ok(known)
}

/// Collects the channel that a link leads to: at once when it is known, else once Telegram has said what it is. Where
/// one account cannot tell, the next is asked.
///
/// # Errors
/// [`EnqueueError`].
pub async fn add(
    pool: &PgPool,
    clock: &Clock,
    link: &ChannelLink,
    until: Instant,
) -> Result<Added, EnqueueError> {
    if let Some(known) = add_known(pool, clock, link).await? {
        return Ok(Added::Known(Box::new(known)));
    }
    let question = Question::Resolve(link.clone());
    let mut last = Added::NoAccount;
    for account in errands::askable(pool, clock.now()).await? {
        let id = enqueue(pool, account, &question, ASKED_FOR, clock.now()).await?;
        match answer(pool, id, until).await? {
            None => return Ok(Added::Asking(id)),
            Some(answer) if answer.is_good => return Ok(Added::Answered(id, answer)),
            Some(answer) => last = Added::Answered(id, answer),
        }
        // A name leads everybody to the same; what is behind an id or an invite link, only those know who are in it.
        if matches!(link, ChannelLink::Username(_)) {
            break;
        }
    }
    Ok(last)
}
