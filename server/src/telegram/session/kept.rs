use std::net::SocketAddrV4;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Dc, SessionState};
use crate::telegram::dc_file::AuthKey;

/// The text that is sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    user_id: i64,
    home_dc: i32,
    simulated: bool,
    dcs: Vec<KeptDc>,
}

#[derive(Serialize, Deserialize)]
struct KeptDc {
    id: i32,
    address: SocketAddrV4,
    key: Option<AuthKey>,
    imported: bool,
}

const VERSION: u32 = 1;

pub(super) fn write(state: &SessionState) -> Zeroizing<Vec<u8>> {
    let dcs = state.dcs.iter().map(|(&id, dc)| KeptDc {
        id,
        address: dc.address,
        key: dc.key.clone(),
        imported: dc.imported,
    });
    let kept = Kept {
        version: VERSION,
        user_id: state.user_id,
        home_dc: state.home_dc,
        simulated: state.simulated,
        dcs: dcs.collect(),
    };
    // A struct of plain values always serialises.
    Zeroizing::new(serde_json::to_vec(&kept).unwrap_or_default())
}

pub(super) fn read(text: &[u8]) -> Option<SessionState> {
    let kept: Kept = serde_json::from_slice(text).ok().filter(|kept: &Kept| kept.version == VERSION)?;
    let dcs = kept
        .dcs
        .into_iter()
        .map(|dc| (dc.id, Dc { address: dc.address, key: dc.key, imported: dc.imported }));
    let dcs = dcs.collect();
    Some(SessionState { user_id: kept.user_id, home_dc: kept.home_dc, simulated: kept.simulated, dcs })
}
