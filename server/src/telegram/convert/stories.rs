//! Stories and their counters.

use grammers_tl_types::{Deserializable as _, Identifiable as _, Serializable as _, enums as e, types as t};
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
    /// As it was sent, serialised TL, without what is counted, who may see it, the account's own reaction, and the
    /// references to files, which change by themselves.
    pub raw: Vec<u8>,
}

/// What is counted of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryCounters {
    /// `views_count`.
    pub views: i32,
    /// `forwards_count`.
    pub forwards: Option<i32>,
    /// `reactions_count`.
    pub reactions: Option<i32>,
    /// As they were sent, serialised TL, without who looked: that is personal.
    pub raw: Vec<u8>,
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

/// Reads what was kept of a story again; `None`: it was deleted, or not described.
///
/// # Errors
/// Why it cannot be read.
pub fn reread(raw: &[u8]) -> Result<Option<Story>, String> {
    match e::StoryItem::from_bytes(raw).map_err(|error| error.to_string())? {
        e::StoryItem::Item(item) => Ok(Some(story(&item))),
        e::StoryItem::Deleted(_) | e::StoryItem::Skipped(_) => Ok(None),
    }
}

/// Reads what was counted of a story again.
///
/// # Errors
/// Why it cannot be read.
pub fn reread_counters(raw: &[u8]) -> Result<StoryCounters, String> {
    Ok(counters(&e::StoryViews::from_bytes(raw).map_err(|error| error.to_string())?))
}

/// A deleted story, serialised TL.
pub fn deleted(id: i32) -> Vec<u8> {
    e::StoryItem::from(t::StoryItemDeleted { id }).to_bytes()
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
        raw: raw(item),
    }
}

fn raw(item: &t::StoryItem) -> Vec<u8> {
    let mut item = t::StoryItem { views: None, privacy: None, sent_reaction: None, ..item.clone() };
    forget_references(&mut item.media);
    item.music.iter_mut().for_each(forget_reference);
    e::StoryItem::from(item).to_bytes()
}

fn forget_references(media: &mut e::MessageMedia) {
    match media {
        e::MessageMedia::Photo(media) => media.photo.iter_mut().for_each(forget_reference_of_photo),
        e::MessageMedia::Document(media) => {
            let others = media.alt_documents.iter_mut().flatten();
            media.document.iter_mut().chain(others).for_each(forget_reference);
            media.video_cover.iter_mut().for_each(forget_reference_of_photo);
        }
        _ => {}
    }
}

fn forget_reference(document: &mut e::Document) {
    if let e::Document::Document(document) = document {
        document.file_reference.clear();
    }
}

fn forget_reference_of_photo(photo: &mut e::Photo) {
    if let e::Photo::Photo(photo) = photo {
        photo.file_reference.clear();
    }
}

fn counters(views: &e::StoryViews) -> StoryCounters {
    let e::StoryViews::Views(views) = views;
    let raw = t::StoryViews { has_viewers: false, recent_viewers: None, ..views.clone() };
    StoryCounters {
        views: views.views_count,
        forwards: views.forwards_count,
        reactions: views.reactions_count,
        raw: e::StoryViews::from(raw).to_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(file_reference: &[u8]) -> e::MessageMedia {
        let photo = t::Photo {
            has_stickers: false,
            id: 1,
            access_hash: 2,
            file_reference: file_reference.to_vec(),
            date: 3,
            sizes: Vec::new(),
            video_sizes: None,
            dc_id: 2,
        };
        t::MessageMediaPhoto {
            spoiler: false,
            live_photo: false,
            photo: Some(photo.into()),
            ttl_seconds: None,
            video: None,
        }
        .into()
    }

    fn item(views_count: i32, viewer: i64, file_reference: &[u8]) -> t::StoryItem {
        t::StoryItem {
            pinned: true,
            public: true,
            close_friends: false,
            min: false,
            noforwards: false,
            edited: false,
            contacts: false,
            selected_contacts: false,
            out: false,
            id: 7,
            date: 1,
            from_id: None,
            fwd_from: None,
            expire_date: 2,
            caption: None,
            entities: None,
            media: photo(file_reference),
            media_areas: None,
            privacy: Some(vec![t::PrivacyValueAllowUsers { users: vec![viewer] }.into()]),
            views: Some(
                t::StoryViews {
                    has_viewers: true,
                    views_count,
                    forwards_count: Some(1),
                    reactions: None,
                    reactions_count: Some(2),
                    recent_viewers: Some(vec![viewer]),
                }
                .into(),
            ),
            sent_reaction: Some(e::Reaction::Paid),
            albums: None,
            music: None,
        }
    }

    #[test]
    fn what_is_kept_of_a_story_says_the_same_and_nothing_of_viewers() {
        const VIEWER: i64 = 0x0102_0304_0506_0708;
        let first = story(&item(5, VIEWER, b"one"));
        let counters = first.counters.clone().unwrap();
        for raw in [&first.raw, &counters.raw] {
            assert!(!raw.windows(8).any(|bytes| bytes == VIEWER.to_le_bytes()));
        }
        let e::StoryItem::Item(kept) = e::StoryItem::from_bytes(&first.raw).unwrap() else { panic!() };
        assert_eq!(story(&kept), Story { counters: None, ..first.clone() });
        assert_eq!(super::counters(&e::StoryViews::from_bytes(&counters.raw).unwrap()), counters);

        let later = story(&item(6, 9, b"two"));
        assert_eq!(later.raw, first.raw, "what is counted is kept by itself");
        assert_ne!(later.counters.unwrap().raw, counters.raw);
    }

    #[test]
    fn deleted_and_skipped_stories_move_the_page_on() {
        let skipped =
            t::StoryItemSkipped { close_friends: false, live: false, id: 7, date: 1, expire_date: 2 };
        let page = of(&[t::StoryItemDeleted { id: 9 }.into(), skipped.into()], Unread::default());
        assert_eq!(page, StoryPage { deleted: vec![9], least: Some(7), ..StoryPage::default() });
        assert_eq!(of(&[], Unread::default()).least, None);
    }
}
