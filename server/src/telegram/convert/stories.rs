//! Stories and their counters.

use grammers_tl_types::{enums as e, types as t};
use jiff::Timestamp;

use super::moment;

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
}

pub(in crate::telegram) fn peer_stories(answer: e::stories::PeerStories) -> StoryPage {
    let e::stories::PeerStories::Stories(answer) = answer;
    let e::PeerStories::Stories(stories) = answer.stories;
    of(&stories.stories)
}

pub(in crate::telegram) fn page(answer: e::stories::Stories) -> StoryPage {
    let e::stories::Stories::Stories(answer) = answer;
    of(&answer.stories)
}

pub(in crate::telegram) fn views(answer: e::stories::StoryViews) -> Vec<StoryCounters> {
    let e::stories::StoryViews::Views(answer) = answer;
    answer.views.iter().map(counters).collect()
}

fn of(items: &[e::StoryItem]) -> StoryPage {
    let mut page = StoryPage::default();
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
        caption: item.caption.clone().filter(|caption| !caption.is_empty()),
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
        let page = of(&[t::StoryItemDeleted { id: 9 }.into(), skipped.into()]);
        assert_eq!(page, StoryPage { stories: Vec::new(), deleted: vec![9], least: Some(7) });
        assert_eq!(of(&[]).least, None);
    }
}
