//! The grammers client, set up with keys from an access file.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddrV4, SocketAddrV6};
use std::sync::Arc;

use grammers_mtsender::{
    ConnectionParams, InvocationError, NoRetries, RpcError, SenderPool, SenderPoolFatHandle,
};
use grammers_session::SessionData;
use grammers_session::storages::MemorySession;
use grammers_session::types::DcOption;
use grammers_session::updates::UpdatesLike;
use grammers_tl_types::{RemoteCall, enums as e, functions as f, types as t};
use jiff::Timestamp;
use telegram_dc::{Access, DataCentre, FAR_DC, HOME_DC, Options, STATS_DC};

/// A world at a fixed moment, a Sunday afternoon.
pub(crate) const NOW: &str = "2026-03-01T15:30:00Z";

pub(crate) const NEWS: i64 = 1_420_000_001;
pub(crate) const BLOG: i64 = 1_420_000_002;
pub(crate) const KITCHEN: i64 = 1_420_000_003;
pub(crate) const ADMIN_ONLY: i64 = 1_420_000_004;
pub(crate) const GROUP: i64 = 1_420_000_005;
pub(crate) const TINY: i64 = 1_420_000_006;
pub(crate) const FOLLOWED: i64 = 1_420_000_007;
/// Where the account is an administrator for the first thirty days only.
pub(crate) const LISBOA: i64 = 1_420_000_008;

/// A supergroup with too few members for statistics.
pub(crate) const SMALL_GROUP: i64 = 1_420_000_009;

pub(crate) async fn world() -> DataCentre {
    let start_clock = Some(NOW.parse::<Timestamp>().unwrap());
    DataCentre::start(Options { start_clock, ..Options::default() }).await.unwrap()
}

/// One pool of connections, as the collector keeps them.
pub(crate) struct Client {
    pub(crate) handle: SenderPoolFatHandle,
    /// What the data centre says without being asked.
    pub(crate) updates: tokio::sync::mpsc::Receiver<UpdatesLike>,
    runner: tokio::task::JoinHandle<()>,
}

impl Drop for Client {
    fn drop(&mut self) {
        self.runner.abort();
    }
}

impl Client {
    /// With the ready keys: signed in at home.
    pub(crate) fn ready(centre: &DataCentre) -> Self {
        let access = centre.access();
        Self::with_keys(access, |dc| access.ready_key(dc))
    }

    /// With an unbound set of keys.
    pub(crate) fn spare(centre: &DataCentre, set: usize) -> Self {
        let access = centre.access();
        Self::with_keys(access, |dc| access.spare_key(set, dc))
    }

    /// With the ready keys, by somebody who wants to be answered in that language.
    pub(crate) fn in_language(centre: &DataCentre, lang_code: &str) -> Self {
        let access = centre.access();
        Self::with(access, |dc| access.ready_key(dc), lang_code)
    }

    pub(crate) fn with_keys(access: &Access, key: impl Fn(i32) -> Option<[u8; 256]>) -> Self {
        Self::with(access, key, "en")
    }

    fn with(access: &Access, key: impl Fn(i32) -> Option<[u8; 256]>, lang_code: &str) -> Self {
        let option = |id: i32| {
            let dc = access.dc(id).unwrap();
            let ip: Ipv4Addr = dc.host.parse().unwrap();
            let ipv4 = SocketAddrV4::new(ip, dc.port);
            let ipv6 = SocketAddrV6::new(ip.to_ipv6_mapped(), dc.port, 0, 0);
            (id, DcOption { id, ipv4, ipv6, auth_key: key(id) })
        };
        let dc_options = HashMap::from([option(FAR_DC), option(HOME_DC), option(STATS_DC)]);
        let session = SessionData { home_dc: access.home_dc, dc_options, ..SessionData::default() };
        let params = ConnectionParams {
            lang_code: lang_code.to_owned(),
            retry_policy: Box::new(NoRetries),
            ..ConnectionParams::default()
        };
        let pool = SenderPool::with_configuration(Arc::new(MemorySession::from(session)), 1, params);
        Self { handle: pool.handle, updates: pool.updates, runner: tokio::spawn(pool.runner.run()) }
    }

    pub(crate) async fn invoke<R: RemoteCall>(
        &self,
        dc: i32,
        request: &R,
    ) -> Result<R::Return, InvocationError> {
        let answer = self.handle.invoke_in_dc(dc, request);
        tokio::time::timeout(std::time::Duration::from_secs(20), answer).await.expect("an answer in time")
    }

    pub(crate) async fn home<R: RemoteCall>(&self, request: &R) -> R::Return {
        self.invoke(HOME_DC, request).await.unwrap()
    }

    /// Asks the data centre that keeps statistics, which must have been signed in to.
    pub(crate) async fn stats<R: RemoteCall>(&self, request: &R) -> R::Return {
        self.invoke(STATS_DC, request).await.unwrap()
    }

    /// Carries the login over to the data centre that keeps statistics.
    pub(crate) async fn sign_in_to_stats(&self) {
        self.sign_in_to(STATS_DC).await;
    }

    /// Carries the login over to another data centre.
    pub(crate) async fn sign_in_to(&self, dc_id: i32) {
        let e::auth::ExportedAuthorization::Authorization(exported) =
            self.home(&f::auth::ExportAuthorization { dc_id }).await;
        let import = f::auth::ImportAuthorization { id: exported.id, bytes: exported.bytes };
        self.invoke(dc_id, &import).await.unwrap();
    }
}

pub(crate) fn rpc_error<T: std::fmt::Debug>(
    result: Result<T, InvocationError>,
) -> (i32, String, Option<u32>) {
    match result.unwrap_err() {
        InvocationError::Rpc(RpcError { code, name, value, .. }) => (code, name, value),
        other => panic!("no RPC error: {other:?}"),
    }
}

fn access_hash(centre: &DataCentre, id: i64) -> i64 {
    let channels = centre.truth().channels();
    channels.iter().find(|channel| channel.id == id).map_or(0, |channel| channel.access_hash)
}

pub(crate) fn input_channel(centre: &DataCentre, id: i64) -> e::InputChannel {
    t::InputChannel { channel_id: id, access_hash: access_hash(centre, id) }.into()
}

/// The newest dialogs, at most `limit`.
pub(crate) fn dialogs(limit: i32) -> f::messages::GetDialogs {
    f::messages::GetDialogs {
        exclude_pinned: false,
        folder_id: None,
        offset_date: 0,
        offset_id: 0,
        offset_peer: e::InputPeer::Empty,
        limit,
        hash: 0,
    }
}

pub(crate) fn input_peer(centre: &DataCentre, id: i64) -> e::InputPeer {
    t::InputPeerChannel { channel_id: id, access_hash: access_hash(centre, id) }.into()
}

/// A signed-in client that may also ask both data centres that keep statistics.
pub(crate) async fn analyst(centre: &DataCentre) -> Client {
    let client = Client::ready(centre);
    client.sign_in_to(STATS_DC).await;
    client.sign_in_to(FAR_DC).await;
    client
}

/// Stops the world's clock where the tests' world begins, as far as one request goes.
pub(crate) fn hold(centre: &DataCentre) {
    centre.clock().set(NOW.parse().unwrap());
}

/// The chart itself, or what its token is good for, with the token for a closer look.
pub(crate) async fn load_in(
    client: &Client,
    dc: i32,
    graph: &e::StatsGraph,
) -> (serde_json::Value, Option<String>) {
    let ready = match graph {
        e::StatsGraph::Async(later) => {
            let request = f::stats::LoadAsyncGraph { token: later.token.clone(), x: None };
            client.invoke(dc, &request).await.unwrap()
        }
        ready => ready.clone(),
    };
    let e::StatsGraph::Graph(found) = &ready else { panic!("no graph: {ready:?}") };
    let closer = found.zoom_token.clone();
    (chart(ready), closer)
}

/// All columns of a chart but x, added up point by point.
pub(crate) fn total(chart: &serde_json::Value) -> Vec<i64> {
    let names: Vec<_> = chart["names"].as_object().unwrap().keys().cloned().collect();
    let columns: Vec<_> = names.iter().map(|name| column(chart, name)).collect();
    (0..columns[0].len()).map(|index| columns.iter().map(|column| column[index]).sum()).collect()
}

pub(crate) fn chart(graph: e::StatsGraph) -> serde_json::Value {
    let e::StatsGraph::Graph(graph) = graph else { panic!("no graph: {graph:?}") };
    let e::DataJson::Json(json) = graph.json;
    serde_json::from_str(&json.data).unwrap()
}

/// The values of a column by its name, as integers; `x` is the x axis.
pub(crate) fn column(chart: &serde_json::Value, name: &str) -> Vec<i64> {
    let names = chart["names"].as_object().unwrap();
    let label = names.iter().find(|(_, given)| *given == name).map_or(name, |(label, _)| label);
    let columns = chart["columns"].as_array().unwrap();
    let column = columns.iter().find(|column| column[0] == label).unwrap();
    column.as_array().unwrap()[1..].iter().map(|value| value.as_i64().unwrap()).collect()
}
