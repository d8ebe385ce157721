//! Whom a request is about.

use grammers_tl_types::enums as e;

use super::{Caller, RpcError};
use crate::world::{Channel, Other};

/// The channel meant, if the access hash is the right one.
pub(crate) fn channel<'a>(caller: &'a Caller<'_>, input: &e::InputChannel) -> Result<Channel<'a>, RpcError> {
    match input {
        e::InputChannel::Channel(input) => {
            find(caller, input.channel_id, input.access_hash, "CHANNEL_INVALID")
        }
        _ => Err(RpcError::new(400, "CHANNEL_INVALID")),
    }
}

/// The channel meant, if it is none of the account's and the access hash is the right one.
pub(crate) fn other(caller: &Caller<'_>, input: &e::InputChannel) -> Option<&'static Other> {
    let e::InputChannel::Channel(input) = input else { return None };
    find_other(caller, input.channel_id, input.access_hash)
}

/// The same, of a peer.
pub(crate) fn other_peer(caller: &Caller<'_>, input: &e::InputPeer) -> Option<&'static Other> {
    let e::InputPeer::Channel(input) = input else { return None };
    find_other(caller, input.channel_id, input.access_hash)
}

fn find_other(caller: &Caller<'_>, id: i64, access_hash: i64) -> Option<&'static Other> {
    let world = caller.world();
    world.other(id).filter(|other| world.access_hash(other.id) == access_hash)
}

/// The channel meant by a peer of which a channel is expected.
pub(crate) fn channel_peer<'a>(
    caller: &'a Caller<'_>,
    input: &e::InputPeer,
) -> Result<Channel<'a>, RpcError> {
    match input {
        e::InputPeer::Channel(input) => find(caller, input.channel_id, input.access_hash, "CHANNEL_INVALID"),
        _ => Err(RpcError::new(400, "PEER_ID_INVALID")),
    }
}

fn find<'a>(caller: &'a Caller<'_>, id: i64, access_hash: i64, error: &str) -> Result<Channel<'a>, RpcError> {
    let world = caller.world();
    world
        .channel(id)
        .filter(|_| world.access_hash(id) == access_hash)
        .ok_or_else(|| RpcError::new(400, error))
}
