//! Sequence numbers say whether a message must be acknowledged: odd if it must, even if not.

use grammers_tl_types::{Identifiable, functions, types};

use super::message::MSG_CONTAINER;

/// Codes of `bad_msg_notification`.
const EVEN_EXPECTED: i32 = 34;
const ODD_EXPECTED: i32 = 35;

/// Clients disagree on whether these are to be acknowledged, and Telegram takes both.
const EITHER: [u32; 10] = [
    functions::Ping::CONSTRUCTOR_ID,
    functions::PingDelayDisconnect::CONSTRUCTOR_ID,
    functions::GetFutureSalts::CONSTRUCTOR_ID,
    functions::DestroySession::CONSTRUCTOR_ID,
    functions::RpcDropAnswer::CONSTRUCTOR_ID,
    types::MsgsStateReq::CONSTRUCTOR_ID,
    types::MsgResendReq::CONSTRUCTOR_ID,
    types::MsgsStateInfo::CONSTRUCTOR_ID,
    types::MsgsAllInfo::CONSTRUCTOR_ID,
    types::Pong::CONSTRUCTOR_ID,
];

/// The code of `bad_msg_notification` that a message of that constructor deserves for its sequence number, if any.
pub(crate) fn fault(constructor: u32, seq_no: i32) -> Option<i32> {
    let odd = seq_no & 1 == 1;
    match constructor {
        MSG_CONTAINER | types::MsgsAck::CONSTRUCTOR_ID | types::HttpWait::CONSTRUCTOR_ID => {
            odd.then_some(EVEN_EXPECTED)
        }
        either if EITHER.contains(&either) => None,
        _ => (!odd).then_some(ODD_EXPECTED),
    }
}

#[cfg(test)]
mod tests {
    use grammers_tl_types::{Identifiable, functions, types};

    use super::fault;
    use crate::mtproto::message::MSG_CONTAINER;

    #[test]
    fn requests_are_odd_and_containers_even() {
        let request = functions::help::GetConfig::CONSTRUCTOR_ID;
        assert_eq!((fault(request, 3), fault(request, 4)), (None, Some(35)));
        assert_eq!((fault(MSG_CONTAINER, 3), fault(MSG_CONTAINER, 4)), (Some(34), None));
        assert_eq!(fault(types::MsgsAck::CONSTRUCTOR_ID, 1), Some(34));
        assert_eq!((1..3).find_map(|seq_no| fault(functions::Ping::CONSTRUCTOR_ID, seq_no)), None);
    }
}
