//! `stats.publicForwards`: where a post or story was taken over in public.

use app::model::{ChannelId, Item};
use grammers_tl_types::{Deserializable as _, enums as e, types as t};
use jiff::Timestamp;

use super::salvage::{Salvaged, Unread};
use super::{channel, moment, text};

/// A post or story in another channel or group that has a public name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicForward {
    /// Of that channel or group.
    pub peer: ChannelId,
    /// What it became there.
    pub item: Item,
    /// As the owner there wrote it.
    pub title: String,
    /// The public name, without `@`.
    pub username: String,
    /// When it was forwarded.
    pub forwarded_at: Timestamp,
    /// Views there.
    pub views: Option<i32>,
}

/// A page of public forwards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ForwardsPage {
    /// How many there are in all, as Telegram counts.
    pub count: i32,
    /// Those of this page in places with a public name; nothing else leaves this module.
    pub forwards: Vec<PublicForward>,
    /// How the next page is asked for; `None` on the last.
    pub next_offset: Option<String>,
    /// Forwards that cannot be read.
    pub unread: Unread,
}

pub(in crate::telegram) fn page(answer: Salvaged<e::stats::PublicForwards>) -> ForwardsPage {
    let Salvaged { answer: e::stats::PublicForwards::Forwards(answer), unread } = answer;
    let forwards = answer.forwards.iter().filter_map(|one| forward(one, &answer.chats)).collect();
    let next_offset = answer.next_offset.filter(|offset| !offset.is_empty());
    ForwardsPage { count: answer.count, forwards, next_offset, unread }
}

/// Reads a page again.
///
/// # Errors
/// Why it cannot be read.
pub fn reread(body: &[u8]) -> Result<ForwardsPage, String> {
    Ok(page(Salvaged::from_bytes(body).map_err(|error| error.to_string())?))
}

fn forward(one: &e::PublicForward, chats: &[e::Chat]) -> Option<PublicForward> {
    let (peer, item, date, views) = match one {
        e::PublicForward::Message(t::PublicForwardMessage { message: e::Message::Message(message) }) => {
            (&message.peer_id, Item::post(message.id), message.date, message.views)
        }
        e::PublicForward::Story(t::PublicForwardStory { peer, story: e::StoryItem::Item(story) }) => {
            let views = story.views.as_ref().map(|e::StoryViews::Views(views)| views.views_count);
            (peer, Item::story(story.id), story.date, views)
        }
        e::PublicForward::Message(_) | e::PublicForward::Story(_) => return None,
    };
    let e::Peer::Channel(peer) = peer else { return None };
    let place = chats.iter().find_map(|chat| match chat {
        e::Chat::Channel(chat) if chat.id == peer.channel_id => Some(chat),
        _ => None,
    })?;
    Some(PublicForward {
        peer: ChannelId(place.id),
        item,
        title: text(&place.title),
        username: channel::username(place)?,
        forwarded_at: moment(date),
        views,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story(peer: e::Peer, id: i32) -> e::PublicForward {
        let item = t::StoryItem {
            pinned: false,
            public: true,
            close_friends: false,
            min: false,
            noforwards: false,
            edited: false,
            contacts: false,
            selected_contacts: false,
            out: false,
            id,
            date: 100,
            from_id: None,
            fwd_from: None,
            expire_date: 200,
            caption: None,
            entities: None,
            media: e::MessageMedia::Empty,
            media_areas: None,
            privacy: None,
            views: None,
            sent_reaction: None,
            albums: None,
            music: None,
        };
        t::PublicForwardStory { peer, story: item.into() }.into()
    }

    #[test]
    fn people_and_places_without_a_name_stay_there() {
        let forwards = vec![
            story(t::PeerUser { user_id: 1 }.into(), 1),
            story(t::PeerChannel { channel_id: 9 }.into(), 2),
            t::PublicForwardMessage { message: t::MessageEmpty { id: 3, peer_id: None }.into() }.into(),
        ];
        let next_offset = Some(String::new());
        let answer = t::stats::PublicForwards {
            count: 3,
            forwards,
            next_offset,
            chats: Vec::new(),
            users: Vec::new(),
        };
        let answer = e::stats::PublicForwards::from(answer);
        assert_eq!(page(answer.into()), ForwardsPage { count: 3, ..ForwardsPage::default() });
    }
}
