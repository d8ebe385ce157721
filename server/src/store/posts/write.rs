//! Writing what a look changed, in bulk.

use app::model::{ChannelId, ForwardedFrom};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::known::Known;
use super::{Told, ages, versions};
use crate::store::convert::stored;
use crate::store::error::Result;

/// What a look changed; each post under its id.
#[derive(Debug, Default)]
pub(super) struct Changes<'a> {
    contents: Vec<(i32, &'a Told)>,
    /// Of those, the ones whose version before is kept, and when they were seen to be others.
    replaced: Vec<(i32, Timestamp)>,
    counters: Vec<Counted<'a>>,
    /// Found missing.
    pub(super) deleted: Vec<i32>,
}

#[derive(Debug)]
struct Counted<'a> {
    id: i32,
    told: &'a Told,
    /// The age of its newest sample, this one if it is one.
    sampled_age: i32,
    is_sample: bool,
}

impl<'a> Changes<'a> {
    /// Decides what is to be written of a post.
    pub(super) fn add(&mut self, id: i32, told: &'a Told, before: Option<&Known>) {
        let age = told.age();
        let Some(before) = before else {
            self.contents.push((id, told));
            self.counters.push(Counted { id, told, sampled_age: age, is_sample: true });
            return;
        };
        // An answer that is older than what is known says nothing new.
        if told.seen_at < before.seen_at {
            return;
        }
        if versions::is_other(&before.content, &told.content) {
            self.replaced.push((id, told.seen_at));
        }
        if before.is_deleted || before.content != told.content {
            self.contents.push((id, told));
        }
        let sampled = before.sampled_age;
        let is_sample = age > sampled
            && (ages::is_due(sampled, age)
                || (before.counters != told.counters && ages::is_far(sampled, age)));
        let sampled_age = if is_sample { age } else { sampled };
        if is_sample || before.is_deleted || before.counters != told.counters || told.seen_at > before.seen_at
        {
            self.counters.push(Counted { id, told, sampled_age, is_sample });
        }
    }
}

/// Writes all of it.
pub(super) async fn all(
    db: &mut PgConnection,
    channel: ChannelId,
    changes: &Changes<'_>,
    now: Timestamp,
) -> Result<()> {
    if !changes.replaced.is_empty() {
        versions::keep(db, channel, &changes.replaced).await?;
    }
    if !changes.contents.is_empty() {
        contents(db, channel, &changes.contents, now).await?;
    }
    if !changes.counters.is_empty() {
        counters(db, channel, &changes.counters).await?;
        samples(db, channel, changes.counters.iter().filter(|one| one.is_sample).collect()).await?;
    }
    if !changes.deleted.is_empty() {
        deleted(db, channel, &changes.deleted, now).await?;
    }
    Ok(())
}

async fn contents(
    db: &mut PgConnection,
    channel: ChannelId,
    written: &[(i32, &Told)],
    now: Timestamp,
) -> Result<()> {
    fn column<T>(written: &[(i32, &Told)], value: impl Fn(&Told) -> T) -> Vec<T> {
        written.iter().map(|(_, told)| value(told)).collect()
    }
    fn from<T>(told: &Told, value: impl Fn(&ForwardedFrom) -> Option<T>) -> Option<T> {
        told.content.forwarded_from.as_ref().and_then(value)
    }
    // Arrays of arrays have one length in PostgreSQL, so messages come one by one.
    let messages: Vec<(i32, i32, &Vec<u8>)> = written
        .iter()
        .flat_map(|(id, told)| {
            told.content.message_ids.iter().zip(&told.raw).map(|(message, raw)| (*id, *message, raw))
        })
        .collect();
    sqlx::query!(
        "with messages as (
             select post, array_agg(id order by id) as ids, array_agg(raw order by id) as raws
             from unnest($3::integer[], $4::integer[], $5::bytea[]) as message (post, id, raw)
             group by post
         )
         insert into posts
             (channel_id, id, message_ids, counted_id, grouped_id, posted_at, kind, author, text, forwarded_channel_id,
              forwarded_message_id, forwarded_name, edited_at, first_seen_at, layer, raw, told_at)
         select $1, told.id, messages.ids, counted_id, grouped_id, posted_at, kind, author, text, forwarded_channel_id,
                forwarded_message_id, forwarded_name, edited_at, $2, layer, messages.raws, told_at
         from unnest($6::integer[], $7::integer[], $8::bigint[], $9::timestamptz[], $10::text[], $11::text[],
                     $12::text[], $13::bigint[], $14::integer[], $15::text[], $16::timestamptz[], $17::integer[],
                     $18::timestamptz[])
             as told (id, counted_id, grouped_id, posted_at, kind, author, text, forwarded_channel_id,
                      forwarded_message_id, forwarded_name, edited_at, layer, told_at)
         join messages on messages.post = told.id
         on conflict (channel_id, id) do update
         set message_ids = excluded.message_ids, counted_id = excluded.counted_id, grouped_id = excluded.grouped_id,
             posted_at = excluded.posted_at, kind = excluded.kind, author = excluded.author, text = excluded.text,
             forwarded_channel_id = excluded.forwarded_channel_id,
             forwarded_message_id = excluded.forwarded_message_id, forwarded_name = excluded.forwarded_name,
             edited_at = excluded.edited_at, deleted_seen_at = null, layer = excluded.layer, raw = excluded.raw,
             told_at = excluded.told_at",
        channel.0,
        now.to_sqlx(),
        &messages.iter().map(|(post, ..)| *post).collect::<Vec<_>>(),
        &messages.iter().map(|(_, id, _)| *id).collect::<Vec<_>>(),
        &messages.iter().map(|(.., raw)| (*raw).clone()).collect::<Vec<_>>(),
        &written.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        &column(written, |told| told.content.counted_id),
        &column(written, |told| told.content.grouped_id) as _,
        &column(written, |told| told.content.posted_at.to_sqlx()),
        &column(written, |told| told.content.kind.name().to_owned()),
        &column(written, |told| told.content.author.clone()) as _,
        &column(written, |told| told.content.text.clone()),
        &column(written, |told| from(told, |from| from.channel_id.map(|id| id.0))) as _,
        &column(written, |told| from(told, |from| from.message_id)) as _,
        &column(written, |told| from(told, |from| from.name.clone())) as _,
        &column(written, |told| stored(told.content.edited_at)) as _,
        &column(written, |told| told.layer),
        &column(written, |told| told.seen_at.to_sqlx()),
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn counters(db: &mut PgConnection, channel: ChannelId, written: &[Counted<'_>]) -> Result<()> {
    sqlx::query!(
        "insert into post_counters
             (channel_id, post_id, seen_at, views, forwards, replies, reactions, reactions_by, sampled_age, sample_due_at)
         select $1, post_id, seen_at, views, forwards, replies, reactions, reactions_by::jsonb, sampled_age, sample_due_at
         from unnest($2::integer[], $3::timestamptz[], $4::integer[], $5::integer[], $6::integer[], $7::integer[],
                     $8::text[], $9::integer[], $10::timestamptz[])
             as told (post_id, seen_at, views, forwards, replies, reactions, reactions_by, sampled_age, sample_due_at)
         on conflict (channel_id, post_id) do update
         set seen_at = excluded.seen_at, views = excluded.views, forwards = excluded.forwards,
             replies = excluded.replies, reactions = excluded.reactions, reactions_by = excluded.reactions_by,
             sampled_age = excluded.sampled_age, sample_due_at = excluded.sample_due_at",
        channel.0,
        &written.iter().map(|one| one.id).collect::<Vec<_>>(),
        &written.iter().map(|one| one.told.seen_at.to_sqlx()).collect::<Vec<_>>(),
        &written.iter().map(|one| one.told.counters.views).collect::<Vec<_>>() as _,
        &written.iter().map(|one| one.told.counters.forwards).collect::<Vec<_>>() as _,
        &written.iter().map(|one| one.told.counters.replies).collect::<Vec<_>>() as _,
        &written.iter().map(|one| one.told.counters.reactions).collect::<Vec<_>>() as _,
        &written.iter().map(|one| by_emoji(one.told)).collect::<Vec<_>>() as _,
        &written.iter().map(|one| one.sampled_age).collect::<Vec<_>>(),
        &written.iter().map(|one| stored(due_at(one))).collect::<Vec<_>>() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn samples(db: &mut PgConnection, channel: ChannelId, written: Vec<&Counted<'_>>) -> Result<()> {
    sqlx::query!(
        "insert into post_samples (channel_id, post_id, age_seconds, views, forwards, replies, reactions, reactions_by)
         select $1, post_id, age_seconds, views, forwards, replies, reactions, reactions_by::jsonb
         from unnest($2::integer[], $3::integer[], $4::integer[], $5::integer[], $6::integer[], $7::integer[], $8::text[])
             as told (post_id, age_seconds, views, forwards, replies, reactions, reactions_by)
         on conflict do nothing",
        channel.0,
        &written.iter().map(|one| one.id).collect::<Vec<_>>(),
        &written.iter().map(|one| one.sampled_age).collect::<Vec<_>>(),
        &written.iter().map(|one| one.told.counters.views).collect::<Vec<_>>() as _,
        &written.iter().map(|one| one.told.counters.forwards).collect::<Vec<_>>() as _,
        &written.iter().map(|one| one.told.counters.replies).collect::<Vec<_>>() as _,
        &written.iter().map(|one| one.told.counters.reactions).collect::<Vec<_>>() as _,
        &written.iter().map(|one| by_emoji(one.told)).collect::<Vec<_>>() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn deleted(db: &mut PgConnection, channel: ChannelId, ids: &[i32], now: Timestamp) -> Result<()> {
    sqlx::query!(
        "update posts set deleted_seen_at = $3
         where channel_id = $1 and id = any($2) and deleted_seen_at is null",
        channel.0,
        ids,
        now.to_sqlx(),
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update post_counters set sample_due_at = null where channel_id = $1 and post_id = any($2)",
        channel.0,
        ids,
    )
    .execute(db)
    .await?;
    Ok(())
}

fn due_at(one: &Counted<'_>) -> Option<Timestamp> {
    let age = SignedDuration::from_secs(ages::next(one.sampled_age)?.seconds.into());
    one.told.content.posted_at.checked_add(age).ok()
}

fn by_emoji(told: &Told) -> Option<String> {
    let by = &told.counters.reactions_by;
    (!by.is_empty()).then(|| serde_json::json!(by).to_string())
}
