//! Giveaways: what announces them, and how they stand.

use app::model::{Giveaway, GiveawayId, GiveawayState};
use grammers_tl_types::{Deserializable as _, Serializable as _, enums as e, types as t};

use super::moment;
use super::posts::unread_id;
use super::salvage::{Salvaged, Unread};

/// A message that people take part in a giveaway with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// What it says; that it runs is only what the message says.
    pub giveaway: Giveaway,
    /// The message's number.
    pub msg_id: i32,
    /// Its `messageMediaGiveaway` as TL bytes.
    pub raw: Vec<u8>,
}

/// A page of messages, of which only giveaways are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GiveawayMessages {
    /// Those that announce a giveaway of this channel.
    pub announced: Vec<Announced>,
    /// The largest number of a message of the page.
    pub newest_id: Option<i32>,
    /// The smallest.
    pub oldest_id: Option<i32>,
    /// Messages that cannot be read; each may be a giveaway.
    pub unread: Unread,
}

pub(in crate::telegram) fn messages(answer: Salvaged<e::messages::Messages>) -> GiveawayMessages {
    let Salvaged { answer, unread } = answer;
    let messages = match answer {
        e::messages::Messages::Messages(all) => all.messages,
        e::messages::Messages::Slice(slice) => slice.messages,
        e::messages::Messages::ChannelMessages(channel) => channel.messages,
        e::messages::Messages::NotModified(_) => Vec::new(),
    };
    let ids = || messages.iter().map(id).chain(unread.parts.iter().filter_map(unread_id));
    let (newest_id, oldest_id) = (ids().max(), ids().min());
    let announced = messages.iter().filter_map(announced).collect();
    GiveawayMessages { announced, newest_id, oldest_id, unread }
}

const fn id(message: &e::Message) -> i32 {
    match message {
        e::Message::Empty(message) => message.id,
        e::Message::Message(message) => message.id,
        e::Message::Service(message) => message.id,
    }
}

/// A giveaway that was forwarded is somebody else's.
fn announced(message: &e::Message) -> Option<Announced> {
    let e::Message::Message(message) = message else { return None };
    let media = message.media.as_ref().filter(|_| message.fwd_from.is_none())?;
    let e::MessageMedia::Giveaway(told) = media else { return None };
    Some(Announced { giveaway: running_by(told, message.id), msg_id: message.id, raw: media.to_bytes() })
}

fn running_by(told: &t::MessageMediaGiveaway, msg_id: i32) -> Giveaway {
    Giveaway {
        months: told.months,
        stars: told.stars,
        quantity: Some(told.quantity),
        until: Some(moment(told.until_date)),
        ..Giveaway::new(GiveawayId::Message(msg_id), GiveawayState::Running)
    }
}

/// Reads again what a message said of its giveaway.
///
/// # Errors
/// Why it cannot be read.
pub fn reread_message(raw: &[u8], msg_id: i32) -> Result<Giveaway, String> {
    match e::MessageMedia::from_bytes(raw).map_err(|error| error.to_string())? {
        e::MessageMedia::Giveaway(told) => Ok(running_by(&told, msg_id)),
        _ => Err("it is no giveaway in its bytes".to_owned()),
    }
}

/// Reads again how the giveaway of a message stood.
///
/// # Errors
/// Why it cannot be read.
pub fn reread_info(body: &[u8], msg_id: i32) -> Result<Giveaway, String> {
    let read = e::payments::GiveawayInfo::from_bytes(body).map_err(|error| error.to_string())?;
    Ok(info(&read, msg_id))
}

pub(in crate::telegram) fn info(info: &e::payments::GiveawayInfo, msg_id: i32) -> Giveaway {
    let id = GiveawayId::Message(msg_id);
    match info {
        e::payments::GiveawayInfo::Info(info) => running(info, id),
        e::payments::GiveawayInfo::Results(results) => Giveaway {
            started_at: Some(moment(results.start_date)),
            finished_at: Some(moment(results.finish_date)),
            winners: Some(results.winners_count),
            activated: results.activated_count,
            is_refunded: Some(results.refunded),
            ..Giveaway::new(id, GiveawayState::Finished)
        },
    }
}

const fn state(info: &t::payments::GiveawayInfo) -> GiveawayState {
    if info.preparing_results { GiveawayState::Preparing } else { GiveawayState::Running }
}

fn running(info: &t::payments::GiveawayInfo, id: GiveawayId) -> Giveaway {
    Giveaway { started_at: Some(moment(info.start_date)), ..Giveaway::new(id, state(info)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_giveaway_runs_is_drawn_and_has_results() {
        let running = t::payments::GiveawayInfo {
            participating: false,
            preparing_results: false,
            start_date: 1_700_000_000,
            joined_too_early_date: None,
            admin_disallowed_chat_id: None,
            disallowed_country: None,
        };
        let drawn = t::payments::GiveawayInfo { preparing_results: true, ..running.clone() };
        assert_eq!(info(&running.into(), 5).state, GiveawayState::Running);
        assert_eq!(info(&drawn.into(), 5).state, GiveawayState::Preparing);
        let results = t::payments::GiveawayInfoResults {
            winner: false,
            refunded: true,
            start_date: 1_700_000_000,
            gift_code_slug: None,
            stars_prize: None,
            finish_date: 1_700_700_000,
            winners_count: 0,
            activated_count: None,
        };
        let over = info(&results.into(), 5);
        assert_eq!((over.state, over.is_refunded), (GiveawayState::Finished, Some(true)));
        assert_eq!((over.winners, over.activated), (Some(0), None), "unknown is not zero");
    }
}
