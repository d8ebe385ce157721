//! `starsTransaction`: what Telegram says about a row of a ledger.

use grammers_tl_types::{enums as e, types as t};

use super::{entity, gifts, revenue};
use crate::HOME_DC;
use crate::world::subscription::PERIOD_SECONDS;
use crate::world::{Channel, Dice, Row, RowKind, RowState, Unit};

/// The person or bot a row has to do with.
pub(crate) fn party(row: &Row) -> Option<i64> {
    match row.kind {
        RowKind::Reaction { user, .. }
        | RowKind::Subscription { user }
        | RowKind::PaidMessage { user, .. }
        | RowKind::LiveMessage { user, .. }
        | RowKind::SuggestedPost { user }
        | RowKind::GiftConverted { user, .. }
        | RowKind::PaidMedia { user, .. }
        | RowKind::PaidMediaRefund { user, .. }
        | RowKind::AffiliateCommission { bot: user, .. } => Some(user),
        _ => None,
    }
}

fn peer(row: &Row) -> e::StarsTransactionPeer {
    match (&row.kind, party(row)) {
        (_, Some(user)) => {
            e::StarsTransactionPeer::Peer(t::StarsTransactionPeer { peer: entity::peer_user(user) })
        }
        (RowKind::AdsProceeds { .. } | RowKind::AdsSpending, _) => e::StarsTransactionPeer::Ads,
        (RowKind::Unsupported, _) => e::StarsTransactionPeer::Unsupported,
        _ => e::StarsTransactionPeer::Fragment,
    }
}

pub(crate) fn of(channel: &Channel<'_>, unit: Unit, row: &Row) -> t::StarsTransaction {
    let mut transaction = plain(unit, row);
    match &row.kind {
        RowKind::AdsProceeds { from, to } => {
            transaction.ads_proceeds_from_date = Some(seconds(*from));
            transaction.ads_proceeds_to_date = Some(seconds(*to));
        }
        RowKind::Withdrawal { state: RowState::Pending } => transaction.pending = true,
        RowKind::Withdrawal { state: RowState::Failed } => transaction.failed = true,
        RowKind::Withdrawal { state: RowState::Succeeded { at, url } } => {
            transaction.transaction_date = Some(seconds(*at));
            transaction.transaction_url = Some(url.clone());
        }
        RowKind::WithdrawalRefund | RowKind::AdsSpending | RowKind::Unsupported => {}
        RowKind::Reaction { post, .. } => {
            transaction.reaction = true;
            transaction.msg_id = Some(*post);
        }
        RowKind::Subscription { .. } => {
            transaction.subscription_period = i32::try_from(PERIOD_SECONDS).ok();
        }
        RowKind::PaidMessage { commission_permille, commission_nano, user } => {
            paid_message(&mut transaction, *user, *commission_permille, *commission_nano);
        }
        RowKind::LiveMessage { commission_permille, commission_nano, user, reaction } => {
            paid_message(&mut transaction, *user, *commission_permille, *commission_nano);
            transaction.phonegroup_message = true;
            transaction.reaction = *reaction;
        }
        RowKind::AffiliateCommission { commission_permille, .. } => {
            transaction.starref_commission_permille = Some(*commission_permille);
        }
        RowKind::SuggestedPost { .. } => transaction.paid_messages = Some(1),
        RowKind::GiftConverted { gift, .. } => {
            transaction.stargift = channel.world.gift(*gift).map(gifts::star_gift);
        }
        RowKind::PaidMedia { post, .. } | RowKind::PaidMediaRefund { post, .. } => {
            transaction.msg_id = Some(*post);
            transaction.extended_media = Some(vec![sold(channel, *post)]);
        }
    }
    transaction
}

/// Where the "affiliate" is Telegram itself: the amount is what the channel gets, the rest is Telegram's.
fn paid_message(transaction: &mut t::StarsTransaction, user: i64, permille: i32, nano: i128) {
    transaction.paid_messages = Some(1);
    transaction.starref_commission_permille = Some(permille);
    transaction.starref_peer = Some(entity::peer_user(user));
    transaction.starref_amount = Some(revenue::amount(Unit::Stars, nano));
}

/// The photo that was paid for.
fn sold(channel: &Channel<'_>, post: i32) -> e::MessageMedia {
    let mut dice = Dice::new(channel.world.seed, "sold photo", channel.spec.id, post.cast_unsigned());
    let photo = t::Photo {
        has_stickers: false,
        id: dice.number().cast_signed(),
        access_hash: dice.number().cast_signed(),
        file_reference: dice.number().to_le_bytes().to_vec(),
        date: seconds(crate::world::midnight(channel.world.first_day)),
        sizes: vec![t::PhotoSize { r#type: "x".to_owned(), w: 800, h: 600, size: 81_234 }.into()],
        video_sizes: None,
        dc_id: HOME_DC,
    };
    let photo = Some(photo.into());
    t::MessageMediaPhoto { spoiler: false, live_photo: false, photo, ttl_seconds: None, video: None }.into()
}

fn plain(unit: Unit, row: &Row) -> t::StarsTransaction {
    t::StarsTransaction {
        refund: row.is_refund(),
        pending: false,
        failed: false,
        gift: false,
        reaction: false,
        stargift_upgrade: false,
        business_transfer: false,
        stargift_resale: false,
        posts_search: false,
        stargift_prepaid_upgrade: false,
        stargift_drop_original_details: false,
        phonegroup_message: false,
        stargift_auction_bid: false,
        offer: false,
        id: row.id.clone(),
        amount: revenue::amount(unit, row.nano),
        date: seconds(row.date),
        peer: peer(row),
        title: None,
        description: None,
        photo: None,
        transaction_date: None,
        transaction_url: None,
        bot_payload: None,
        msg_id: None,
        extended_media: None,
        subscription_period: None,
        giveaway_post_id: None,
        stargift: None,
        floodskip_number: None,
        starref_commission_permille: None,
        starref_peer: None,
        starref_amount: None,
        paid_messages: None,
        premium_gift_months: None,
        ads_proceeds_from_date: None,
        ads_proceeds_to_date: None,
    }
}

/// Unix seconds as Telegram writes them.
pub(crate) fn seconds(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
