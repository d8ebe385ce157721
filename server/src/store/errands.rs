//! Errands: questions to Telegram that are no run of a collector, and what came of them.

use app::model::{AccountId, ChannelId, ChannelLink, Errand, ErrandAnswer, ErrandId, ErrandKind};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::accounts;
use super::convert::named;
use super::error::{Error, Result};

/// For how long it is told what came of an errand.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 7);
/// How often an account looks by itself which channels it administers.
const REFRESH_EVERY: SignedDuration = SignedDuration::from_hours(24);
/// What it asks then.
const REFRESH_METHODS: [&str; 2] = ["messages.getDialogs", "channels.getFullChannel"];
/// When it looks again after that went wrong.
const REFRESH_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// What is asked of Telegram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// What the link leads to.
    Resolve(ChannelLink),
    /// Which channels the account administers.
    Refresh,
}

impl Question {
    const fn kind(&self) -> ErrandKind {
        match self {
            Self::Resolve(_) => ErrandKind::Resolve,
            Self::Refresh => ErrandKind::Refresh,
        }
    }
}

/// Asks a question through an account, or joins the one that is open. Those that ended a week ago are forgotten.
///
/// # Errors
/// `NotFound` without such an account; `Conflict` when it has to be linked again.
pub async fn open(
    db: &mut PgConnection,
    account: AccountId,
    question: &Question,
    now: Timestamp,
) -> Result<ErrandId> {
    accounts::stay_usable(&mut *db, account, "The account has to be linked again before it can ask").await?;
    let old = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
    sqlx::query!("delete from errands where ended_at < $1", old.to_sqlx()).execute(&mut *db).await?;
    let link = match question {
        Question::Resolve(link) => Some(link.to_string()),
        Question::Refresh => None,
    };
    // The open one may end between the two statements; then the next insert finds the way free.
    for _ in 0..8 {
        let added = sqlx::query_scalar!(
            "insert into errands (account_id, kind, link, asked_at) values ($1, $2, $3, $4)
             on conflict (account_id, kind, coalesce(link, '')) where ended_at is null do nothing
             returning id",
            account.0,
            question.kind().name(),
            link,
            now.to_sqlx(),
        )
        .fetch_optional(&mut *db)
        .await?;
        if let Some(id) = added {
            return Ok(ErrandId(id));
        }
        let open = sqlx::query_scalar!(
            "select id from errands
             where account_id = $1 and kind = $2 and coalesce(link, '') = coalesce($3, '') and ended_at is null",
            account.0,
            question.kind().name(),
            link,
        )
        .fetch_optional(&mut *db)
        .await?;
        if let Some(id) = open {
            return Ok(ErrandId(id));
        }
    }
    Err(Error::Conflict { what: "This is asked again and again; try later" })
}

/// What an open errand asks; `None` when it is over.
pub async fn question(db: impl PgExecutor<'_>, id: ErrandId) -> Result<Option<Question>> {
    let row = sqlx::query!("select kind, link from errands where id = $1 and ended_at is null", id.0)
        .fetch_optional(db)
        .await?;
    row.map(|row| match named("errands", "kind", &row.kind, ErrandKind::from_name)? {
        ErrandKind::Refresh => Ok(Question::Refresh),
        ErrandKind::Resolve => {
            let link = row.link.unwrap_or_default();
            named("errands", "link", &link, |link| link.parse().ok()).map(Question::Resolve)
        }
    })
    .transpose()
}

/// It ended so; what was asked is forgotten. One that was over before stays as it was.
pub async fn finish(
    db: impl PgExecutor<'_>,
    id: ErrandId,
    answer: &ErrandAnswer,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update errands set link = null, ended_at = $2, is_good = $3, answer = $4, channel_id = $5
         where id = $1 and ended_at is null",
        id.0,
        now.to_sqlx(),
        answer.is_good,
        answer.text,
        answer.channel.map(|channel| channel.0),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends all open errands of an account that cannot ask any more; `reason` is a sentence.
pub(super) async fn fail_open(
    db: impl PgExecutor<'_>,
    account: AccountId,
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update errands set link = null, ended_at = $2, is_good = false, answer = $3
         where account_id = $1 and ended_at is null",
        account.0,
        now.to_sqlx(),
        reason,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// One errand.
pub async fn find(db: impl PgExecutor<'_>, id: ErrandId) -> Result<Option<Errand>> {
    let row = sqlx::query!("select kind, is_good, answer, channel_id from errands where id = $1", id.0)
        .fetch_optional(db)
        .await?;
    row.map(|row| {
        let answer = row.is_good.zip(row.answer).map(|(is_good, text)| ErrandAnswer {
            is_good,
            text,
            channel: row.channel_id.map(ChannelId),
        });
        Ok(Errand { id, kind: named("errands", "kind", &row.kind, ErrandKind::from_name)?, answer })
    })
    .transpose()
}

/// Accounts that can be asked, those first whose connection is held by now, and those last that have to keep quiet.
pub async fn askable(db: impl PgExecutor<'_>, now: Timestamp) -> Result<Vec<AccountId>> {
    let ids = sqlx::query_scalar!(
        "select accounts.id from accounts
         left join account_leases as lease on lease.account_id = accounts.id and lease.expires_at > clock_timestamp()
         where accounts.state = 'active'
         order by exists (select from flood_waits where account_id = accounts.id and until > $1),
                  lease.account_id is null, accounts.id",
        now.to_sqlx(),
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(AccountId).collect())
}

/// Accounts whose turn it is to look which channels they administer: a day after they were linked or looked last, an
/// hour after that went wrong. One that has been under way for a day was lost, and is asked for again.
pub async fn refresh_due(db: impl PgExecutor<'_>, simulated: bool, now: Timestamp) -> Result<Vec<AccountId>> {
    let before = |wait| now.saturating_sub(wait).unwrap_or(Timestamp::MIN).to_sqlx();
    let ids = sqlx::query_scalar!(
        "select id from accounts
         where state = 'active' and simulated = $2 and linked_at <= $3
           and not exists (select from flood_waits where account_id = accounts.id and until > $1 and method = any($5))
           and not exists (
               select from errands
               where account_id = accounts.id and kind = 'refresh'
                 and coalesce(ended_at, asked_at) > case when is_good or ended_at is null then $3 else $4 end)
         order by id",
        now.to_sqlx(),
        simulated,
        before(REFRESH_EVERY),
        before(REFRESH_AGAIN),
        &REFRESH_METHODS.map(str::to_owned),
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(AccountId).collect())
}

#[cfg(test)]
mod tests;
