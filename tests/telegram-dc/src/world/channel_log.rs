//! What the log of a broadcast channel tells of a day.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::admin_log::{Action, Entry, LogMessage};
use super::invite::Link;
use super::members::Members;
use super::subscription::PERIOD_SECONDS;
use super::{Channel, Post, RowKind, Unit, admins, midnight, post};

/// A post is deleted within so many days, if at all.
const DELETED_WITHIN: usize = 4;

/// Every so many days the description is changed for the day.
const ABOUT_EVERY: u32 = 6;

pub(super) fn on(channel: &Channel<'_>, members: &Members<'_>, links: &[Link], day: usize) -> Vec<Entry> {
    let start = midnight(members.days()[day].date);
    let mut entries = posts(channel, members, day);
    entries.extend(arrivals(channel, links, start));
    entries.extend(extensions(channel, members));
    entries.extend(about(channel, members, day));
    entries.retain(|entry| (start..start + 86_400).contains(&entry.date));
    entries
}

/// Posts made, changed and deleted; also of the days before, because those may change and go later.
fn posts(channel: &Channel<'_>, members: &Members<'_>, day: usize) -> Vec<Entry> {
    let earlier = &members.days()[day.saturating_sub(DELETED_WITHIN)..=day];
    let made = earlier.iter().flat_map(|day| post::on(channel.world.seed, channel.spec, day));
    made.flat_map(|post| of_post(channel, &post)).collect()
}

fn of_post(channel: &Channel<'_>, post: &Post) -> Vec<Entry> {
    let user = admin(channel, post.id.cast_unsigned());
    let entry = |date, action| Entry { date, user, action };
    let message = |id, edited: Option<i64>| {
        let text = channel.text(post, id);
        LogMessage { id, date: post.date, from: None, text, edited }
    };
    let sent = post.message_ids().map(|id| entry(post.date, Action::Send(message(id, None))));
    let edited = post.edited_at.filter(|at| post.deleted_at.is_none_or(|gone| *at < gone));
    let changed = edited.map(|at| {
        let before = format!("{} …", channel.text(post, post.id));
        entry(at, Action::Edit { before, message: message(post.id, edited) })
    });
    let gone = post
        .deleted_at
        .into_iter()
        .flat_map(|at| post.message_ids().map(move |id| entry(at, Action::Delete(message(id, edited)))));
    sent.chain(changed).chain(gone).collect()
}

/// Who came through links on the day that begins at a Unix second, all of it.
pub(super) fn arrivals(channel: &Channel<'_>, links: &[Link], midnight: i64) -> Vec<Entry> {
    links.iter().flat_map(|link| through(channel, link, midnight)).collect()
}

fn through(channel: &Channel<'_>, link: &Link, midnight: i64) -> Vec<Entry> {
    let days = link.by_day(channel, midnight + 86_400);
    let first = days.iter().filter(|(day, _)| *day < midnight).map(|(_, count)| count).sum();
    let count: u64 = days.iter().filter(|(day, _)| *day == midnight).map(|(_, count)| count).sum();
    let importers = (first..first + count).filter_map(|index| link.importer(channel, index));
    let hash = || link.hash.clone();
    importers
        .map(|importer| Entry {
            date: importer.date,
            user: importer.user,
            action: match importer.approved_by {
                Some(approved_by) => Action::JoinByRequest { link: hash(), approved_by },
                None => Action::JoinByLink { link: hash() },
            },
        })
        .collect()
}

/// Paid subscriptions that went on for another period: rows of the ledger, but for each subscriber's first.
fn extensions(channel: &Channel<'_>, members: &Members<'_>) -> Vec<Entry> {
    let Ok(now) = Timestamp::from_second(members.now()) else { return Vec::new() };
    let mut since: BTreeMap<i64, i64> = BTreeMap::new();
    let mut entries = Vec::new();
    for row in channel.ledger(Unit::Stars, now) {
        let RowKind::Subscription { user } = row.kind else { continue };
        match since.get(&user) {
            None => {
                since.insert(user, row.date);
            }
            Some(came) => {
                let (came, until) = (*came, row.date + PERIOD_SECONDS);
                entries.push(Entry { date: row.date, user, action: Action::Extend { came, until } });
            }
        }
    }
    entries
}

/// The description gets an addition in the morning and loses it in the evening.
fn about(channel: &Channel<'_>, members: &Members<'_>, day: usize) -> Vec<Entry> {
    let whole = &members.days()[day];
    if whole.number % ABOUT_EVERY != 2 {
        return Vec::new();
    }
    let (user, start) = (admin(channel, 0), midnight(whole.date));
    let (usual, today) = (channel.spec.about.to_owned(), format!("{} ✨", channel.spec.about));
    let added = Action::About { before: usual.clone(), after: today.clone() };
    let removed = Action::About { before: today, after: usual };
    vec![
        Entry { date: start + 9 * 3_600, user, action: added },
        Entry { date: start + 21 * 3_600, user, action: removed },
    ]
}

/// Who of the administrators did something.
fn admin(channel: &Channel<'_>, deed: u32) -> i64 {
    let admins = admins::permanent(channel);
    admins[usize::try_from(deed).unwrap_or(0) % admins.len()].user
}
