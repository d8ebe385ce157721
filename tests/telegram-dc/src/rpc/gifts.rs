//! `payments.getSavedStarGifts`: gifts to a channel.

use grammers_tl_types::{enums as e, functions as f, types as t};

use super::transaction::seconds;
use super::{Caller, RpcError, entity, peer};
use crate::HOME_DC;
use crate::world::{Dice, Gift, GiftKind, Role};

/// No more at once.
const MOST: usize = 100;

/// For so many seconds a gift can be turned into Stars.
const CONVERT_SECONDS: i64 = 90 * 86_400;

pub(crate) fn get_saved_star_gifts(
    caller: &Caller<'_>,
    request: f::payments::GetSavedStarGifts,
) -> Result<e::payments::SavedStarGifts, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel_peer(caller, &request.peer)?;
    if request.collection_id.is_some() {
        return Err(RpcError::new(400, "COLLECTION_ID_INVALID"));
    }
    let ours = channel.role(now) != Role::Member;
    let mut gifts = channel.gifts(now);
    gifts.retain(|gift| (ours || gift.saved) && is_wanted(&request, gift));
    gifts.reverse();
    if request.sort_by_value {
        gifts.sort_by_key(|gift| std::cmp::Reverse(gift.kind.stars));
    }
    let start = match request.offset.as_str() {
        "" => 0,
        offset => {
            let place = gifts.iter().position(|gift| cursor(gift) == offset);
            place.ok_or_else(|| RpcError::new(400, "OFFSET_INVALID"))? + 1
        }
    };
    let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, MOST);
    let page = &gifts[start..gifts.len().min(start + limit)];
    let next_offset = page.last().filter(|_| start + page.len() < gifts.len()).map(cursor);
    let owner = channel.role(now) == Role::Owner;
    let givers = page.iter().filter(|gift| ours || !gift.name_hidden).map(|gift| gift.from);
    Ok(t::payments::SavedStarGifts {
        count: i32::try_from(gifts.len()).unwrap_or(i32::MAX),
        chat_notifications_enabled: owner.then_some(true),
        next_offset,
        chats: vec![entity::channel(&channel, now)],
        users: entity::users(caller.world(), givers),
        gifts: page.iter().map(|gift| saved(gift, ours, now.as_second())).collect(),
    }
    .into())
}

fn cursor(gift: &Gift) -> String {
    format!("g{:x}", gift.id)
}

/// No gift has been made one of a kind, so filters for such ones leave all or none.
fn is_wanted(request: &f::payments::GetSavedStarGifts, gift: &Gift) -> bool {
    let (limited, upgradable) = (gift.kind.limited_to.is_some(), gift.kind.upgrade_stars.is_some());
    !(request.exclude_unsaved && !gift.saved
        || request.exclude_saved && gift.saved
        || request.exclude_unlimited && !limited
        || request.exclude_upgradable && upgradable
        || request.exclude_unupgradable && !upgradable
        || request.peer_color_available)
}

/// Who gave a gift in secret is told only to the channel.
fn saved(gift: &Gift, ours: bool, now: i64) -> e::SavedStarGift {
    let told = ours || !gift.name_hidden;
    let convertible = ours && gift.date + CONVERT_SECONDS > now;
    let text = |text: &str| t::TextWithEntities { text: text.to_owned(), entities: Vec::new() }.into();
    t::SavedStarGift {
        name_hidden: gift.name_hidden,
        unsaved: !gift.saved,
        refunded: false,
        can_upgrade: gift.kind.upgrade_stars.is_some(),
        pinned_to_top: false,
        upgrade_separate: false,
        from_id: told.then(|| entity::peer_user(gift.from)),
        date: seconds(gift.date),
        gift: star_gift(gift.kind),
        message: gift.message.filter(|_| told).map(text),
        msg_id: None,
        saved_id: ours.then_some(gift.id),
        convert_stars: convertible.then_some(i64::from(gift.kind.convert_stars)),
        upgrade_stars: None,
        can_export_at: None,
        transfer_stars: None,
        can_transfer_at: None,
        can_resell_at: None,
        collection_id: None,
        prepaid_upgrade_hash: None,
        drop_original_details_stars: None,
        gift_num: None,
        can_craft_at: None,
    }
    .into()
}

pub(crate) fn star_gift(kind: &GiftKind) -> e::StarGift {
    t::StarGift {
        limited: kind.limited_to.is_some(),
        sold_out: false,
        birthday: false,
        require_premium: false,
        limited_per_user: false,
        peer_color_available: false,
        auction: false,
        id: kind.id,
        sticker: sticker(kind),
        stars: i64::from(kind.stars),
        availability_remains: kind.limited_to.map(|total| total / 3),
        availability_total: kind.limited_to,
        availability_resale: None,
        convert_stars: i64::from(kind.convert_stars),
        first_sale_date: None,
        last_sale_date: None,
        upgrade_stars: kind.upgrade_stars.map(i64::from),
        resell_min_stars: None,
        title: None,
        released_by: None,
        per_user_total: None,
        per_user_remains: None,
        locked_until_date: None,
        auction_slug: None,
        gifts_per_round: None,
        auction_start_date: None,
        upgrade_variants: None,
        background: None,
    }
    .into()
}

fn sticker(kind: &GiftKind) -> e::Document {
    let mut dice = Dice::new(0, "gift sticker", kind.id, 0);
    let sticker = t::DocumentAttributeSticker {
        mask: false,
        alt: kind.emoji.to_owned(),
        stickerset: e::InputStickerSet::Empty,
        mask_coords: None,
    };
    t::Document {
        id: dice.number().cast_signed(),
        access_hash: dice.number().cast_signed(),
        file_reference: dice.number().to_le_bytes().to_vec(),
        date: 1_728_000_000,
        mime_type: "application/x-tgsticker".to_owned(),
        size: 30_000,
        thumbs: None,
        video_thumbs: None,
        dc_id: HOME_DC,
        attributes: vec![
            t::DocumentAttributeImageSize { w: 512, h: 512 }.into(),
            sticker.into(),
            t::DocumentAttributeFilename { file_name: "AnimatedSticker.tgs".to_owned() }.into(),
        ],
    }
    .into()
}
