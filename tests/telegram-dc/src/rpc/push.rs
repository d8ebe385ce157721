//! Updates that nobody asked for.

use grammers_tl_types::{Serializable, enums as e, types as t};
use jiff::Timestamp;

use super::{entity, mention, revenue, updates};
use crate::world::{Channel, Role, Unit, World};

/// If more posts than this were made, the client is told to catch up by itself.
const MOST_POSTS: usize = 100;

/// What happened between two moments, as serialised `Updates`: new posts and changed balances.
pub(crate) fn news(world: &World, since: Timestamp, now: Timestamp) -> Vec<Vec<u8>> {
    let posts: Vec<_> = world.channels().filter_map(|channel| new_posts(&channel, since, now)).collect();
    let mut news: Vec<_> = if posts.iter().map(|one| one.updates.len()).sum::<usize>() > MOST_POSTS {
        vec![e::Updates::TooLong.to_bytes()]
    } else {
        posts.into_iter().map(|updates| e::Updates::Updates(updates).to_bytes()).collect()
    };
    for channel in world.channels() {
        for unit in [Unit::Ton, Unit::Stars] {
            if earns(&channel, unit, now) && channel.balances(unit, since) != channel.balances(unit, now) {
                news.extend(balance(&channel, unit, now));
            }
        }
    }
    news
}

fn new_posts(channel: &Channel<'_>, since: Timestamp, now: Timestamp) -> Option<t::Updates> {
    let messages = updates::posts_after(channel, now, |_, date| date > since.as_second());
    let told: Vec<_> = messages.iter().map(|(_, message)| message.clone()).collect();
    let (chats, users) = mention::in_messages(channel.world, &told, now);
    let updates: Vec<_> = messages
        .into_iter()
        .map(|(pts, message)| t::UpdateNewChannelMessage { message, pts, pts_count: 1 }.into())
        .collect();
    (!updates.is_empty()).then(|| t::Updates { updates, users, chats, date: seconds(now), seq: 0 })
}

fn earns(channel: &Channel<'_>, unit: Unit, now: Timestamp) -> bool {
    let earns = match unit {
        Unit::Ton => channel.spec.ads_permille > 0,
        Unit::Stars => channel.spec.stars,
    };
    earns && channel.role(now) == Role::Owner
}

/// The balance as it is now, unless the account has none to see.
pub(crate) fn balance(channel: &Channel<'_>, unit: Unit, now: Timestamp) -> Option<Vec<u8>> {
    if !earns(channel, unit, now) {
        return None;
    }
    let status = revenue::status(unit, &channel.balances(unit, now));
    let peer = entity::peer_channel(channel.spec.id);
    Some(short(t::UpdateStarsRevenueStatus { peer, status }.into(), now))
}

/// A message from Telegram itself.
pub(crate) fn service_notification(kind: &str, text: &str, now: Timestamp) -> Vec<u8> {
    let notification = t::UpdateServiceNotification {
        popup: false,
        invert_media: false,
        inbox_date: Some(seconds(now)),
        r#type: kind.to_owned(),
        message: text.to_owned(),
        media: e::MessageMedia::Empty,
        entities: Vec::new(),
    };
    short(notification.into(), now)
}

/// A QR code was scanned.
pub(crate) fn login_token(now: Timestamp) -> Vec<u8> {
    short(e::Update::LoginToken, now)
}

fn short(update: e::Update, now: Timestamp) -> Vec<u8> {
    e::Updates::UpdateShort(t::UpdateShort { update, date: seconds(now) }).to_bytes()
}

fn seconds(moment: Timestamp) -> i32 {
    i32::try_from(moment.as_second()).unwrap_or(i32::MAX)
}
