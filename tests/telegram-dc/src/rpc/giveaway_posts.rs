//! The messages of giveaways: announcements and what follows them.

use grammers_tl_types::{enums as e, types as t};

use crate::world::{Channel, Content};

/// Prizes of each giveaway, and for how many months of Premium each is.
const QUANTITY: u16 = 10;
const MONTHS: i32 = 6;

/// What the announcement says, if a post is about a giveaway.
pub(crate) fn action(content: &Content) -> Option<e::MessageAction> {
    match content {
        Content::Giveaway { .. } => Some(t::MessageActionGiveawayLaunch { stars: None }.into()),
        Content::GiveawayResults { .. } => Some(
            t::MessageActionGiveawayResults {
                stars: false,
                winners_count: i32::from(QUANTITY),
                unclaimed_count: 0,
            }
            .into(),
        ),
        _ => None,
    }
}

/// What the message after the announcement shows, if a post is about a giveaway.
pub(crate) fn media(channel: &Channel<'_>, content: &Content) -> Option<e::MessageMedia> {
    let id = channel.spec.id;
    match *content {
        Content::Giveaway { number } => Some(
            t::MessageMediaGiveaway {
                only_new_subscribers: false,
                winners_are_visible: true,
                channels: vec![id],
                countries_iso2: None,
                prize_description: None,
                quantity: i32::from(QUANTITY),
                months: Some(MONTHS),
                stars: None,
                until_date: seconds(channel.giveaway(number).1),
            }
            .into(),
        ),
        Content::GiveawayResults { number } => {
            let (launch_msg_id, until) = channel.giveaway(number);
            let winner = |place| {
                channel.world.somebody("winner", id, number * u32::from(QUANTITY) + u32::from(place)).id
            };
            Some(
                t::MessageMediaGiveawayResults {
                    only_new_subscribers: false,
                    refunded: false,
                    channel_id: id,
                    additional_peers_count: None,
                    launch_msg_id,
                    winners_count: i32::from(QUANTITY),
                    unclaimed_count: 0,
                    winners: (0..QUANTITY).map(winner).collect(),
                    months: Some(MONTHS),
                    stars: None,
                    prize_description: None,
                    until_date: seconds(until),
                }
                .into(),
            )
        }
        _ => None,
    }
}

fn seconds(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
