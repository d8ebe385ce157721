//! Posts as they are asked for.

use app::model::{ChannelId, ForwardedFrom, Post, PostCounters, PostKind, ViewsOrigin};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use super::ages::COMPARED;
use super::known::by_emoji;
use crate::store::convert::{moment, named};
use crate::store::error::Result;

/// Which posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Whose.
    pub channel: ChannelId,
    /// Posted then or later.
    pub from: Timestamp,
    /// Posted before.
    pub until: Timestamp,
    /// At most so many, the newest.
    pub limit: i64,
}

/// Newest first, deleted ones included.
pub async fn list(db: impl PgExecutor<'_>, filter: Filter) -> Result<Vec<Post>> {
    let ages: Vec<i32> = COMPARED.iter().map(|age| age.seconds).collect();
    let tolerances: Vec<i32> = COMPARED.iter().map(|age| age.tolerance).collect();
    let rows = sqlx::query!(
        r#"select id, message_ids, posted_at, kind, author, text, forwarded_channel_id, forwarded_message_id,
                  forwarded_name, edited_at, deleted_seen_at, seen_at, counters.views, counters.forwards, counters.replies,
                  counters.reactions, counters.reactions_by::text as reactions_by, at_ages.views as "views_at!: Vec<Option<i32>>",
                  at_ages.origins as "origins_at!: Vec<Option<String>>"
           from posts
           join post_counters as counters on counters.channel_id = posts.channel_id and post_id = id
           cross join lateral (
               select array_agg(closest.views order by place) as views,
                      array_agg(closest.origin order by place) as origins
               from unnest($5::integer[], $6::integer[]) with ordinality as age (seconds, tolerance, place)
               left join lateral (
                   select samples.views, samples.origin from post_samples as samples
                   where samples.channel_id = posts.channel_id and samples.post_id = posts.id
                     and age_seconds between seconds - tolerance and seconds + tolerance
                   -- What was counted is better than what a graph says.
                   order by origin, abs(age_seconds - seconds) limit 1
               ) as closest on true
           ) as at_ages
           where posts.channel_id = $1 and posted_at >= $2 and posted_at < $3
           order by posted_at desc, id desc
           limit $4"#,
        filter.channel.0,
        filter.from.to_sqlx(),
        filter.until.to_sqlx(),
        filter.limit,
        &ages,
        &tolerances,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let forwarded = ForwardedFrom {
                channel_id: row.forwarded_channel_id.map(ChannelId),
                message_id: row.forwarded_message_id,
                name: row.forwarded_name,
            };
            let views_at = |place: usize| row.views_at.get(place).copied().flatten();
            let origin_at = |place: usize| {
                let known = views_at(place).and_then(|_| row.origins_at.get(place)?.as_deref());
                known.map(|name| named("post_samples", "origin", name, ViewsOrigin::from_name)).transpose()
            };
            Ok(Post {
                id: row.id,
                views_1h: views_at(0),
                views_1h_origin: origin_at(0)?,
                views_2h: views_at(1),
                views_2h_origin: origin_at(1)?,
                views_6h: views_at(2),
                views_6h_origin: origin_at(2)?,
                views_12h: views_at(3),
                views_12h_origin: origin_at(3)?,
                views_24h: views_at(4),
                views_24h_origin: origin_at(4)?,
                views_48h: views_at(5),
                views_48h_origin: origin_at(5)?,
                message_ids: row.message_ids,
                posted_at: row.posted_at.to_jiff(),
                kind: named("posts", "kind", &row.kind, PostKind::from_name)?,
                author: row.author,
                text: row.text,
                edited_at: moment(row.edited_at),
                deleted_seen_at: moment(row.deleted_seen_at),
                forwarded_from: Some(forwarded).filter(|from| *from != ForwardedFrom::default()),
                counters: PostCounters {
                    views: row.views,
                    forwards: row.forwards,
                    replies: row.replies,
                    reactions: row.reactions,
                    reactions_by: by_emoji(row.reactions_by.as_deref())?,
                },
                counted_at: row.seen_at.to_jiff(),
            })
        })
        .collect()
}
