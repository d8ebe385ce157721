//! Premium as a gift: codes, and what giveaways cost.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::transaction::seconds;
use super::{Caller, RpcError, entity, peer};
use crate::world::boost::{self, Source};
use crate::world::giveaway::{self, Prize};
use crate::world::{Channel, Role};

/// A code that somebody of the world has been given.
struct Code {
    channel: i64,
    giveaway: Option<i32>,
    to: i64,
    date: i64,
    days: i32,
    used_at: Option<i64>,
    expires: i64,
}

pub(crate) fn check_gift_code(
    caller: &Caller<'_>,
    request: f::payments::CheckGiftCode,
) -> Result<e::payments::CheckedGiftCode, RpcError> {
    let world = caller.world();
    let now = caller.shared.clock.now();
    let code = world.channels().find_map(|channel| find(&channel, &request.slug, now));
    let code = code.ok_or_else(|| RpcError::new(400, "GIFT_SLUG_INVALID"))?;
    let used_at = code.used_at.filter(|at| *at <= now.as_second());
    if used_at.is_none() && code.expires <= now.as_second() {
        return Err(RpcError::new(400, "GIFT_SLUG_EXPIRED"));
    }
    Ok(t::payments::CheckedGiftCode {
        via_giveaway: code.giveaway.is_some(),
        from_id: Some(entity::peer_channel(code.channel)),
        giveaway_msg_id: code.giveaway,
        to_id: Some(code.to),
        date: seconds(code.date),
        days: code.days,
        used_date: used_at.map(seconds),
        chats: entity::channels(world, [code.channel], now),
        users: entity::users(world, [code.to]),
    }
    .into())
}

/// Codes are good as long as the boost that comes with them.
fn find(channel: &Channel<'_>, slug: &str, now: Timestamp) -> Option<Code> {
    let days = |from: i64, to: i64| i32::try_from((to - from) / 86_400).unwrap_or(i32::MAX);
    let boosts = boost::until(channel, now);
    let gift = boosts.iter().find_map(|boost| match &boost.source {
        Source::Gift { slug: its, used_at } if its == slug => Some(Code {
            channel: channel.spec.id,
            giveaway: None,
            to: boost.user?,
            date: boost.date,
            days: days(boost.date, boost.expires),
            used_at: *used_at,
            expires: boost.expires,
        }),
        _ => None,
    });
    gift.or_else(|| {
        giveaway::until(channel, now).iter().find_map(|giveaway| {
            let Prize::Premium { months } = giveaway.prize else { return None };
            let date = giveaway.finished(now.as_second())?;
            let winner = giveaway.winners(channel).into_iter().find(|winner| winner.slug == slug)?;
            let days = i32::try_from(months * 30).ok()?;
            Some(Code {
                channel: channel.spec.id,
                giveaway: Some(giveaway.post()),
                to: winner.user,
                date,
                days,
                used_at: winner.used_at,
                expires: giveaway.started + i64::from(days) * 86_400,
            })
        })
    })
}

/// What Premium costs: users, months, cents.
const PREMIUM: [(i32, i32, i64); 6] =
    [(1, 3, 1_299), (1, 6, 1_799), (1, 12, 3_299), (10, 3, 12_990), (10, 6, 17_990), (25, 12, 82_475)];

pub(crate) fn get_premium_gift_code_options(
    caller: &Caller<'_>,
    request: f::payments::GetPremiumGiftCodeOptions,
) -> Result<Vec<e::PremiumGiftCodeOption>, RpcError> {
    if let Some(input) = &request.boost_peer {
        let channel = peer::channel_peer(caller, input)?;
        if channel.role(caller.shared.clock.now()) == Role::Member {
            return Err(RpcError::new(400, "CHAT_ADMIN_REQUIRED"));
        }
    }
    let option = |(users, months, amount)| {
        let (store_product, store_quantity, currency) = (None, None, "EUR".to_owned());
        t::PremiumGiftCodeOption { users, months, store_product, store_quantity, currency, amount }.into()
    };
    Ok(PREMIUM.into_iter().map(option).collect())
}

/// What giveaways of Stars cost: Stars, boosts for a year, cents.
const STARS: [(i64, i32, i64); 3] = [(2_500, 10, 4_999), (5_000, 20, 9_999), (25_000, 100, 49_999)];

pub(crate) fn get_stars_giveaway_options(
    _: &Caller<'_>,
    _: f::payments::GetStarsGiveawayOptions,
) -> Result<Vec<e::StarsGiveawayOption>, RpcError> {
    let option = |(stars, yearly_boosts, amount): (i64, i32, i64)| {
        let winners = [1, 10, 50].map(|users: i32| {
            let per_user_stars = stars / i64::from(users);
            t::StarsGiveawayWinnersOption { default: users == 10, users, per_user_stars }.into()
        });
        t::StarsGiveawayOption {
            extended: stars == 25_000,
            default: stars == 5_000,
            stars,
            yearly_boosts,
            store_product: None,
            currency: "EUR".to_owned(),
            amount,
            winners: winners.to_vec(),
        }
        .into()
    };
    Ok(STARS.into_iter().map(option).collect())
}
