//! Stories and their counters.

use grammers_tl_types::{Identifiable as _, enums as e, types as t};
use jiff::Timestamp;

use super::salvage::{Salvaged, Unread, UnreadPart};
use super::{moment, text};

/// A story, as Telegram describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Telegram's number of it in its channel.
    pub id: i32,
    /// When it was posted.
    pub posted_at: Timestamp,
    /// When it leaves the front.
    pub expires_at: Timestamp,
    /// Whether it stays on the profile.
    pub pinned: bool,
    /// What is written under it.
    pub caption: Option<String>,
    /// `None` where the answer leaves them out.
    pub counters: Option<StoryCounters>,
}

/// What is counted of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoryCounters {
    /// `views_count`.
    pub views: i32,
    /// `forwards_count`.
    pub forwards: Option<i32>,
    /// `reactions_count`.
    pub reactions: Option<i32>,
}

/// Stories of one answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoryPage {
    /// Those that are described.
    pub stories: Vec<Story>,
    /// Ids of those that were deleted.
    pub deleted: Vec<i32>,
    /// The least id in the answer, whatever it is of; `None` when the answer is empty.
    pub least: Option<i32>,
    /// Stories that cannot be read.
    pub unread: Unread,
}

/// Counters of the stories that were asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoryCounts {
    /// In the order of the ids; `None` where they cannot be read.
    pub counters: Vec<Option<StoryCounters>>,
    /// Those that cannot be read.
    pub unread: Unread,
}

pub(in crate::telegram) fn peer_stories(answer: Salvaged<e::stories::PeerStories>) -> StoryPage {
    let Salvaged { answer: e::stories::PeerStories::Stories(answer), unread } = answer;
    let e::PeerStories::Stories(stories) = answer.stories;
    of(&stories.stories, unread)
}

pub(in crate::telegram) fn page(answer: Salvaged<e::stories::Stories>) -> StoryPage {
    let Salvaged { answer: e::stories::Stories::Stories(answer), unread } = answer;
    of(&answer.stories, unread)
}

/// Which story is which only their order says: if that is not certain, there are none.
pub(in crate::telegram) fn views(answer: Salvaged<e::stories::StoryViews>) -> StoryCounts {
    let Salvaged { answer: e::stories::StoryViews::Views(answer), unread } = answer;
    let Some(places) = unread.places() else { return StoryCounts { counters: Vec::new(), unread } };
    let mut read = answer.views.iter().map(counters);
    let count = read.len() + places.len();
    let one = |place| if places.contains(&place) { None } else { read.next() };
    StoryCounts { counters: (0..count).map(one).collect(), unread }
}

/// The id of a story whose beginning can be read.
fn unread_id(part: &UnreadPart) -> Option<i32> {
    let place = match part.word(0)? {
        t::StoryItem::CONSTRUCTOR_ID | t::StoryItemSkipped::CONSTRUCTOR_ID => 2,
        t::StoryItemDeleted::CONSTRUCTOR_ID => 1,
        _ => return None,
    };
    Some(part.word(place)?.cast_signed())
}

fn of(items: &[e::StoryItem], unread: Unread) -> StoryPage {
    let least = unread.parts.iter().filter_map(unread_id).min();
    let mut page = StoryPage { least, unread, ..StoryPage::default() };
    for item in items {
        let id = match item {
            e::StoryItem::Item(item) => {
                page.stories.push(story(item));
                item.id
            }
            e::StoryItem::Deleted(item) => {
                page.deleted.push(item.id);
                item.id
            }
            e::StoryItem::Skipped(item) => item.id,
        };
        page.least = Some(page.least.map_or(id, |least| least.min(id)));
    }
    page
}

fn story(item: &t::StoryItem) -> Story {
    Story {
        id: item.id,
        posted_at: moment(item.date),
        expires_at: moment(item.expire_date),
        pinned: item.pinned,
        caption: item.caption.as_ref().filter(|caption| !caption.is_empty()).map(text),
        counters: item.views.as_ref().map(counters),
    }
}

fn counters(views: &e::StoryViews) -> StoryCounters {
    let e::StoryViews::Views(views) = views;
    StoryCounters {
        views: views.views_count,
        forwards: views.forwards_count,
        reactions: views.reactions_count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deleted_and_skipped_stories_move_the_page_on() {
        let skipped =
            t::StoryItemSkipped { close_friends: false, live: false, id: 7, date: 1, expire_date: 2 };
        let page = of(&[t::StoryItemDeleted { id: 9 }.into(), skipped.into()], Unread::default());
        assert_eq!(page, StoryPage { deleted: vec![9], least: Some(7), ..StoryPage::default() });
        assert_eq!(of(&[], Unread::default()).least, None);
    }
}
