//! Boosts: the status, and pages of the list.

use app::model::{Boost, BoostSource, Giveaway, GiveawayId, GiveawayState, TelegramUserId};
use grammers_tl_types::{Deserializable as _, Serializable as _, enums as e, types as t};

use super::salvage::{Salvaged, Unread};
use super::{moment, text};

/// What `premium.getBoostsStatus` says; see [`app::model::BoostStatus`] for the fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoostsSaid {
    /// The level reached.
    pub level: i32,
    /// Boosts that this level takes.
    pub current_level_boosts: i32,
    /// Boosts now.
    pub boosts: i32,
    /// Those of them from gifts and giveaways.
    pub gift_boosts: Option<i32>,
    /// Boosts that the next level takes.
    pub next_level_boosts: Option<i32>,
    /// About how many subscribers have Premium.
    pub premium_subscribers: Option<i64>,
    /// Subscribers.
    pub subscribers: Option<i64>,
    /// Giveaways that are paid for and not launched.
    pub prepaid: Vec<Giveaway>,
}

/// A page of boosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoostsPage {
    /// As how many boosts all of the list count.
    pub total: i32,
    /// Newest first, each with its TL bytes.
    pub boosts: Vec<(Boost, Vec<u8>)>,
    /// Where the next page begins; `None` after the last.
    pub next_offset: Option<String>,
    /// Boosts of the page that cannot be read.
    pub unread: Unread,
}

pub(in crate::telegram) fn status(status: e::premium::BoostsStatus) -> BoostsSaid {
    let e::premium::BoostsStatus::Status(status) = status;
    let audience = status.premium_audience.map(|e::StatsPercentValue::Value(value)| value);
    BoostsSaid {
        level: status.level,
        current_level_boosts: status.current_level_boosts,
        boosts: status.boosts,
        gift_boosts: status.gift_boosts,
        next_level_boosts: status.next_level_boosts,
        premium_subscribers: audience.as_ref().and_then(|audience| whole(audience.part)),
        subscribers: audience.as_ref().and_then(|audience| whole(audience.total)),
        prepaid: status.prepaid_giveaways.unwrap_or_default().iter().map(prepaid).collect(),
    }
}

/// A count that TL writes as a double; absurd ones are unknown.
fn whole(value: f64) -> Option<i64> {
    if !(0.0..=9_007_199_254_740_992.0).contains(&value) {
        return None;
    }
    format!("{value:.0}").parse().ok()
}

fn prepaid(prepaid: &e::PrepaidGiveaway) -> Giveaway {
    match prepaid {
        e::PrepaidGiveaway::Giveaway(told) => Giveaway {
            months: Some(told.months),
            quantity: Some(told.quantity),
            paid_at: Some(moment(told.date)),
            ..Giveaway::new(GiveawayId::Prepaid(told.id), GiveawayState::Prepaid)
        },
        e::PrepaidGiveaway::PrepaidStarsGiveaway(told) => Giveaway {
            stars: Some(told.stars),
            quantity: Some(told.quantity),
            boosts: Some(told.boosts),
            paid_at: Some(moment(told.date)),
            ..Giveaway::new(GiveawayId::Prepaid(told.id), GiveawayState::Prepaid)
        },
    }
}

pub(in crate::telegram) fn page(list: Salvaged<e::premium::BoostsList>) -> BoostsPage {
    let Salvaged { answer: e::premium::BoostsList::List(list), unread } = list;
    let with_bytes = |told: e::Boost| {
        let raw = told.to_bytes();
        let e::Boost::Boost(told) = told;
        (boost(told), raw)
    };
    BoostsPage {
        total: list.count,
        boosts: list.boosts.into_iter().map(with_bytes).collect(),
        next_offset: list.next_offset.filter(|offset| !offset.is_empty()),
        unread,
    }
}

/// Reads the bytes of a boost again.
///
/// # Errors
/// Why they cannot be read.
pub fn reread(raw: &[u8]) -> Result<Boost, String> {
    let e::Boost::Boost(told) = e::Boost::from_bytes(raw).map_err(|error| error.to_string())?;
    Ok(boost(told))
}

/// Reads a status again, as it was kept.
///
/// # Errors
/// Why it cannot be read.
pub fn reread_status(body: &[u8]) -> Result<BoostsSaid, String> {
    Ok(status(e::premium::BoostsStatus::from_bytes(body).map_err(|error| error.to_string())?))
}

/// As TDLib tells sources apart: a giveaway is a gift as well.
fn boost(told: t::Boost) -> Boost {
    let source = match (told.giveaway, told.gift) {
        (true, _) => BoostSource::Giveaway,
        (false, true) => BoostSource::Gift,
        (false, false) => BoostSource::Premium,
    };
    Boost {
        id: text(told.id),
        source,
        user_id: told.user_id.map(TelegramUserId),
        multiplier: told.multiplier.filter(|multiplier| *multiplier > 0).unwrap_or(1),
        stars: told.stars,
        giveaway_msg_id: told.giveaway_msg_id,
        is_unclaimed: told.unclaimed,
        applied_at: moment(told.date),
        expires_at: moment(told.expires),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> t::Boost {
        t::Boost {
            gift: false,
            giveaway: false,
            unclaimed: false,
            id: "b".to_owned(),
            user_id: Some(5),
            giveaway_msg_id: None,
            date: 1_700_000_000,
            expires: 1_702_592_000,
            used_gift_slug: None,
            multiplier: None,
            stars: None,
        }
    }

    #[test]
    fn sources_are_told_apart_and_a_boost_counts_at_least_once() {
        let premium = boost(told());
        assert_eq!((premium.source, premium.multiplier), (BoostSource::Premium, 1));
        let gift = boost(t::Boost { gift: true, multiplier: Some(4), ..told() });
        assert_eq!((gift.source, gift.multiplier), (BoostSource::Gift, 4));
        let won = boost(t::Boost { gift: true, giveaway: true, giveaway_msg_id: Some(9), ..told() });
        assert_eq!((won.source, won.giveaway_msg_id), (BoostSource::Giveaway, Some(9)));
    }

    #[test]
    fn counts_are_whole_and_absurd_ones_unknown() {
        assert_eq!(whole(40_123.0), Some(40_123));
        for absurd in [f64::NAN, f64::INFINITY, -1.0, 1e300] {
            assert_eq!(whole(absurd), None);
        }
    }
}
