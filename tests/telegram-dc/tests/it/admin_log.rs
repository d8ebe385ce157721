//! The log of administrators and members: 48 hours of it, the same whenever it is asked for.

use std::collections::{BTreeMap, BTreeSet};

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::{SignedDuration, Timestamp};
use telegram_dc::{DataCentre, HOME_DC, RowKind, Unit};

use crate::client::*;

type Event = t::ChannelAdminLogEvent;

fn request(centre: &DataCentre, id: i64, max_id: i64, limit: i32) -> f::channels::GetAdminLog {
    f::channels::GetAdminLog {
        channel: input_channel(centre, id),
        q: String::new(),
        events_filter: None,
        admins: None,
        max_id,
        min_id: 0,
        limit,
    }
}

async fn page(client: &Client, request: &f::channels::GetAdminLog) -> Vec<Event> {
    let e::channels::AdminLogResults::Results(found) = client.home(request).await;
    let users: BTreeSet<i64> = found.users.iter().map(e::User::id).collect();
    let events = found.events.into_iter().map(|event| {
        let e::ChannelAdminLogEvent::Event(event) = event;
        event
    });
    let events: Vec<Event> = events.collect();
    assert!(events.iter().all(|event| users.contains(&event.user_id)));
    events
}

/// Everything that can be read, latest first.
async fn log(client: &Client, centre: &DataCentre, id: i64, limit: i32) -> Vec<Event> {
    let now = centre.clock().now();
    let mut all: Vec<Event> = Vec::new();
    loop {
        centre.clock().set(now);
        let lowest = all.last().map_or(0, |event| event.id);
        let page = page(client, &request(centre, id, lowest, limit)).await;
        assert!(page.len() <= usize::try_from(limit.min(100)).unwrap());
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

/// The name of what happened.
fn kind(event: &Event) -> String {
    let said = format!("{:?}", event.action);
    said.split(['(', ' ']).next().unwrap().to_owned()
}

fn kinds(events: &[Event]) -> BTreeMap<String, u64> {
    let mut kinds = BTreeMap::new();
    events.iter().for_each(|event| *kinds.entry(kind(event)).or_default() += 1);
    kinds
}

#[tokio::test]
async fn the_log_comes_in_pages_without_gaps_or_repeats() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for id in [GROUP, NEWS, BLOG, ADMIN_ONLY] {
        hold(&centre);
        let all = log(&client, &centre, id, 1_000).await;
        hold(&centre);
        assert_eq!(log(&client, &centre, id, 7).await, all);
        assert!(all.windows(2).all(|pair| pair[0].id > pair[1].id && pair[0].date >= pair[1].date));
        let now = centre.clock().now().as_second();
        assert!(all.iter().all(|event| (now - 48 * 3_600..=now).contains(&i64::from(event.date))));
        assert!(all.len() > 5, "{id}: {}", all.len());
        let middle = all[all.len() / 2].id;
        let newer = f::channels::GetAdminLog { min_id: middle, ..request(&centre, id, 0, 100) };
        let newer = page(&client, &newer).await;
        assert_eq!(newer.last().map(|event| event.id), Some(all[(all.len() / 2 - 1).min(99)].id));
    }
}

#[tokio::test]
async fn a_day_of_the_groups_log_has_what_the_day_counts() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for _ in 0..3 {
        let all = log(&client, &centre, GROUP, 100).await;
        let (days, groups) = (centre.truth().days(GROUP), centre.truth().group_days(GROUP));
        let (day, group) = (&days[days.len() - 2], &groups[groups.len() - 2]);
        let midnight = centre.clock().now().as_second().div_euclid(86_400) * 86_400;
        let yesterday: Vec<Event> = all
            .into_iter()
            .filter(|event| (midnight - 86_400..midnight).contains(&i64::from(event.date)))
            .collect();
        let kinds = kinds(&yesterday);
        let count = |name: &str| kinds.get(name).copied().unwrap_or(0);
        assert_eq!(count("ParticipantInvite"), day.joined_by_source["Other"]);
        let by_link = count("ParticipantJoinByInvite") + count("ParticipantJoinByRequest");
        assert_eq!(count("ParticipantJoin") + by_link + count("ParticipantInvite"), day.joined);
        let barred = |out: bool| {
            let toggled = yesterday.iter().filter(|event| match &event.action {
                e::ChannelAdminLogEventAction::ParticipantToggleBan(toggle) => {
                    match &toggle.new_participant {
                        e::ChannelParticipant::Banned(one) => one.left == out,
                        _ => false,
                    }
                }
                _ => false,
            });
            toggled.count() as u64
        };
        assert_eq!((barred(true), barred(false)), (group.banned, group.restricted));
        assert_eq!(count("ParticipantLeave") + group.banned, day.left);
        assert_eq!((count("DeleteMessage"), count("EditMessage")), (group.deleted, group.edited));
        centre.clock().advance(SignedDuration::from_hours(24));
    }
}

#[tokio::test]
async fn an_event_stays_what_it_is_and_goes_after_two_days() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for id in [GROUP, NEWS] {
        hold(&centre);
        let before = log(&client, &centre, id, 100).await;
        hold(&centre);
        centre.clock().advance(SignedDuration::from_hours(20));
        let later = log(&client, &centre, id, 100).await;
        let oldest = centre.clock().now().as_second() - 48 * 3_600;
        let kept: Vec<_> = before.iter().filter(|event| i64::from(event.date) > oldest + 5).collect();
        assert!(kept.len() < before.len() && kept.iter().all(|event| later.contains(event)));
        assert!(later.iter().all(|event| i64::from(event.date) >= oldest));
    }
}

#[tokio::test]
async fn everything_that_can_happen_happens() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let mut seen: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for _ in 0..6 {
        for id in [GROUP, NEWS, BLOG] {
            let found = log(&client, &centre, id, 100).await;
            seen.entry(id).or_default().extend(found.iter().map(kind));
        }
        centre.clock().advance(SignedDuration::from_hours(46));
    }
    let group = [
        "ChangeTitle",
        "DeleteMessage",
        "EditMessage",
        "ParticipantInvite",
        "ParticipantJoin",
        "ParticipantJoinByInvite",
        "ParticipantJoinByRequest",
        "ParticipantLeave",
        "ParticipantToggleAdmin",
        "ParticipantToggleBan",
        "UpdatePinned",
    ];
    let channel = [
        "ChangeAbout",
        "DeleteMessage",
        "EditMessage",
        "ParticipantJoinByInvite",
        "ParticipantJoinByRequest",
        "SendMessage",
    ];
    assert_eq!(seen[&GROUP], group.map(str::to_owned).into());
    assert_eq!(seen[&NEWS], channel.map(str::to_owned).into());
    assert!(seen[&BLOG].contains("ParticipantSubExtend"));
}

#[tokio::test]
async fn posts_in_the_log_are_the_channels_posts() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let events = log(&client, &centre, NEWS, 100).await;
    let id = |message: &e::Message| message.id();
    let mut sent: Vec<i32> = events
        .iter()
        .filter_map(|event| match &event.action {
            e::ChannelAdminLogEventAction::SendMessage(sent) => Some(id(&sent.message)),
            _ => None,
        })
        .collect();
    sent.sort_unstable();
    assert!(sent.len() > 20 && sent.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{sent:?}");
    let mut compared = 0;
    for event in &events {
        match &event.action {
            e::ChannelAdminLogEventAction::EditMessage(edit) => {
                assert_eq!(id(&edit.prev_message), id(&edit.new_message));
                let e::Message::Message(new) = &edit.new_message else { panic!("{edit:?}") };
                assert_eq!(new.edit_date, Some(event.date));
                assert!(new.post && new.date < event.date);
                let wanted = f::channels::GetMessages {
                    channel: input_channel(&centre, NEWS),
                    id: vec![t::InputMessageId { id: new.id }.into()],
                };
                let e::messages::Messages::ChannelMessages(found) = client.home(&wanted).await else {
                    panic!("no channel's messages")
                };
                if let e::Message::Message(there) = &found.messages[0] {
                    assert_eq!((there.edit_date, &there.message), (new.edit_date, &new.message));
                    compared += 1;
                }
            }
            e::ChannelAdminLogEventAction::DeleteMessage(gone) => {
                let e::Message::Message(gone) = &gone.message else { panic!("{gone:?}") };
                assert!(gone.date < event.date && gone.id <= sent[sent.len() - 1]);
            }
            _ => {}
        }
    }
    assert!(compared > 0);
}

#[tokio::test]
async fn arrivals_in_the_log_are_those_of_the_links() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for id in [GROUP, NEWS, BLOG, ADMIN_ONLY] {
        hold(&centre);
        let events = log(&client, &centre, id, 100).await;
        let yesterday = centre.clock().now().to_zoned(jiff::tz::TimeZone::UTC).date().yesterday().unwrap();
        let mut came: BTreeMap<String, u64> = BTreeMap::new();
        for event in &events {
            let invite = match &event.action {
                e::ChannelAdminLogEventAction::ParticipantJoinByInvite(one) => &one.invite,
                e::ChannelAdminLogEventAction::ParticipantJoinByRequest(one) => &one.invite,
                _ => continue,
            };
            let e::ExportedChatInvite::ChatInviteExported(invite) = invite else { panic!("{invite:?}") };
            let date = Timestamp::from_second(event.date.into()).unwrap().to_zoned(jiff::tz::TimeZone::UTC);
            if date.date() == yesterday {
                *came.entry(invite.link.clone()).or_default() += 1;
            }
        }
        let invites = centre.truth().invites(id);
        let expected = invites
            .iter()
            .filter_map(|invite| Some((invite.link.clone(), *invite.joined_by_day.get(&yesterday)?)));
        assert_eq!(came, expected.collect());
        assert!(came.values().sum::<u64>() > 1);
    }
}

#[tokio::test]
async fn paid_subscriptions_in_the_log_are_rows_of_the_ledger() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let mut compared = 0;
    for _ in 0..10 {
        let events = log(&client, &centre, BLOG, 100).await;
        let now = centre.clock().now().as_second();
        let extended: BTreeSet<(i64, i64)> = events
            .iter()
            .filter(|event| kind(event) == "ParticipantSubExtend")
            .map(|event| (i64::from(event.date), event.user_id))
            .collect();
        // What somebody pays first is how they came, not an extension.
        let mut known = BTreeSet::new();
        let ledger = centre.truth().ledger(BLOG, Unit::Stars);
        let again = ledger.iter().filter_map(|row| match row.kind {
            RowKind::Subscription { user, .. } => (!known.insert(user)).then_some((row.date, user)),
            _ => None,
        });
        let recent = |(date, _): &(i64, i64)| (now - 48 * 3_600 + 5..=now - 5).contains(date);
        let paid: BTreeSet<(i64, i64)> = again.filter(recent).collect();
        assert!(extended.is_superset(&paid) && extended.len() <= paid.len() + 1);
        compared += paid.len();
        centre.clock().advance(SignedDuration::from_hours(48));
    }
    assert!(compared > 3, "{compared}");
}

#[tokio::test]
async fn events_can_be_picked() {
    let centre = world().await;
    let client = Client::ready(&centre);
    hold(&centre);
    let all = log(&client, &centre, GROUP, 100).await;
    let ask = || request(&centre, GROUP, 0, 100);
    let nothing = t::ChannelAdminLogEventsFilter {
        join: false,
        leave: false,
        invite: false,
        ban: false,
        unban: false,
        kick: false,
        unkick: false,
        promote: false,
        demote: false,
        info: false,
        settings: false,
        pinned: false,
        edit: false,
        delete: false,
        group_call: false,
        invites: false,
        send: false,
        forums: false,
        sub_extend: false,
        edit_rank: false,
    };
    let filtered = |filter: t::ChannelAdminLogEventsFilter| f::channels::GetAdminLog {
        events_filter: Some(filter.into()),
        ..ask()
    };
    hold(&centre);
    let left =
        page(&client, &filtered(t::ChannelAdminLogEventsFilter { leave: true, ..nothing.clone() })).await;
    let expected: Vec<_> = all.iter().filter(|event| kind(event) == "ParticipantLeave").cloned().collect();
    assert_eq!(left, expected);
    let out =
        page(&client, &filtered(t::ChannelAdminLogEventsFilter { kick: true, ..nothing.clone() })).await;
    assert!(out.iter().all(|event| kind(event) == "ParticipantToggleBan"));
    assert!(page(&client, &filtered(nothing)).await.is_empty());

    hold(&centre);
    let own = f::channels::GetAdminLog { admins: Some(vec![e::InputUser::UserSelf]), ..ask() };
    let own = page(&client, &own).await;
    let me = centre.access().user.id;
    assert!(!own.is_empty());
    assert_eq!(own.len(), all.iter().filter(|event| event.user_id == me).count());
    hold(&centre);
    let about = f::channels::GetAdminLog { q: "DAIKOKU".to_owned(), ..ask() };
    let about = page(&client, &about).await;
    let texts: Vec<_> =
        all.iter().filter(|event| format!("{:?}", event.action).contains("Daikoku")).cloned().collect();
    assert!(!texts.is_empty());
    assert_eq!(about, texts);
}

#[tokio::test]
async fn the_log_is_for_administrators() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let refused = rpc_error(client.invoke(HOME_DC, &request(&centre, FOLLOWED, 0, 10)).await);
    assert_eq!((refused.0, refused.1.as_str()), (400, "CHAT_ADMIN_REQUIRED"));
    let stranger = t::InputUser { user_id: 7_100_000_001, access_hash: 1 };
    let asked =
        f::channels::GetAdminLog { admins: Some(vec![stranger.into()]), ..request(&centre, NEWS, 0, 10) };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &asked).await).1, "USER_ID_INVALID");
    let channel: e::InputChannel = t::InputChannel { channel_id: NEWS, access_hash: 1 }.into();
    let wrong = f::channels::GetAdminLog { channel, ..request(&centre, NEWS, 0, 10) };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &wrong).await).1, "CHANNEL_INVALID");
    centre.clock().advance(SignedDuration::from_hours(31 * 24));
    let lost = rpc_error(client.invoke(HOME_DC, &request(&centre, LISBOA, 0, 10)).await);
    assert_eq!(lost.1, "CHAT_ADMIN_REQUIRED");
}
