//! Requests as honest clients make them: mutations of these get deepest.

use grammers_tl_types::{Serializable, enums as e, functions as f, types as t};

const CHANNEL: i64 = 1_420_000_001;

fn peer() -> e::InputPeer {
    t::InputPeerChannel { channel_id: CHANNEL, access_hash: 1 }.into()
}

fn channel() -> e::InputChannel {
    t::InputChannel { channel_id: CHANNEL, access_hash: 1 }.into()
}

pub(crate) fn requests() -> Vec<(String, Vec<u8>)> {
    let transactions = f::payments::GetStarsTransactions {
        inbound: true,
        outbound: false,
        ascending: false,
        ton: false,
        subscription_id: None,
        peer: peer(),
        offset: "12:abc".to_owned(),
        limit: 100,
    };
    let dialogs = f::messages::GetDialogs {
        exclude_pinned: false,
        folder_id: None,
        offset_date: 0,
        offset_id: 0,
        offset_peer: e::InputPeer::Empty,
        limit: 100,
        hash: 0,
    };
    let password = t::InputCheckPasswordSrp { srp_id: 5, a: vec![1; 256], m1: vec![2; 32] };
    let withdrawal = f::payments::GetStarsRevenueWithdrawalUrl {
        ton: false,
        peer: peer(),
        amount: Some(1_000),
        password: password.clone().into(),
    };
    let difference = f::updates::GetChannelDifference {
        force: false,
        channel: channel(),
        filter: e::ChannelMessagesFilter::Empty,
        pts: 1,
        limit: 10,
    };
    let wrapped = f::InvokeWithLayer {
        layer: 230,
        query: f::InitConnection {
            api_id: 1,
            device_model: "x".to_owned(),
            system_version: "x".to_owned(),
            app_version: "x".to_owned(),
            system_lang_code: "en".to_owned(),
            lang_pack: String::new(),
            lang_code: "en".to_owned(),
            proxy: None,
            params: None,
            query: f::InvokeWithoutUpdates { query: f::help::GetConfig {} },
        },
    };
    let token = "growth.1420000001.0.1772379000.0.000000000000000000000000".to_owned();
    let requests = [
        ("wrapped", wrapped.to_bytes()),
        ("users", f::users::GetUsers { id: vec![e::InputUser::UserSelf; 3] }.to_bytes()),
        ("full user", f::users::GetFullUser { id: e::InputUser::UserSelf }.to_bytes()),
        ("state", f::updates::GetState {}.to_bytes()),
        ("difference", difference.to_bytes()),
        ("dialogs", dialogs.to_bytes()),
        ("channels", f::channels::GetChannels { id: vec![channel(); 3] }.to_bytes()),
        ("full channel", f::channels::GetFullChannel { channel: channel() }.to_bytes()),
        ("name", f::contacts::ResolveUsername { username: "x".to_owned(), referer: None }.to_bytes()),
        ("statistics", f::stats::GetBroadcastStats { dark: false, channel: channel() }.to_bytes()),
        ("graph", f::stats::LoadAsyncGraph { token, x: Some(1) }.to_bytes()),
        ("revenue", f::payments::GetStarsRevenueStats { dark: false, ton: true, peer: peer() }.to_bytes()),
        ("status", f::payments::GetStarsStatus { ton: true, peer: peer() }.to_bytes()),
        ("transactions", transactions.to_bytes()),
        ("withdrawal", withdrawal.to_bytes()),
        ("password", f::auth::CheckPassword { password: password.into() }.to_bytes()),
        ("export", f::auth::ExportAuthorization { dc_id: 4 }.to_bytes()),
        ("import", f::auth::ImportAuthorization { id: 5, bytes: vec![1; 128] }.to_bytes()),
    ];
    requests.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect()
}
