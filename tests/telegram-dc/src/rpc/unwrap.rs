//! Takes requests out of `invokeWithLayer`, `initConnection` and the like, and notes what a client says of itself.

use grammers_tl_types::{Cursor, Deserializable, Identifiable, deserialize, functions as f};

use super::{RpcError, nesting};
use crate::keyring::Device;

/// The oldest layer that is accepted. Answers are always in layer 230's constructors.
const OLDEST_LAYER: i32 = 220;

/// No client wraps a request more often.
const MAX_WRAPPERS: usize = 8;

/// All bytes that are left.
struct Rest(Vec<u8>);

impl Deserializable for Rest {
    fn deserialize(cursor: &mut Cursor<'_>) -> deserialize::Result<Self> {
        let mut rest = Vec::new();
        cursor.read_to_end(&mut rest)?;
        Ok(Self(rest))
    }
}

/// A request without its wrappers.
#[derive(Debug)]
pub(crate) struct Query {
    /// Constructor and fields.
    pub(crate) body: Vec<u8>,
    /// Whether it came without `invokeWithoutUpdates`.
    pub(crate) wants_updates: bool,
    /// The client's device, if it was told.
    pub(crate) device: Option<Device>,
}

/// The request itself.
pub(crate) fn innermost(body: &[u8]) -> Result<Query, RpcError> {
    if nesting::is_excessive(body) {
        return Err(RpcError::new(400, "INPUT_REQUEST_TOO_LONG"));
    }
    let mut query = body.to_vec();
    let mut device = None;
    let mut wants_updates = true;
    for _ in 0..MAX_WRAPPERS {
        let Some((id, fields)) = query.split_first_chunk().map(|(id, rest)| (u32::from_le_bytes(*id), rest))
        else {
            return Err(RpcError::new(400, "INPUT_METHOD_INVALID"));
        };
        match inner(id, &mut Cursor::from_slice(fields), &mut device) {
            None => return Ok(Query { body: query, wants_updates, device }),
            Some(Ok(Rest(next))) => {
                wants_updates &= id != f::InvokeWithoutUpdates::<Rest>::CONSTRUCTOR_ID;
                query = next;
            }
            Some(Err(error)) => return Err(error),
        }
    }
    Err(RpcError::new(400, "INPUT_REQUEST_TOO_LONG"))
}

fn inner(id: u32, fields: &mut Cursor<'_>, device: &mut Option<Device>) -> Option<Result<Rest, RpcError>> {
    macro_rules! query_of {
        ($wrapper:path) => {
            <$wrapper>::deserialize(fields)
                .map(|wrapper| wrapper.query)
                .map_err(|_| RpcError::new(400, "INPUT_REQUEST_INVALID"))
        };
    }
    match id {
        f::InvokeWithLayer::<Rest>::CONSTRUCTOR_ID => {
            let wrapper = f::InvokeWithLayer::<Rest>::deserialize(fields);
            Some(match wrapper {
                Ok(wrapper) if wrapper.layer >= OLDEST_LAYER => Ok(wrapper.query),
                Ok(wrapper) if wrapper.layer < 1 => Err(RpcError::new(400, "CONNECTION_LAYER_INVALID")),
                Ok(_) => Err(RpcError::new(406, "UPDATE_APP_TO_LOGIN")),
                Err(_) => Err(RpcError::new(400, "INPUT_REQUEST_INVALID")),
            })
        }
        f::InitConnection::<Rest>::CONSTRUCTOR_ID => {
            let wrapper = f::InitConnection::<Rest>::deserialize(fields);
            Some(wrapper.map_err(|_| RpcError::new(400, "INPUT_REQUEST_INVALID")).map(|wrapper| {
                *device = Some(Device {
                    api_id: wrapper.api_id,
                    model: wrapper.device_model,
                    system_version: wrapper.system_version,
                    app_version: wrapper.app_version,
                    language: wrapper.lang_code,
                });
                wrapper.query
            }))
        }
        f::InvokeWithoutUpdates::<Rest>::CONSTRUCTOR_ID => Some(query_of!(f::InvokeWithoutUpdates<Rest>)),
        f::InvokeAfterMsg::<Rest>::CONSTRUCTOR_ID => Some(query_of!(f::InvokeAfterMsg<Rest>)),
        f::InvokeAfterMsgs::<Rest>::CONSTRUCTOR_ID => Some(query_of!(f::InvokeAfterMsgs<Rest>)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use grammers_tl_types::{Serializable, functions as f};

    use super::innermost;

    #[test]
    fn wrappers_come_off_and_old_layers_are_refused() {
        let silent = f::InvokeWithoutUpdates { query: f::help::GetConfig {} };
        let layered = |layer| f::InvokeWithLayer { layer, query: silent.clone() }.to_bytes();
        let query = innermost(&layered(230)).unwrap();
        assert_eq!((query.body, query.wants_updates), (f::help::GetConfig {}.to_bytes(), false));
        assert!(innermost(&f::help::GetConfig {}.to_bytes()).unwrap().wants_updates);
        assert_eq!(innermost(&layered(0)).unwrap_err().name, "CONNECTION_LAYER_INVALID");
        assert_eq!(innermost(&layered(219)).unwrap_err().name, "UPDATE_APP_TO_LOGIN");
    }

    #[test]
    fn endless_wrapping_is_refused() {
        let mut body = f::help::GetConfig {}.to_bytes();
        for _ in 0..20 {
            body = [&0xbf94_59b7_u32.to_le_bytes()[..], &body].concat();
        }
        assert_eq!(innermost(&body).unwrap_err().name, "INPUT_REQUEST_TOO_LONG");
        assert!(innermost(&[1, 2]).is_err());
    }
}
