//! `help.getAppConfig`: what Telegram tells clients about prices, limits and levels.

use grammers_tl_types::{Serializable, enums as e, functions as f, types as t};
use sha2::{Digest, Sha256};

use super::{Caller, RpcError};
use crate::world::Unit;

enum Value {
    Bool(bool),
    Number(f64),
    Text(&'static str),
    Texts(&'static [&'static str]),
}

use Value::{Bool, Number, Text, Texts};

/// What does not change in this world, as observed at Telegram.
const CONSTANT: &[(&str, Value)] = &[
    ("authorization_autoconfirm_period", Number(604_800.0)),
    ("boosts_channel_level_max", Number(100.0)),
    ("boosts_per_sent_gift", Number(3.0)),
    ("channel_autotranslation_level_min", Number(3.0)),
    ("channel_bg_icon_level_min", Number(4.0)),
    ("channel_color_level_min", Number(5.0)),
    ("channel_custom_wallpaper_level_min", Number(10.0)),
    ("channel_emoji_status_level_min", Number(8.0)),
    ("channel_profile_bg_icon_level_min", Number(7.0)),
    ("channel_restrict_sponsored_level_min", Number(50.0)),
    ("channel_revenue_withdrawal_enabled", Bool(true)),
    ("channel_wallpaper_level_min", Number(9.0)),
    ("giveaway_add_peers_max", Number(10.0)),
    ("giveaway_boosts_per_premium", Number(4.0)),
    ("giveaway_countries_max", Number(10.0)),
    ("giveaway_gifts_purchase_available", Bool(true)),
    ("giveaway_period_max", Number(2_678_400.0)),
    ("group_custom_wallpaper_level_min", Number(10.0)),
    ("group_emoji_status_level_min", Number(8.0)),
    ("group_emoji_stickers_level_min", Number(4.0)),
    ("group_profile_bg_icon_level_min", Number(5.0)),
    ("group_transcribe_level_min", Number(6.0)),
    ("group_wallpaper_level_min", Number(9.0)),
    ("reactions_uniq_max", Number(11.0)),
    ("recommended_channels_limit_default", Number(10.0)),
    ("recommended_channels_limit_premium", Number(100.0)),
    ("stargifts_blocked", Bool(false)),
    ("starref_connect_allowed", Bool(false)),
    ("starref_max_commission_permille", Number(800.0)),
    ("starref_min_commission_permille", Number(1.0)),
    ("starref_program_allowed", Bool(false)),
    ("starref_start_param_prefixes", Texts(&["_tgr_"])),
    ("stars_gifts_enabled", Bool(true)),
    ("stars_paid_message_amount_max", Number(35_000.0)),
    ("stars_paid_message_commission_permille", Number(850.0)),
    ("stars_paid_messages_available", Bool(true)),
    ("stars_paid_messages_channel_amount_default", Number(10.0)),
    ("stars_paid_post_amount_max", Number(25_000.0)),
    ("stars_paid_reaction_amount_max", Number(10_000.0)),
    ("stars_purchase_blocked", Bool(false)),
    ("stars_revenue_withdrawal_max", Number(25_000_000.0)),
    ("stars_revenue_withdrawal_min", Number(1_000.0)),
    ("stars_stargift_resale_amount_max", Number(100_000.0)),
    ("stars_stargift_resale_amount_min", Number(125.0)),
    ("stars_stargift_resale_commission_permille", Number(800.0)),
    ("stars_subscription_amount_max", Number(10_000.0)),
    ("stars_suggested_post_age_min", Number(86_400.0)),
    ("stars_suggested_post_amount_max", Number(100_000.0)),
    ("stars_suggested_post_amount_min", Number(5.0)),
    ("stars_suggested_post_commission_permille", Number(850.0)),
    ("stars_suggested_post_future_max", Number(2_678_400.0)),
    ("stars_suggested_post_future_min", Number(300.0)),
    ("stars_usd_sell_rate_x1000", Number(1_410.0)),
    ("stars_usd_withdraw_rate_x1000", Number(1_300.0)),
    ("ton_blockchain_explorer_url", Text("https://tonviewer.com/")),
    ("ton_proxy_address", Text("magic.org")),
    ("ton_stargift_resale_amount_max", Number(1e14)),
    ("ton_stargift_resale_amount_min", Number(100.0)),
    ("ton_stargift_resale_commission_permille", Number(900.0)),
    ("ton_suggested_post_amount_max", Number(1e13)),
    ("ton_suggested_post_amount_min", Number(1.0)),
    ("ton_suggested_post_commission_permille", Number(850.0)),
    ("ton_topup_url", Text("https://fragment.com/ads/topup")),
];

/// The hash changes with the rate of the day.
pub(crate) fn get_app_config(
    caller: &Caller<'_>,
    request: f::help::GetAppConfig,
) -> Result<e::help::AppConfig, RpcError> {
    let rate = caller.world().usd_rate(Unit::Ton, caller.shared.clock.now());
    let mut value: Vec<_> = CONSTANT.iter().map(|(key, value)| entry(key, json(value))).collect();
    value.push(entry("ton_usd_rate", json(&Number(rate))));
    let config: e::Jsonvalue = t::JsonObject { value }.into();
    let hash = hash(&config);
    if hash == request.hash {
        return Ok(e::help::AppConfig::NotModified);
    }
    Ok(t::help::AppConfig { hash, config }.into())
}

/// Never 0, which is what a client sends that has nothing yet.
fn hash(config: &e::Jsonvalue) -> i32 {
    let digest: [u8; 32] = Sha256::digest(config.to_bytes()).into();
    i32::from_le_bytes([digest[0], digest[1], digest[2], digest[3]]) & i32::MAX | 1
}

fn entry(key: &str, value: e::Jsonvalue) -> e::JsonobjectValue {
    t::JsonObjectValue { key: key.to_owned(), value }.into()
}

fn json(value: &Value) -> e::Jsonvalue {
    match value {
        Bool(value) => t::JsonBool { value: *value }.into(),
        Number(value) => t::JsonNumber { value: *value }.into(),
        Text(value) => text(value),
        Texts(values) => t::JsonArray { value: values.iter().map(|value| text(value)).collect() }.into(),
    }
}

fn text(value: &str) -> e::Jsonvalue {
    t::JsonString { value: value.to_owned() }.into()
}
