//! What posts were before they were edited.
//!
//! Telegram tells the newest version of a post only, and everything in its bytes that is counted moves without an edit.
//! So bytes are not compared: an edit tells itself by its date or by other words.

use app::model::ChannelId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::Content;
use crate::store::error::Result;

/// Whether something of `before` is lost when `told` takes its place: there is a later edit, the words are others, or a
/// message is missing. An edit date that is hidden, or went with its message, is no edit.
pub(super) fn is_other(before: &Content, told: &Content) -> bool {
    let is_edited = told.edited_at > before.edited_at;
    let is_shorter = before.message_ids.iter().any(|id| !told.message_ids.contains(id));
    is_edited || is_shorter || before.text != told.text
}

/// Keeps what `posts` has of these posts, each of which was seen to be another at that moment. To be called before they
/// are written.
pub(super) async fn keep(
    db: &mut PgConnection,
    channel: ChannelId,
    replaced: &[(i32, Timestamp)],
) -> Result<()> {
    sqlx::query!(
        "insert into post_versions (channel_id, post_id, replaced_at, edited_at, message_ids, text, layer, raw,
                                    told_at)
         select channel_id, id, replaced_at, edited_at, message_ids, text, layer, raw, told_at
         from unnest($2::integer[], $3::timestamptz[]) as replaced (post_id, replaced_at)
         join posts on channel_id = $1 and id = post_id
         on conflict do nothing",
        channel.0,
        &replaced.iter().map(|(post, _)| *post).collect::<Vec<_>>(),
        &replaced.iter().map(|(_, at)| at.to_sqlx()).collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}
