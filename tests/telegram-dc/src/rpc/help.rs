//! `help.*`.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::{Caller, RpcError};
use crate::HOME_DC;

/// The data centres of this world and ordinary values for everything else.
pub(crate) fn get_config(caller: &Caller<'_>, _: f::help::GetConfig) -> Result<e::Config, RpcError> {
    let now = caller.shared.dcs.get(&caller.dc).map_or_else(Timestamp::now, |dc| dc.now());
    let now = i32::try_from(now.as_second()).unwrap_or(i32::MAX);
    let dc_options = caller
        .shared
        .addresses
        .iter()
        .map(|(id, address)| {
            e::DcOption::Option(t::DcOption {
                ipv6: address.is_ipv6(),
                media_only: false,
                tcpo_only: false,
                cdn: false,
                r#static: true,
                this_port_only: true,
                id: *id,
                ip_address: address.ip().to_string(),
                port: i32::from(address.port()),
                secret: None,
            })
        })
        .collect();
    Ok(e::Config::Config(t::Config {
        default_p2p_contacts: true,
        preload_featured_stickers: false,
        revoke_pm_inbox: true,
        blocked_mode: false,
        force_try_ipv6: false,
        date: now,
        expires: now.saturating_add(3600),
        test_mode: false,
        this_dc: caller.dc,
        dc_options,
        dc_txt_domain_name: String::new(),
        chat_size_max: 200,
        megagroup_size_max: 200_000,
        forwarded_count_max: 100,
        online_update_period_ms: 210_000,
        offline_blur_timeout_ms: 5_000,
        offline_idle_timeout_ms: 30_000,
        online_cloud_timeout_ms: 300_000,
        notify_cloud_delay_ms: 30_000,
        notify_default_delay_ms: 1_500,
        push_chat_period_ms: 60_000,
        push_chat_limit: 2,
        edit_time_limit: 172_800,
        revoke_time_limit: i32::MAX,
        revoke_pm_time_limit: i32::MAX,
        rating_e_decay: 2_419_200,
        stickers_recent_limit: 200,
        channels_read_media_period: 604_800,
        tmp_sessions: None,
        call_receive_timeout_ms: 20_000,
        call_ring_timeout_ms: 90_000,
        call_connect_timeout_ms: 30_000,
        call_packet_timeout_ms: 10_000,
        me_url_prefix: "https://t.me/".to_owned(),
        autoupdate_url_prefix: None,
        gif_search_username: None,
        venue_search_username: None,
        img_search_username: None,
        static_maps_provider: None,
        caption_length_max: 1_024,
        message_length_max: 4_096,
        webfile_dc_id: HOME_DC,
        suggested_lang_code: None,
        lang_pack_version: None,
        base_lang_pack_version: None,
        reactions_default: None,
        autologin_token: None,
    }))
}

pub(crate) fn get_nearest_dc(
    caller: &Caller<'_>,
    _: f::help::GetNearestDc,
) -> Result<e::NearestDc, RpcError> {
    Ok(e::NearestDc::Dc(t::NearestDc { country: "DE".to_owned(), this_dc: caller.dc, nearest_dc: HOME_DC }))
}
