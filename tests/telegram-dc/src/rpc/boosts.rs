//! `premium.*`: boosts and levels.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::transaction::seconds;
use super::{Caller, RpcError, entity, peer, users};
use crate::world::boost::{self, Boost, Source, Used};
use crate::world::giveaway::{self, Prepaid, Prize};
use crate::world::{Channel, Role, SELF_ID};

/// No more at once.
const MOST: usize = 100;

/// A boost stays where it is for so many seconds.
const COOLDOWN: i64 = 86_400;

/// The boosts that count now, newest first.
fn active(channel: &Channel<'_>, now: Timestamp) -> Vec<Boost> {
    let mut boosts = boost::until(channel, now);
    boosts.retain(|boost| boost.is_active(now.as_second()));
    boosts
}

pub(crate) fn get_boosts_status(
    caller: &Caller<'_>,
    request: f::premium::GetBoostsStatus,
) -> Result<e::premium::BoostsStatus, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel_peer(caller, &request.peer)?;
    let admin = channel.role(now) != Role::Member;
    let boosts = active(&channel, now);
    let total = boost::total(&boosts);
    let (level, from, next) = boost::level(total);
    let slots = own_slots(caller, channel.spec.id);
    let prepaid: Vec<_> = giveaway::prepaid(&channel, now).iter().map(prepaid).collect();
    let gifts = boost::total(boosts.iter().filter(|boost| boost.is_gift()));
    Ok(t::premium::BoostsStatus {
        my_boost: !slots.is_empty(),
        level: count(level),
        current_level_boosts: count(from),
        boosts: count(total),
        gift_boosts: admin.then(|| count(gifts)),
        next_level_boosts: next.map(count),
        premium_audience: admin.then(|| audience(&channel, now)),
        boost_url: url(&channel),
        prepaid_giveaways: (admin && !prepaid.is_empty()).then_some(prepaid),
        my_boost_slots: (!slots.is_empty()).then_some(slots),
    }
    .into())
}

fn count(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

fn own_slots(caller: &Caller<'_>, channel: i64) -> Vec<i32> {
    let slots = boost::slots(caller.world(), caller.shared.clock.now().as_second());
    let here = |used: Option<Used>| used.is_some_and(|used| used.channel == channel);
    slots.into_iter().filter(|(_, used)| here(*used)).map(|(slot, _)| slot).collect()
}

fn url(channel: &Channel<'_>) -> String {
    match channel.main_name() {
        Some(name) => format!("https://t.me/boost/{name}"),
        None => format!("https://t.me/boost?c={}", channel.spec.id),
    }
}

fn audience(channel: &Channel<'_>, now: Timestamp) -> e::StatsPercentValue {
    let total = entity::subscribers(channel, now);
    let part = boost::premium_subscribers(channel, u64::try_from(total).unwrap_or(0));
    let part = f64::from(u32::try_from(part).unwrap_or(u32::MAX));
    t::StatsPercentValue { part, total: f64::from(total) }.into()
}

fn prepaid(prepaid: &Prepaid) -> e::PrepaidGiveaway {
    let (id, quantity, date) = (prepaid.id, count(prepaid.quantity), seconds(prepaid.date));
    match prepaid.prize {
        Prize::Premium { months } => t::PrepaidGiveaway { id, months: count(months), quantity, date }.into(),
        Prize::Stars { stars, boosts } => {
            let (stars, boosts) = (i64::from(stars), count(boosts));
            t::PrepaidStarsGiveaway { id, stars, quantity, boosts, date }.into()
        }
    }
}

/// The boosts that count, for administrators, newest first. `count` is how many they count as.
pub(crate) fn get_boosts_list(
    caller: &Caller<'_>,
    request: f::premium::GetBoostsList,
) -> Result<e::premium::BoostsList, RpcError> {
    let now = caller.shared.clock.now();
    let channel = of_admin(caller, &request.peer)?;
    let mut boosts = active(&channel, now);
    boosts.retain(|boost| !request.gifts || boost.is_gift());
    let total = boost::total(&boosts);
    let start = match request.offset.as_str() {
        "" => 0,
        offset => {
            let place = place(offset).ok_or_else(|| RpcError::new(400, "OFFSET_INVALID"))?;
            // What expires between two pages does not move the second.
            boosts.partition_point(|boost| (boost.date, boost.id.as_str()) >= place)
        }
    };
    let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, MOST);
    let page = &boosts[start..boosts.len().min(start + limit)];
    let next_offset = page.last().filter(|_| start + page.len() < boosts.len());
    let next_offset = next_offset.map(|boost| format!("{}_{}", boost.date, boost.id));
    Ok(t::premium::BoostsList { next_offset, ..list(caller, total, page) }.into())
}

fn place(offset: &str) -> Option<(i64, &str)> {
    let (date, id) = offset.split_once('_')?;
    Some((date.parse().ok()?, id))
}

pub(crate) fn get_user_boosts(
    caller: &Caller<'_>,
    request: f::premium::GetUserBoosts,
) -> Result<e::premium::BoostsList, RpcError> {
    let channel = of_admin(caller, &request.peer)?;
    let user = users::find(caller, &request.user_id)?.id();
    let mut boosts = active(&channel, caller.shared.clock.now());
    boosts.retain(|boost| boost.user == Some(user));
    Ok(list(caller, boost::total(&boosts), &boosts).into())
}

fn of_admin<'a>(caller: &'a Caller<'_>, input: &e::InputPeer) -> Result<Channel<'a>, RpcError> {
    let channel = peer::channel_peer(caller, input)?;
    match channel.role(caller.shared.clock.now()) {
        Role::Member => Err(RpcError::new(400, "CHAT_ADMIN_REQUIRED")),
        Role::Admin | Role::Owner => Ok(channel),
    }
}

fn list(caller: &Caller<'_>, total: u32, page: &[Boost]) -> t::premium::BoostsList {
    let now = caller.shared.clock.now().as_second();
    t::premium::BoostsList {
        count: count(total),
        boosts: page.iter().map(|boost| described(boost, now)).collect(),
        next_offset: None,
        users: users::known(caller, page.iter().filter_map(|boost| boost.user)),
    }
}

/// A code is told once it was used, or to whom it belongs.
fn described(boost: &Boost, now: i64) -> e::Boost {
    let mut told = t::Boost {
        gift: false,
        giveaway: false,
        unclaimed: false,
        id: boost.id.clone(),
        user_id: boost.user,
        giveaway_msg_id: None,
        date: seconds(boost.date),
        expires: seconds(boost.expires),
        used_gift_slug: None,
        multiplier: (boost.multiplier > 1).then(|| count(boost.multiplier)),
        stars: None,
    };
    let used = |at: &Option<i64>| at.is_some_and(|at| at <= now);
    match &boost.source {
        Source::Premium => {}
        Source::Gift { slug, used_at } => {
            told.gift = true;
            told.unclaimed = !used(used_at);
            told.used_gift_slug = used(used_at).then(|| slug.clone());
        }
        Source::Giveaway { post, unclaimed, slug, used_at, stars } => {
            told.giveaway = true;
            told.giveaway_msg_id = Some(*post);
            told.unclaimed = *unclaimed;
            told.used_gift_slug = slug.clone().filter(|_| used(used_at));
            told.stars = stars.map(i64::from);
        }
    }
    told.into()
}

/// The account's slots, used and free.
pub(crate) fn get_my_boosts(
    caller: &Caller<'_>,
    _: f::premium::GetMyBoosts,
) -> Result<e::premium::MyBoosts, RpcError> {
    let world = caller.world();
    let now = caller.shared.clock.now();
    let slots = boost::slots(world, now.as_second());
    let boosted = slots.iter().filter_map(|(_, used)| used.map(|used| used.channel));
    Ok(t::premium::MyBoosts {
        chats: entity::channels(world, boosted, now),
        users: users::known(caller, [SELF_ID]),
        my_boosts: slots.into_iter().map(|(slot, used)| slot_of(slot, used, now.as_second())).collect(),
    }
    .into())
}

fn slot_of(slot: i32, used: Option<Used>, now: i64) -> e::MyBoost {
    let (date, expires) = used.map_or((0, 0), |used| (used.date, used.expires));
    let cooldown = used.map(|_| date + COOLDOWN).filter(|until| *until > now);
    t::MyBoost {
        slot,
        peer: used.map(|used| entity::peer_channel(used.channel)),
        date: seconds(date),
        expires: seconds(expires),
        cooldown_until_date: cooldown.map(seconds),
    }
    .into()
}
