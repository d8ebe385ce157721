//! What is known of the posts that a look is about.

use std::collections::HashMap;

use app::model::{ChannelId, ForwardedFrom, PostCounters, PostKind};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::{Content, Look, Told};
use crate::store::convert::{inconsistent, moment, named};
use crate::store::error::Result;

/// Telegram's albums have ten messages; a look may show the later ones of a post only.
const LONGEST_ALBUM: i32 = 10;

/// A post as it is kept.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) id: i32,
    pub(super) content: Content,
    pub(super) counters: PostCounters,
    pub(super) seen_at: Timestamp,
    pub(super) first_seen_at: Timestamp,
    pub(super) is_deleted: bool,
    pub(super) sampled_age: i32,
}

/// The posts of a look that are known, found by any of their messages.
#[derive(Debug)]
pub(super) struct KnownPosts {
    posts: Vec<Known>,
    by_message: HashMap<i32, usize>,
}

impl KnownPosts {
    pub(super) fn find(&self, told: &Told) -> Option<&Known> {
        let place = told.content.message_ids.iter().find_map(|id| self.by_message.get(id))?;
        self.posts.get(*place)
    }

    pub(super) fn posts(&self) -> impl Iterator<Item = &Known> {
        self.posts.iter()
    }
}

pub(super) async fn load(db: &mut PgConnection, channel: ChannelId, look: &Look) -> Result<KnownPosts> {
    let messages: Vec<i32> =
        look.posts.iter().flat_map(|post| post.content.message_ids.iter().copied()).collect();
    let lowest = messages.iter().min().copied().unwrap_or(i32::MAX).saturating_sub(LONGEST_ALBUM);
    let rows = sqlx::query!(
        r#"select id, message_ids, counted_id, grouped_id, posted_at, kind, author, text, forwarded_channel_id,
                  forwarded_message_id, forwarded_name, edited_at, deleted_seen_at, first_seen_at, seen_at, views,
                  forwards, replies, reactions, reactions_by::text as reactions_by, sampled_age
           from posts
           join post_counters on post_counters.channel_id = posts.channel_id and post_id = id
           where posts.channel_id = $1
             and (id >= $2 and message_ids && $3::integer[] or id >= $4 or id = any($5::integer[]))"#,
        channel.0,
        lowest,
        &messages,
        look.whole_from,
        &look.gone,
    )
    .fetch_all(db)
    .await?;
    let posts = rows
        .into_iter()
        .map(|row| {
            let forwarded = ForwardedFrom {
                channel_id: row.forwarded_channel_id.map(ChannelId),
                message_id: row.forwarded_message_id,
                name: row.forwarded_name,
            };
            Ok(Known {
                id: row.id,
                content: Content {
                    message_ids: row.message_ids,
                    counted_id: row.counted_id,
                    grouped_id: row.grouped_id,
                    posted_at: row.posted_at.to_jiff(),
                    kind: named("posts", "kind", &row.kind, PostKind::from_name)?,
                    author: row.author,
                    text: row.text,
                    forwarded_from: Some(forwarded).filter(|from| *from != ForwardedFrom::default()),
                    edited_at: moment(row.edited_at),
                },
                counters: PostCounters {
                    views: row.views,
                    forwards: row.forwards,
                    replies: row.replies,
                    reactions: row.reactions,
                    reactions_by: by_emoji(row.reactions_by.as_deref())?,
                },
                seen_at: row.seen_at.to_jiff(),
                first_seen_at: row.first_seen_at.to_jiff(),
                is_deleted: row.deleted_seen_at.is_some(),
                sampled_age: row.sampled_age,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let places = posts.iter().enumerate();
    let by_message = places
        .flat_map(|(place, post)| post.content.message_ids.iter().map(move |id| (*id, place)))
        .collect();
    Ok(KnownPosts { posts, by_message })
}

/// Reactions by emoji as read.
pub(super) fn by_emoji(stored: Option<&str>) -> Result<std::collections::BTreeMap<String, i32>> {
    let Some(stored) = stored else { return Ok(Default::default()) };
    serde_json::from_str(stored).map_err(|_| inconsistent("post_counters", "reactions_by", stored))
}
