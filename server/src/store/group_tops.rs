//! Who did most in a supergroup.

use app::model::ChannelId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Counts;
use super::channels::Writing;
use super::convert::inconsistent;
use super::error::Result;

/// What Telegram said of one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Telegram's own period: its first instant.
    pub period_start: Timestamp,
    /// The end of the period.
    pub period_end: Timestamp,
    /// Who did most.
    pub tops: Vec<Top>,
}

/// One of those who did most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Top {
    /// Telegram's id of the user.
    pub user_id: i64,
    /// As Telegram's answer named the user; `None` when it did not.
    pub name: Option<String>,
    /// What was done; it tells which list this is of.
    pub deeds: Deeds,
}

/// What one of the busiest did in the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deeds {
    /// Of the list `posters`.
    Posted {
        /// Messages written.
        messages: i32,
        /// Their mean length, characters.
        average_characters: i32,
    },
    /// Of the list `admins`.
    Moderated {
        /// Messages deleted.
        deleted: i32,
        /// Members thrown out.
        kicked: i32,
        /// Members restricted.
        banned: i32,
    },
    /// Of the list `inviters`.
    Invited {
        /// People brought.
        invitations: i32,
    },
}

impl Deeds {
    /// The list that tells of it.
    pub const fn list(self) -> &'static str {
        match self {
            Self::Posted { .. } => "posters",
            Self::Moderated { .. } => "admins",
            Self::Invited { .. } => "inviters",
        }
    }

    /// In the order of the table's columns.
    const fn columns(self) -> [Option<i32>; 6] {
        match self {
            Self::Posted { messages, average_characters } => {
                [Some(messages), Some(average_characters), None, None, None, None]
            }
            Self::Moderated { deleted, kicked, banned } => {
                [None, None, Some(deleted), Some(kicked), Some(banned), None]
            }
            Self::Invited { invitations } => [None, None, None, None, None, Some(invitations)],
        }
    }
}

/// Records who did most in a period. Who is told of no longer stays; the same again writes nothing.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    told: &Told,
    now: Timestamp,
) -> Result<Counts> {
    let mut writing = Writing::begin(db, channel).await?;
    let known = list(&mut *writing, channel, told.period_start, told.period_end).await?;
    let mut counts = Counts::default();
    let mut news = Vec::new();
    for top in &told.tops {
        let same = |other: &&Top| other.user_id == top.user_id && other.deeds.list() == top.deeds.list();
        match known.iter().find(same) {
            Some(known) if known == top => counts.unchanged += 1,
            Some(_) => counts.changed += 1,
            None => counts.new += 1,
        }
        if !known.contains(top) {
            news.push(top);
        }
    }
    let lists: Vec<String> = news.iter().map(|top| top.deeds.list().to_owned()).collect();
    let users: Vec<i64> = news.iter().map(|top| top.user_id).collect();
    let names: Vec<Option<String>> = news.iter().map(|top| top.name.clone()).collect();
    let column = |index: usize| -> Vec<Option<i32>> {
        news.iter().map(|top| top.deeds.columns().get(index).copied().flatten()).collect()
    };
    sqlx::query!(
        "insert into group_tops
             (channel_id, period_start, period_end, list, user_id, name, messages, average_characters, deleted,
              kicked, banned, invitations, observed_at)
         select distinct on (list, user_id) $1, $2, $3, told.*, $4
         from unnest($5::text[], $6::bigint[], $7::text[], $8::integer[], $9::integer[], $10::integer[],
                     $11::integer[], $12::integer[], $13::integer[])
             as told (list, user_id, name, messages, average_characters, deleted, kicked, banned, invitations)
         on conflict (channel_id, period_start, period_end, list, user_id) do update
         set name = excluded.name, messages = excluded.messages,
             average_characters = excluded.average_characters, deleted = excluded.deleted,
             kicked = excluded.kicked, banned = excluded.banned, invitations = excluded.invitations,
             observed_at = excluded.observed_at",
        channel.0,
        told.period_start.to_sqlx(),
        told.period_end.to_sqlx(),
        now.to_sqlx(),
        &lists,
        &users,
        &names as _,
        &column(0) as _,
        &column(1) as _,
        &column(2) as _,
        &column(3) as _,
        &column(4) as _,
        &column(5) as _,
    )
    .execute(&mut *writing)
    .await?;
    writing.commit().await?;
    Ok(counts)
}

/// Who did most in one of Telegram's periods.
pub async fn list(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
    period_start: Timestamp,
    period_end: Timestamp,
) -> Result<Vec<Top>> {
    let rows = sqlx::query_as!(
        TopRow,
        "select period_start, period_end, list, user_id, name, messages, average_characters, deleted, kicked, banned,
                invitations
         from group_tops where channel_id = $1 and period_start = $2 and period_end = $3
         order by list, coalesce(messages, deleted, invitations) desc, user_id",
        channel.0,
        period_start.to_sqlx(),
        period_end.to_sqlx(),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| Ok(row.read()?.1)).collect()
}

/// Who did most in each of Telegram's periods (first instant, end).
pub async fn list_all(
    db: impl PgExecutor<'_>,
    channel: ChannelId,
) -> Result<Vec<((Timestamp, Timestamp), Top)>> {
    let rows = sqlx::query_as!(
        TopRow,
        "select period_start, period_end, list, user_id, name, messages, average_characters, deleted, kicked, banned,
                invitations
         from group_tops where channel_id = $1
         order by period_start, period_end, list, user_id",
        channel.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(TopRow::read).collect()
}

struct TopRow {
    period_start: jiff_sqlx::Timestamp,
    period_end: jiff_sqlx::Timestamp,
    list: String,
    user_id: i64,
    name: Option<String>,
    messages: Option<i32>,
    average_characters: Option<i32>,
    deleted: Option<i32>,
    kicked: Option<i32>,
    banned: Option<i32>,
    invitations: Option<i32>,
}

impl TopRow {
    /// With the period.
    fn read(self) -> Result<((Timestamp, Timestamp), Top)> {
        let deeds = match (self.list.as_str(), self.messages, self.average_characters) {
            ("posters", Some(messages), Some(average_characters)) => {
                Some(Deeds::Posted { messages, average_characters })
            }
            ("admins", ..) => self
                .deleted
                .zip(self.kicked)
                .zip(self.banned)
                .map(|((deleted, kicked), banned)| Deeds::Moderated { deleted, kicked, banned }),
            ("inviters", ..) => self.invitations.map(|invitations| Deeds::Invited { invitations }),
            _ => None,
        };
        let deeds = deeds.ok_or_else(|| inconsistent("group_tops", "list", &self.list))?;
        let top = Top { user_id: self.user_id, name: self.name, deeds };
        Ok(((self.period_start.to_jiff(), self.period_end.to_jiff()), top))
    }
}
