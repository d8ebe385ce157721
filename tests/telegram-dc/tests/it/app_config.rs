//! What Telegram tells clients about prices, limits and levels.

use std::collections::BTreeMap;

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::SignedDuration;
use telegram_dc::HOME_DC;

use crate::client::*;

async fn config(client: &Client) -> (i32, BTreeMap<String, e::Jsonvalue>) {
    let e::help::AppConfig::Config(answer) = client.home(&f::help::GetAppConfig { hash: 0 }).await else {
        panic!("no configuration")
    };
    let e::Jsonvalue::JsonObject(object) = answer.config else { panic!("{:?}", answer.config) };
    let entries =
        object.value.into_iter().map(|e::JsonobjectValue::JsonObjectValue(entry)| (entry.key, entry.value));
    (answer.hash, entries.collect())
}

fn number(config: &BTreeMap<String, e::Jsonvalue>, key: &str) -> f64 {
    match &config[key] {
        e::Jsonvalue::JsonNumber(number) => number.value,
        other => panic!("{key}: {other:?}"),
    }
}

#[tokio::test]
async fn it_holds_what_was_observed_at_telegram() {
    let centre = world().await;
    let (_, config) = config(&Client::ready(&centre)).await;
    for (key, expected) in [
        ("boosts_channel_level_max", 100.0),
        ("channel_restrict_sponsored_level_min", 50.0),
        ("channel_autotranslation_level_min", 3.0),
        ("giveaway_boosts_per_premium", 4.0),
        ("giveaway_period_max", 2_678_400.0),
        ("stars_revenue_withdrawal_min", 1_000.0),
        ("stars_revenue_withdrawal_max", 25_000_000.0),
        ("stars_usd_withdraw_rate_x1000", 1_300.0),
        ("stars_usd_sell_rate_x1000", 1_410.0),
        ("stars_paid_message_commission_permille", 850.0),
        ("ton_suggested_post_amount_max", 1e13),
    ] {
        assert!((number(&config, key) - expected).abs() < f64::EPSILON, "{key}: {:?}", config[key]);
    }
    assert_eq!(config["channel_revenue_withdrawal_enabled"], t::JsonBool { value: true }.into());
    let address = t::JsonString { value: "https://fragment.com/ads/topup".to_owned() };
    assert_eq!(config["ton_topup_url"], address.into());
    let prefix = t::JsonString { value: "_tgr_".to_owned() }.into();
    assert_eq!(config["starref_start_param_prefixes"], t::JsonArray { value: vec![prefix] }.into());
}

#[tokio::test]
async fn it_is_the_same_until_the_rate_of_the_day_changes() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let (hash, today) = config(&client).await;
    let again = f::help::GetAppConfig { hash };
    assert_eq!(client.home(&again).await, e::help::AppConfig::NotModified);
    let request =
        f::payments::GetStarsRevenueStats { dark: false, ton: true, peer: input_peer(&centre, NEWS) };
    let e::payments::StarsRevenueStats::Stats(stats) = client.home(&request).await;
    assert!((number(&today, "ton_usd_rate") - stats.usd_rate).abs() < f64::EPSILON);
    centre.clock().advance(SignedDuration::from_hours(24));
    assert_ne!(client.home(&again).await, e::help::AppConfig::NotModified);
    let (other, tomorrow) = config(&client).await;
    assert_ne!(hash, other);
    assert!((number(&tomorrow, "ton_usd_rate") - number(&today, "ton_usd_rate")).abs() > 1e-6);
}

#[tokio::test]
async fn it_is_for_users_only() {
    let centre = world().await;
    let client = Client::spare(&centre, 0);
    let refused = rpc_error(client.invoke(HOME_DC, &f::help::GetAppConfig { hash: 0 }).await);
    assert_eq!(refused.1, "AUTH_KEY_UNREGISTERED");
}
