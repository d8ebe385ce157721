//! What Telegram shows around a channel: ads, and channels like it.

use grammers_tl_types::{enums as e, functions as f, types as t};

use super::{Caller, RpcError, entity, peer};
use crate::world::{Ad, Dice, Kind, OTHERS};

/// How many similar channels an account without Premium sees.
const SEEN_WITHOUT_PREMIUM: usize = 5;

/// Least posts between two ads.
const POSTS_BETWEEN: i32 = 5;

pub(crate) fn get_sponsored_messages(
    caller: &Caller<'_>,
    request: f::messages::GetSponsoredMessages,
) -> Result<e::messages::SponsoredMessages, RpcError> {
    if peer::other_peer(caller, &request.peer).is_some() {
        return Ok(e::messages::SponsoredMessages::Empty);
    }
    let channel = peer::channel_peer(caller, &request.peer)?;
    let ads = channel.ads(caller.shared.clock.now());
    if ads.is_empty() {
        return Ok(e::messages::SponsoredMessages::Empty);
    }
    Ok(t::messages::SponsoredMessages {
        posts_between: Some(POSTS_BETWEEN),
        start_delay: None,
        between_delay: None,
        messages: ads.into_iter().map(|(number, ad)| sponsored(number, ad)).collect(),
        chats: Vec::new(),
        users: Vec::new(),
    }
    .into())
}

fn sponsored(number: u64, ad: &Ad) -> e::SponsoredMessage {
    t::SponsoredMessage {
        recommended: false,
        can_report: true,
        random_id: number.to_le_bytes().to_vec(),
        url: ad.url.to_owned(),
        title: ad.title.to_owned(),
        message: ad.text.to_owned(),
        entities: None,
        photo: None,
        media: None,
        color: None,
        button_text: ad.button.to_owned(),
        sponsor_info: ad.sponsor_info.map(str::to_owned),
        additional_info: None,
        min_display_duration: None,
        max_display_duration: None,
    }
    .into()
}

/// Similar public channels, the most similar first. The account has no Premium, so it sees the first few and how many
/// there are.
pub(crate) fn get_channel_recommendations(
    caller: &Caller<'_>,
    request: f::channels::GetChannelRecommendations,
) -> Result<e::messages::Chats, RpcError> {
    let now = caller.shared.clock.now();
    let world = caller.world();
    let other = request.channel.as_ref().and_then(|channel| peer::other(caller, channel));
    let about = match &request.channel {
        Some(channel) if other.is_none() => Some(peer::channel(caller, channel)?.spec),
        _ => None,
    };
    if about.is_some_and(|spec| spec.kind != Kind::Broadcast) {
        return Err(RpcError::new(400, "CHANNEL_INVALID"));
    }
    // Nobody can tell what a channel without a name is like.
    if about.is_some_and(|spec| spec.username.is_none()) {
        return Ok(t::messages::Chats { chats: Vec::new() }.into());
    }
    let about = about.map(|spec| spec.id).or(other.map(|other| other.id)).unwrap_or(0);
    let mut similar: Vec<i64> = OTHERS.iter().map(|other| other.id).filter(|id| *id != about).collect();
    let likeness = |id: i64| Dice::new(world.seed, "similar", about ^ id, 0).number();
    similar.sort_by_key(|id| likeness(*id));
    let seen = similar.iter().take(SEEN_WITHOUT_PREMIUM);
    let chats = seen.filter_map(|id| entity::any_channel(world, *id, now)).collect();
    let count = i32::try_from(similar.len()).unwrap_or(i32::MAX);
    Ok(t::messages::ChatsSlice { count, chats }.into())
}
