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

/// The request itself: constructor and fields; and the client's device, if it was told.
pub(crate) fn innermost(body: &[u8]) -> Result<(Vec<u8>, Option<Device>), RpcError> {
    if nesting::is_excessive(body) {
        return Err(RpcError::new(400, "INPUT_REQUEST_TOO_LONG"));
    }
    let mut query = body.to_vec();
    let mut device = None;
    for _ in 0..MAX_WRAPPERS {
        let Some((id, fields)) = query.split_first_chunk().map(|(id, rest)| (u32::from_le_bytes(*id), rest))
        else {
            return Err(RpcError::new(400, "INPUT_METHOD_INVALID"));
        };
        match inner(id, &mut Cursor::from_slice(fields), &mut device) {
            None => return Ok((query, device)),
            Some(Ok(Rest(next))) => query = next,
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
        let query = f::InvokeWithoutUpdates { query: f::help::GetConfig {} };
        let layered = |layer| f::InvokeWithLayer { layer, query: query.clone() }.to_bytes();
        assert_eq!(innermost(&layered(230)).unwrap(), (f::help::GetConfig {}.to_bytes(), None));
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
