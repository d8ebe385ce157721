//! `stories.*`: the stories on show, the archive where the account may see it, and their counters.

use app::model::ChannelId;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use super::CollectError;
use super::asker::Asker;
use super::harvest::{Harvest, Record, Times};
use crate::store::channels::Access;
use crate::store::{self, Counts};
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::salvage::Unread;
use crate::telegram::convert::stories::{self, Story, StoryCounters, StoryPage};
use crate::telegram::fault::Fault;

/// No channel has so many pages of stories.
const MOST_PAGES: usize = 1000;
/// Counters of stories this old hardly move: a page of them that is known ends the reading.
const SETTLED: SignedDuration = SignedDuration::from_hours(24 * 14);
/// So many pinned stories that no page had are asked for their counters.
const MOST_PINNED: i64 = 100;

pub(super) async fn gather(
    asker: &Asker<'_>,
    channel: ChannelRef,
    access: &Access,
) -> Result<Harvest, CollectError> {
    let client = &asker.context.client;
    let asked_at = asker.now();
    let mut harvest = Harvest::default();
    let mut told = Told::default();
    told.add(asker.ask(|| client.peer_stories(channel)).await?.value);
    // Who may not edit stories sees those on show, and no archive.
    let archive = match access.can_edit_stories {
        true => read_archive(asker, channel, asked_at, &mut told).await,
        false => Ok(()),
    };
    match archive {
        Ok(()) => {}
        Err(CollectError::Fault(fault @ Fault::RightLost { .. })) => {
            harvest.problems.push(format!("The archive of stories could not be read: {fault}."));
        }
        Err(error) => return Err(error),
    }
    let pinned =
        store::stories::list_pinned(&asker.context.pool, channel.id, &told.ids(), MOST_PINNED).await?;
    if !pinned.is_empty() {
        let mut said = asker.ask(|| client.stories_views(channel, &pinned)).await?.value;
        // Beside counters those are named who looked.
        said.unread.names.clear();
        harvest.add_unread("views of pinned stories", "stories.getStoriesViews", said.unread);
        if said.counters.len() == pinned.len() {
            let counted = pinned.into_iter().zip(said.counters);
            told.counters.extend(counted.filter_map(|(id, counters)| Some((id, counters?))));
        } else {
            harvest.problems.push("Views of pinned stories were refused: some are missing.".to_owned());
        }
    }
    harvest.add_unread("stories", "stories.getStoriesArchive", std::mem::take(&mut told.unread));
    harvest.snapshots.extend(told.snapshots());
    harvest.records.push(Box::new(told));
    Ok(harvest)
}

/// To its end while any of it is unknown; later only as far as counters still move.
async fn read_archive(
    asker: &Asker<'_>,
    channel: ChannelRef,
    asked_at: Timestamp,
    told: &mut Told,
) -> Result<(), CollectError> {
    let client = &asker.context.client;
    let mut offset = 0;
    for _ in 0..MOST_PAGES {
        let page = asker.ask(|| client.stories_archive(channel, offset)).await?.value;
        let Some(least) = page.least else { return Ok(()) };
        if offset != 0 && least >= offset {
            let detail = "a page leads back to an earlier one".to_owned();
            return Err(Fault::Endless { what: "stories", detail }.into());
        }
        offset = least;
        let ids: Vec<i32> = page.stories.iter().map(|story| story.id).collect();
        let is_settled = page.stories.iter().all(|story| asked_at.duration_since(story.posted_at) > SETTLED);
        let is_read = page.unread.is_empty();
        told.add(page);
        let known = store::stories::count_known(&asker.context.pool, channel.id, &ids).await?;
        if is_read && is_settled && usize::try_from(known).is_ok_and(|known| known == ids.len()) {
            return Ok(());
        }
    }
    Err(Fault::Endless { what: "stories", detail: "too many pages".to_owned() }.into())
}

#[derive(Debug, Default)]
struct Told {
    stories: Vec<Story>,
    deleted: Vec<i32>,
    /// Of stories that no answer described.
    counters: Vec<(i32, StoryCounters)>,
    unread: Unread,
}

impl Told {
    /// The archive repeats what is on show, a moment later.
    fn add(&mut self, page: StoryPage) {
        let newer: Vec<i32> = page.stories.iter().map(|story| story.id).collect();
        self.stories.retain(|story| !newer.contains(&story.id));
        self.stories.extend(page.stories);
        self.deleted.extend(page.deleted);
        self.unread.add(page.unread);
    }

    fn ids(&self) -> Vec<i32> {
        self.stories.iter().map(|story| story.id).collect()
    }

    /// Every counter that was told, with its story.
    fn counters(&self) -> impl Iterator<Item = (i32, &StoryCounters)> {
        let described = self.stories.iter().filter_map(|story| Some((story.id, story.counters.as_ref()?)));
        described.chain(self.counters.iter().map(|(id, counters)| (*id, counters)))
    }

    /// Each story by itself, and what is counted of it by itself: a page would be another one whenever anybody looks at
    /// any of them.
    fn snapshots(&self) -> Vec<(String, Vec<u8>)> {
        let stories = self.stories.iter().map(|story| (format!("storyItem/{}", story.id), story.raw.clone()));
        let deleted = self.deleted.iter().map(|id| (format!("storyItem/{id}"), stories::deleted(*id)));
        let counters =
            self.counters().map(|(id, counters)| (format!("storyViews/{id}"), counters.raw.clone()));
        stories.chain(deleted).chain(counters).collect()
    }
}

impl Record for Told {
    fn record<'a>(
        &'a self,
        db: &'a mut PgConnection,
        channel: ChannelId,
        times: Times,
    ) -> BoxFuture<'a, store::Result<Counts>> {
        let told: Vec<store::stories::Story> = self.stories.iter().map(stored).collect();
        let counters: Vec<_> = self.counters().map(|(id, counters)| (id, counted(counters))).collect();
        Box::pin(async move {
            store::stories::record(db, channel, &told, &self.deleted, times.now).await?;
            store::stories::record_samples(db, channel, &counters, times.now).await
        })
    }
}

/// A story as the store keeps it.
pub(super) fn stored(story: &Story) -> store::stories::Story {
    store::stories::Story {
        id: story.id,
        posted_at: story.posted_at,
        expires_at: story.expires_at,
        pinned: story.pinned,
        caption: story.caption.clone(),
    }
}

/// Counters as the store keeps them.
pub(super) fn counted(counters: &StoryCounters) -> store::stories::Counters {
    let StoryCounters { views, forwards, reactions, .. } = *counters;
    store::stories::Counters { views, forwards, reactions }
}
