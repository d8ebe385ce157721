//! The phone of the account's owner, which scans QR codes.

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::{alphabet, engine::DecodePaddingMode};

use crate::Error;
use crate::rpc::login_token;
use crate::shared::Shared;

/// What a code says before the token.
const LINK: &str = "tg://login?token=";

/// Padding or not, as clients differ.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Lets the client in that shows the code.
pub(crate) fn scan(shared: &Shared, code: &str) -> Result<(), Error> {
    let token = LENIENT.decode(code.trim().trim_start_matches(LINK)).unwrap_or_default();
    match login_token::accept(shared, &token, shared.accounts.owner()) {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::Scan { name: error.name }),
    }
}
