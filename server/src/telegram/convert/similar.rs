//! Channels that Telegram finds similar.

use app::model::ChannelId;
use grammers_tl_types::{Deserializable as _, enums as e};

use super::channel::username;
use super::text;

/// What `channels.getChannelRecommendations` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Similar {
    /// How many there are; accounts without Premium are only given the first of them.
    pub total: Option<i32>,
    /// The most similar first.
    pub channels: Vec<SimilarChannel>,
}

/// A similar channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimilarChannel {
    /// Telegram's id.
    pub id: ChannelId,
    /// As its owner wrote it.
    pub title: String,
    /// The public name, without `@`.
    pub username: Option<String>,
    /// `participants_count`.
    pub subscribers: Option<i64>,
}

pub(in crate::telegram) fn similar(answer: e::messages::Chats) -> Similar {
    let (chats, count) = match answer {
        e::messages::Chats::Chats(all) => (all.chats, None),
        e::messages::Chats::Slice(slice) => (slice.chats, Some(slice.count)),
    };
    // Not a slice: these are all.
    let total = count.or_else(|| i32::try_from(chats.len()).ok());
    Similar { total, channels: chats.into_iter().filter_map(channel).collect() }
}

/// Reads an answer again.
///
/// # Errors
/// Why it cannot be read.
pub fn reread(body: &[u8]) -> Result<Similar, String> {
    Ok(similar(e::messages::Chats::from_bytes(body).map_err(|error| error.to_string())?))
}

fn channel(chat: e::Chat) -> Option<SimilarChannel> {
    let e::Chat::Channel(channel) = chat else { return None };
    Some(SimilarChannel {
        id: ChannelId(channel.id),
        username: username(&channel),
        title: text(channel.title),
        subscribers: channel.participants_count.map(i64::from),
    })
}

#[cfg(test)]
mod tests {
    use grammers_tl_types::types as t;

    use super::*;

    #[test]
    fn a_whole_list_counts_itself_and_a_slice_is_counted() {
        let chats = vec![t::ChatEmpty { id: 9 }.into()];
        let whole = similar(t::messages::Chats { chats: chats.clone() }.into());
        assert_eq!(whole, Similar { total: Some(1), channels: Vec::new() });
        let slice = similar(t::messages::ChatsSlice { count: 30, chats }.into());
        assert_eq!(slice.total, Some(30));
    }
}
