//! What the log of a broadcast channel tells of a day.

use jiff::Timestamp;

use super::admin_log::{Action, Entry, LogMessage};
use super::members::Members;
use super::{Channel, Dice, Post, RowKind, Unit, admins, midnight, post};

/// A post is deleted within so many days, if at all.
const DELETED_WITHIN: usize = 4;

/// How long a paid subscription is extended for, in seconds.
const EXTENSION_SECONDS: i64 = 30 * 86_400;

/// Every so many days the description is changed for the day.
const ABOUT_EVERY: u32 = 6;

pub(super) fn on(channel: &Channel<'_>, members: &Members<'_>, day: usize) -> Vec<Entry> {
    let start = midnight(members.days()[day].date);
    let mut entries = posts(channel, members, day);
    entries.extend(arrivals(channel, members, day));
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
        let changed = if edited.is_some() { " (edited)" } else { "" };
        let text = format!("Post {id} of {}{changed}", channel.spec.title);
        LogMessage { id, date: post.date, from: None, text, edited }
    };
    let sent = post.message_ids().map(|id| entry(post.date, Action::Send(message(id, None))));
    let edited = post.edited_at.filter(|at| post.deleted_at.is_none_or(|gone| *at < gone));
    let changed = edited.map(|at| {
        let before = message(post.id, None).text;
        entry(at, Action::Edit { before, message: message(post.id, edited) })
    });
    let gone = post
        .deleted_at
        .into_iter()
        .flat_map(|at| post.message_ids().map(move |id| entry(at, Action::Delete(message(id, edited)))));
    sent.chain(changed).chain(gone).collect()
}

/// Some of those who came with an invitation link, a few of them after they had asked.
fn arrivals(channel: &Channel<'_>, members: &Members<'_>, day: usize) -> Vec<Entry> {
    let whole = &members.days()[day];
    let (came, _) = members.on(day);
    let mut dice = Dice::new(channel.world.seed, "arrivals", channel.spec.id, whole.number);
    let count = dice.between(2, 6).min(whole.joined_by[0]);
    let numbers = (0..count).map(|place| came.start + place * whole.joined() / count);
    let numbered = numbers.zip(0_u32..);
    numbered
        .map(|(number, place)| {
            let action = if place % 3 == 2 {
                Action::JoinByRequest { approved_by: admin(channel, place) }
            } else {
                Action::JoinByLink
            };
            Entry { date: members.came_at(number), user: members.person(number).id, action }
        })
        .collect()
}

/// Paid subscriptions that went on for another month: rows of the ledger.
fn extensions(channel: &Channel<'_>, members: &Members<'_>) -> Vec<Entry> {
    let Ok(now) = Timestamp::from_second(members.now()) else { return Vec::new() };
    let rows = channel.ledger(Unit::Stars, now).into_iter();
    rows.filter_map(|row| match row.kind {
        RowKind::Subscription { user, .. } => {
            let (came, until) = (row.date - EXTENSION_SECONDS, row.date + EXTENSION_SECONDS);
            Some(Entry { date: row.date, user, action: Action::Extend { came, until } })
        }
        _ => None,
    })
    .collect()
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
