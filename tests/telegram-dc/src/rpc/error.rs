use grammers_tl_types::{Serializable, enums, types};

/// An error of the API, such as 400 `CHANNEL_INVALID`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RpcError {
    pub(crate) code: i32,
    pub(crate) name: String,
}

impl RpcError {
    pub(crate) fn new(code: i32, name: &str) -> Self {
        Self { code, name: name.to_owned() }
    }

    /// The `rpc_error` that stands in place of a result.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let error = types::RpcError { error_code: self.code, error_message: self.name.clone() };
        enums::RpcError::Error(error).to_bytes()
    }
}
