//! `messages.getHistory` and `channels.getMessages`: new, edited and deleted posts, and what is counted under them.
//!
//! The newest page always, and pages behind it until one meets what is known: it shows new posts, edits, what is
//! missing, and all counters, with one request. Posts behind it that come to an age which is sampled, and young ones
//! that were not seen for an hour, are asked for by their messages, a hundred at a time: that tells edits,
//! deletions, reactions and comments too, where `messages.getMessagesViews` and `messages.getMessagesReactions`
//! would take two requests and tell less.

pub(super) mod albums;
mod reading;

use std::collections::HashSet;

use app::model::ChannelId;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use super::CollectError;
use super::asker::Asker;
use super::harvest::{Harvest, Record, Times};
use crate::store::post_history::Reached;
use crate::store::posts::{self, Look};
use crate::store::{self, Counts, post_history};
use crate::telegram::client::ChannelRef;
pub(super) use reading::Reading;

/// Messages of one answer: the most that Telegram gives.
const PAGE: usize = 100;
/// Posts of a first run; [`super::history`] reads those before.
const FIRST_RUN: usize = 200;
/// No look meets so many pages of news.
const MOST_PAGES: usize = 10_000;

pub(super) async fn gather(asker: &Asker<'_>, channel: ChannelRef) -> Result<Harvest, CollectError> {
    let pool = &asker.context.pool;
    let known = posts::newest(pool, channel.id).await?;
    let mut reading = Reading::from(0);
    for _ in 0..MOST_PAGES {
        reading.page(asker, channel).await?;
        let is_enough = match known {
            Some(newest) => reading.oldest_id() <= newest,
            None => reading.posts() >= FIRST_RUN,
        };
        if is_enough || reading.is_at_end() {
            break;
        }
    }
    let (mut unread, newest_unread) = reading.take_unread();
    let (mut messages, whole_from, at_end) = reading.end();
    let old = posts::to_read(pool, channel.id, whole_from, asker.now()).await?;
    let ids: Vec<i32> = old.iter().flat_map(|(_, messages)| messages.iter().copied()).collect();
    let mut gone = HashSet::new();
    for ids in ids.chunks(PAGE) {
        let page = asker.ask(|| asker.context.client.channel_messages(channel, ids)).await?;
        let seen_at = asker.now();
        messages.extend(page.messages.into_iter().map(|message| (message, seen_at)));
        gone.extend(page.gone);
        unread.add(page.unread);
    }
    let is_gone = |messages: &[i32]| messages.iter().all(|id| gone.contains(id));
    let gone = old.iter().filter(|(_, messages)| is_gone(messages)).map(|(id, _)| *id).collect();
    // An answer without any message says nothing of those that are known.
    let whole_from = Some(whole_from).filter(|from| *from > 0);
    let reached = whole_from
        .filter(|_| known.is_none())
        .map(|from| (from, if at_end { Reached::TheFirst } else { Reached::NotTheEnd }));
    // Nor is a message gone that is there and cannot be read.
    let whole_from = whole_from.and_then(|from| match newest_unread {
        Some(newest) => newest.checked_add(1).map(|after| after.max(from)),
        None => Some(from),
    });
    let look = Look { posts: albums::posts(messages), whole_from, gone };
    let mut harvest = Harvest { records: vec![Box::new(Looked { look, reached })], ..Harvest::default() };
    harvest.add_unread("messages", "messages.getHistory", unread);
    Ok(harvest)
}

/// A look, and how far back it reached when it is the first one or goes on from there.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) look: Look,
    /// The oldest message, and what is before it.
    pub(super) reached: Option<(i32, Reached)>,
}

impl Looked {
    pub(super) fn back(messages: Vec<reading::Seen>, oldest_id: i32, reached: Reached) -> Self {
        let look = Look { posts: albums::posts(messages), ..Look::default() };
        Self { look, reached: (oldest_id > 0).then_some((oldest_id, reached)) }
    }
}

impl Record for Looked {
    fn record<'a>(
        &'a self,
        db: &'a mut PgConnection,
        channel: ChannelId,
        times: Times,
    ) -> BoxFuture<'a, store::Result<Counts>> {
        Box::pin(async move {
            let counts = posts::record(db, channel, &self.look, times.asked_at, times.now).await?;
            if let Some((oldest_id, reached)) = self.reached {
                post_history::reach(&mut *db, channel, oldest_id, reached).await?;
            }
            Ok(counts)
        })
    }
}

/// When posts are to be looked at again: after the interval, or when one comes to an age that is sampled, whichever
/// is earlier. What is due already was asked for and not told: it is asked for again after `patience`.
pub(super) async fn next_due(
    db: &mut PgConnection,
    channel: ChannelId,
    now: Timestamp,
    by_interval: Timestamp,
    patience: SignedDuration,
) -> store::Result<Timestamp> {
    let after = |wait| now.saturating_add(wait).unwrap_or(Timestamp::MAX);
    let due = posts::next_due(db, channel, now).await?;
    let next = due.next.map(|due| due.max(after(SOONEST)));
    let again = due.is_overdue.then(|| after(patience.max(SOONEST)));
    Ok([next, again].into_iter().flatten().fold(by_interval, Timestamp::min))
}

const SOONEST: SignedDuration = SignedDuration::from_secs(30);
