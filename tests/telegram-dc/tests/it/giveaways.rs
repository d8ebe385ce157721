//! Giveaways, from payment to the last code.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::{SignedDuration, Timestamp};
use telegram_dc::{DataCentre, HOME_DC, Options};

use crate::client::*;

/// A world whose blog has a giveaway of Premium the day after tomorrow: the first of all, on its day 37.
pub(crate) async fn early() -> DataCentre {
    let start_clock = Some("2026-03-01T15:30:00Z".parse::<Timestamp>().unwrap());
    DataCentre::start(Options { start_clock, days: 35, ..Options::default() }).await.unwrap()
}

fn info(centre: &DataCentre, id: i64, msg_id: i32) -> f::payments::GetGiveawayInfo {
    f::payments::GetGiveawayInfo { peer: input_peer(centre, id), msg_id }
}

async fn prepaid(client: &Client, centre: &DataCentre) -> usize {
    let e::premium::BoostsStatus::Status(status) =
        client.home(&f::premium::GetBoostsStatus { peer: input_peer(centre, BLOG) }).await;
    status.prepaid_giveaways.map_or(0, |prepaid| prepaid.len())
}

#[tokio::test]
async fn a_giveaway_is_paid_runs_is_drawn_and_codes_are_used() {
    let centre = early().await;
    let client = Client::ready(&centre);
    assert_eq!(centre.truth().giveaways(BLOG), []);
    assert_eq!(prepaid(&client, &centre).await, 3);
    centre.clock().advance(SignedDuration::from_hours(40));
    assert_eq!(prepaid(&client, &centre).await, 2);
    let truth = centre.truth().giveaways(BLOG).remove(0);
    assert_eq!((truth.finished, truth.winners), (None, 0));
    for message in [truth.launch_msg_id, truth.post_msg_id] {
        let answer = client.home(&info(&centre, BLOG, message)).await;
        let e::payments::GiveawayInfo::Info(running) = answer else { panic!("{answer:?}") };
        assert_eq!(i64::from(running.start_date), truth.started);
        assert!(!running.preparing_results && !running.participating);
        assert_eq!(running.admin_disallowed_chat_id, Some(BLOG));
    }
    for wrong in [1, truth.launch_msg_id - 1, truth.post_msg_id + 1, -1] {
        let refused = rpc_error(client.invoke(HOME_DC, &info(&centre, BLOG, wrong)).await);
        assert_eq!((refused.0, refused.1.as_str()), (400, "MESSAGE_ID_INVALID"));
    }

    centre.clock().set(Timestamp::from_second(truth.until).unwrap());
    let answer = client.home(&info(&centre, BLOG, truth.launch_msg_id)).await;
    let e::payments::GiveawayInfo::Info(preparing) = answer else { panic!("{answer:?}") };
    assert!(preparing.preparing_results);

    centre.clock().advance(SignedDuration::from_mins(10));
    let over = centre.truth().giveaways(BLOG).remove(0);
    assert_eq!(over.winners, 8);
    let results = over.results_msg_id.unwrap();
    let mut activated = Vec::new();
    for _ in 0..14 {
        let now = centre.truth().giveaways(BLOG).remove(0);
        for message in [over.launch_msg_id, over.post_msg_id, results, results + 1] {
            let answer = client.home(&info(&centre, BLOG, message)).await;
            let e::payments::GiveawayInfo::Results(told) = answer else { panic!("{answer:?}") };
            assert_eq!(i64::from(told.finish_date), over.finished.unwrap());
            assert_eq!((told.winners_count, told.refunded, told.winner), (8, false, false));
            assert_eq!(told.activated_count.map(i32::cast_unsigned), Some(now.activated));
        }
        activated.push(now.activated);
        let mut used = 0;
        for code in &over.codes {
            let e::payments::CheckedGiftCode::Code(code) =
                client.home(&f::payments::CheckGiftCode { slug: code.clone() }).await;
            assert!(code.via_giveaway && code.days == 90);
            assert_eq!(code.giveaway_msg_id, Some(over.post_msg_id));
            assert_eq!(code.from_id, Some(e::Peer::Channel(t::PeerChannel { channel_id: BLOG })));
            assert!(over.winner_ids.contains(&code.to_id.unwrap()));
            assert_eq!((code.chats.len(), code.users.len()), (1, 1));
            used += u32::from(code.used_date.is_some());
        }
        assert_eq!(used, now.activated);
        centre.clock().advance(SignedDuration::from_hours(24));
    }
    assert!(activated.is_sorted() && activated[0] < activated[13], "{activated:?}");
}

#[tokio::test]
async fn all_ends_of_giveaways_occur() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let (mut refunded, mut stars, mut hidden) = (0, 0, 0);
    for id in [NEWS, BLOG] {
        for giveaway in centre.truth().giveaways(id) {
            let answer = client.home(&info(&centre, id, giveaway.results_msg_id.unwrap())).await;
            let e::payments::GiveawayInfo::Results(told) = answer else { panic!("{answer:?}") };
            assert_eq!(told.refunded, giveaway.refunded);
            assert_eq!(told.winners_count.cast_unsigned(), giveaway.winners);
            let counted = giveaway.months.is_some() && !giveaway.refunded;
            assert_eq!(told.activated_count.is_some(), counted);
            refunded += i32::from(giveaway.refunded);
            stars += i32::from(giveaway.stars.is_some());
            hidden += i32::from(!giveaway.winners_visible);
        }
    }
    assert!(refunded > 0 && stars > 0 && hidden > 0);
}

#[tokio::test]
async fn members_take_part_where_they_may() {
    let centre = world().await;
    let client = Client::ready(&centre);
    // The fifth of the followed channel starts on day 405.
    centre.clock().advance(SignedDuration::from_hours(6 * 24));
    let giveaway = centre.truth().giveaways(FOLLOWED).pop().unwrap();
    assert_eq!(giveaway.finished, None);
    let answer = client.home(&info(&centre, FOLLOWED, giveaway.launch_msg_id)).await;
    let e::payments::GiveawayInfo::Info(told) = answer else { panic!("{answer:?}") };
    assert!(told.participating && told.admin_disallowed_chat_id.is_none());
}

/// The last message of a channel, from the list of dialogs.
async fn last_message(client: &Client, id: i64) -> t::Message {
    let request = dialogs(100);
    let e::messages::Dialogs::Dialogs(dialogs) = client.home(&request).await else { panic!("a slice") };
    let peer = e::Peer::Channel(t::PeerChannel { channel_id: id });
    let message = dialogs.messages.into_iter().find_map(|message| match message {
        e::Message::Message(message) if message.peer_id == peer => Some(message),
        _ => None,
    });
    message.unwrap()
}

#[tokio::test]
async fn the_messages_tell_what_there_is_to_win_and_who_won() {
    let centre = early().await;
    let client = Client::ready(&centre);
    // Right after the launch, before the day's first post.
    centre.clock().advance(SignedDuration::from_hours(38) + SignedDuration::from_mins(5));
    let truth = centre.truth().giveaways(BLOG).remove(0);
    let message = last_message(&client, BLOG).await;
    assert_eq!(message.id, truth.post_msg_id);
    let Some(e::MessageMedia::Giveaway(media)) = message.media else { panic!("{message:?}") };
    assert_eq!((media.quantity, media.months, media.stars), (10, Some(3), None));
    assert_eq!((media.channels, i64::from(media.until_date)), (vec![BLOG], truth.until));
    assert!(media.winners_are_visible);

    centre.clock().set(Timestamp::from_second(truth.until + 600).unwrap());
    let truth = centre.truth().giveaways(BLOG).remove(0);
    let message = last_message(&client, BLOG).await;
    assert_eq!(Some(message.id - 1), truth.results_msg_id);
    let Some(e::MessageMedia::GiveawayResults(media)) = message.media else { panic!("{message:?}") };
    assert_eq!((media.winners_count, media.unclaimed_count), (8, 2));
    assert_eq!((media.launch_msg_id, media.winners), (truth.post_msg_id, truth.winner_ids));
}

#[tokio::test]
async fn codes_are_good_for_a_while() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let check = |slug: &str| f::payments::CheckGiftCode { slug: slug.to_owned() };
    for slug in ["", "nonsense"] {
        assert_eq!(rpc_error(client.invoke(HOME_DC, &check(slug)).await).1, "GIFT_SLUG_INVALID");
    }
    let gifts: Vec<_> =
        centre.truth().boosts(BLOG).into_iter().filter(|boost| boost.source == "gift").collect();
    let (mut used, mut expired) = (0, 0);
    for gift in gifts {
        let slug = gift.slug.unwrap();
        if gift.unclaimed && !gift.active {
            assert_eq!(rpc_error(client.invoke(HOME_DC, &check(&slug)).await).1, "GIFT_SLUG_EXPIRED");
            expired += 1;
            continue;
        }
        let e::payments::CheckedGiftCode::Code(code) = client.home(&check(&slug)).await;
        assert!(!code.via_giveaway && code.giveaway_msg_id.is_none());
        assert_eq!((code.to_id, i64::from(code.date)), (gift.user, gift.date));
        assert_eq!(code.used_date.is_none(), gift.unclaimed);
        used += i32::from(code.used_date.is_some());
    }
    assert!(used > 0 && expired > 0);
}

#[tokio::test]
async fn prices_are_told_beforehand() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let boost_peer = Some(input_peer(&centre, BLOG));
    let options = client.home(&f::payments::GetPremiumGiftCodeOptions { boost_peer }).await;
    assert!(options.iter().all(|e::PremiumGiftCodeOption::Option(option)| option.amount > 0));
    assert!(!options.is_empty());
    let boost_peer = Some(input_peer(&centre, FOLLOWED));
    let member = f::payments::GetPremiumGiftCodeOptions { boost_peer };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &member).await).1, "CHAT_ADMIN_REQUIRED");
    let options = client.home(&f::payments::GetStarsGiveawayOptions {}).await;
    let defaults = options.iter().filter(|e::StarsGiveawayOption::Option(option)| option.default).count();
    assert_eq!(defaults, 1);
    for e::StarsGiveawayOption::Option(option) in options {
        for e::StarsGiveawayWinnersOption::Option(winners) in option.winners {
            assert_eq!(winners.per_user_stars * i64::from(winners.users), option.stars);
        }
    }
}
