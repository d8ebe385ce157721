//! What the log of a supergroup tells of a day: every event that the day counts.

use super::admin_log::{Action, Entry, LogMessage};
use super::admins::Barred;
use super::dice::scale;
use super::invite::Link;
use super::members::{Members, is_one_of};
use super::{Channel, Day, Dice, GroupDay, admins, channel_log, midnight, people};

/// How long somebody may not write, in seconds.
pub(crate) const RESTRICTED_SECONDS: i64 = 7 * 86_400;

/// A message is pinned at noon, and every so many days the title is changed for an evening.
const PIN_SECOND: i64 = 12 * 3_600;
const TITLE_EVERY: u32 = 5;

/// So many members bring others in.
const INVITERS: u64 = 8;

const TEXTS: [&str; 6] = [
    "今日は箱根まで走ってきた 🏍",
    "<b>誰か</b> & friends, <script>alert(1)</script>?",
    "Anyone at Daikoku tonight?",
    "タイヤ、何使ってる？",
    "雨やんだ ☀️",
    "\u{202e}逆さま\u{202c} コーヒー ☕️",
];

pub(super) fn on(channel: &Channel<'_>, members: &Members<'_>, links: &[Link], index: usize) -> Vec<Entry> {
    let mut entries = arrivals(channel, members, links, index);
    let group = GroupDay::of(channel.world.seed, channel.spec, &members.days()[index]);
    entries.extend(departures(channel, members, index, &group));
    entries.extend(restrictions(channel, members, &group));
    entries.extend(messages(channel, members, index, &group));
    entries.extend(settings(channel, &group.day));
    entries
}

/// Who brought in somebody, by the newcomer's place among those who came on a day: as many were brought in as the day
/// counts under its last source (Other).
pub(super) fn brought_by(channel: &Channel<'_>, day: &Day, place: u64) -> Option<i64> {
    let (seed, id) = (channel.world.seed, channel.spec.id);
    is_one_of(place, day.joined_by[5], day.joined()).then(|| {
        let who = Dice::new(seed, "brought by", id, day.number * 4_096 + small(place)).between(1, INVITERS);
        people::one_of(seed, "inviter", id, 0, who).id
    })
}

/// Some were brought in, some came through links, the rest by themselves: together all who came.
fn arrivals(channel: &Channel<'_>, members: &Members<'_>, links: &[Link], index: usize) -> Vec<Entry> {
    let day = &members.days()[index];
    let (came, _) = members.on(index);
    let others = day.joined() - day.joined_by[5];
    let mut entries = channel_log::arrivals(channel, links, midnight(day.date));
    entries.truncate(usize::try_from(others).unwrap_or(usize::MAX));
    let by_link = entries.len() as u64;
    for (number, place) in came.zip(0..) {
        let (date, user) = (members.came_at(number), members.person(number).id);
        let brought = || scale(place, day.joined_by[5], day.joined());
        if let Some(by) = brought_by(channel, day, place) {
            entries.push(Entry { date, user: by, action: Action::Invite { user } });
        } else if !is_one_of(place - brought(), by_link, others) {
            entries.push(Entry { date, user, action: Action::Join });
        }
    }
    entries
}

fn departures(channel: &Channel<'_>, members: &Members<'_>, index: usize, group: &GroupDay) -> Vec<Entry> {
    let (_, gone) = members.on(index);
    let start = gone.start;
    gone.map(|number| {
        let (date, user) = (members.left_at(index, number), members.person(number).id);
        if is_one_of(number - start, group.banned, group.day.left) {
            let by = admin(channel, "bans", &group.day, number - start);
            Entry { date, user: by, action: Action::Ban { user, came: members.came_at(number) } }
        } else {
            Entry { date, user, action: Action::Leave }
        }
    })
    .collect()
}

/// Everybody who was ever thrown out by now, latest first.
pub(super) fn banned(channel: &Channel<'_>, members: &Members<'_>) -> Vec<Barred> {
    let mut banned = Vec::new();
    for index in 0..members.days().len() {
        let group = GroupDay::of(channel.world.seed, channel.spec, &members.days()[index]);
        let (_, gone) = members.on(index);
        let start = gone.start;
        let thrown = gone.filter(|number| is_one_of(number - start, group.banned, group.day.left));
        banned.extend(thrown.map(|number| Barred {
            user: members.person(number).id,
            by: admin(channel, "bans", &group.day, number - start),
            since: members.left_at(index, number),
            until: None,
        }));
    }
    banned.retain(|one: &Barred| one.since <= members.now());
    banned.reverse();
    banned
}

fn restrictions(channel: &Channel<'_>, members: &Members<'_>, group: &GroupDay) -> Vec<Entry> {
    let day = &group.day;
    (0..group.restricted)
        .map(|place| {
            let date = members.moment(day, |ppm| scale(group.restricted, ppm, 1_000_000) > place);
            let number = wordy(channel, members, day, "restricted", place);
            let (user, came) = (members.person(number).id, members.came_at(number));
            let until = date + RESTRICTED_SECONDS;
            let by = admin(channel, "restrictions", day, place);
            Entry { date, user: by, action: Action::Restrict { user, came, until } }
        })
        .collect()
}

/// Who may not write now, latest first.
pub(super) fn restricted(channel: &Channel<'_>, members: &Members<'_>) -> Vec<Barred> {
    let from = members.days().len().saturating_sub(8);
    let days = members.days()[from..].iter();
    let groups = days.map(|day| GroupDay::of(channel.world.seed, channel.spec, day));
    let entries = groups.flat_map(|group| restrictions(channel, members, &group));
    let barred = entries.filter_map(|Entry { date, user: by, action }| match action {
        Action::Restrict { user, until, .. } => Some(Barred { user, by, since: date, until: Some(until) }),
        _ => None,
    });
    let now = members.now();
    let mut barred: Vec<_> =
        barred.filter(|one| one.since <= now && one.until.is_none_or(|until| now < until)).collect();
    barred.reverse();
    barred
}

/// Messages deleted, changed and pinned, each another one.
fn messages(channel: &Channel<'_>, members: &Members<'_>, index: usize, group: &GroupDay) -> Vec<Entry> {
    let (seed, spec, day) = (channel.world.seed, channel.spec, &group.day);
    let earlier = members.days()[..index].iter().map(|day| GroupDay::of(seed, spec, day).messages());
    let before = earlier.sum::<u64>() + 2;
    let all = group.messages();
    let message = |place: u64, edited: Option<i64>| {
        let sent = |ppm| group.messages_by.iter().map(|count| scale(*count, ppm, 1_000_000)).sum::<u64>();
        let mut dice = Dice::new(seed, "group text", spec.id, day.number * 4_096 + small(place));
        let text = TEXTS[usize::try_from(dice.between(0, TEXTS.len() as u64 - 1)).unwrap_or(0)].to_owned();
        LogMessage {
            id: i32::try_from(before + place).unwrap_or(i32::MAX),
            date: members.moment(day, |ppm| sent(ppm) > place),
            from: Some(members.person(wordy(channel, members, day, "writer", place)).id),
            text: if edited.is_some() { format!("{text} (edited)") } else { text },
            edited,
        }
    };
    let moment = |count: u64, place: u64| members.moment(day, |ppm| scale(count, ppm, 1_000_000) > place);
    let deleted = (0..group.deleted).map(|place| {
        let (date, gone) = (moment(group.deleted, place), place * all / (group.deleted + 2));
        let user = admin(channel, "deletions", day, place);
        Entry { date, user, action: Action::Delete(message(gone, None)) }
    });
    let edited = (0..group.edited).map(|place| {
        let date = moment(group.edited, place);
        let changed = place * all / (group.edited + 2);
        let (old, message) = (message(changed, None), message(changed, Some(date)));
        let user = message.from.unwrap_or_default();
        Entry { date, user, action: Action::Edit { before: old.text, message } }
    });
    let noon = midnight(day.date) + PIN_SECOND;
    let pinned = (all > 4).then(|| message(all / 8, None)).filter(|message| message.date < noon);
    let pinned = pinned.map(|message| {
        let user = admin(channel, "pins", day, 0);
        Entry { date: noon, user, action: Action::Pin(message) }
    });
    deleted.chain(edited).chain(pinned).collect()
}

/// The title of an evening, and trials that begin and end.
fn settings(channel: &Channel<'_>, day: &Day) -> Vec<Entry> {
    let (start, owner) = (midnight(day.date), admins::permanent(channel)[0].user);
    let mut entries = Vec::new();
    let mut add = |second: i64, action| entries.push(Entry { date: start + second, user: owner, action });
    if day.number % TITLE_EVERY == 3 {
        let (usual, festive) = (channel.spec.title.to_owned(), format!("{} 🎉", channel.spec.title));
        add(10 * 3_600, Action::Title { before: usual.clone(), after: festive.clone() });
        add(15 * 3_600, Action::Title { before: festive, after: usual });
    }
    let into = day.number % admins::TRIAL_EVERY;
    let user = admins::trainee_of(channel, day.number - into);
    if into == 0 {
        add(admins::TRIAL_SECOND, Action::Promote { user });
    } else if into == admins::TRIAL_DAYS {
        add(admins::TRIAL_SECOND, Action::Demote { user });
    }
    entries
}

/// Which administrator did one of the day's deeds.
pub(super) fn admin(channel: &Channel<'_>, deed: &str, day: &Day, place: u64) -> i64 {
    let admins = admins::permanent(channel);
    let mut dice = Dice::new(channel.world.seed, deed, channel.spec.id, day.number * 4_096 + small(place));
    let who = usize::try_from(dice.between(0, admins.len() as u64 - 1)).unwrap_or(0);
    admins[who].user
}

/// The number of a member who says something: one of those who came in the last weeks.
fn wordy(channel: &Channel<'_>, members: &Members<'_>, day: &Day, what: &str, place: u64) -> u64 {
    let index = members.days().partition_point(|other| other.number < day.number);
    let (came, gone) = members.on(index);
    let mut dice = Dice::new(channel.world.seed, what, channel.spec.id, day.number * 4_096 + small(place));
    (came.start - 1).saturating_sub(dice.between(0, 1_500)).max(gone.start)
}

fn small(place: u64) -> u32 {
    u32::try_from(place % 4_096).unwrap_or(0)
}
