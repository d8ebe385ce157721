//! The data centre as the real grammers client, and as hostile bytes, meet it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod client;
mod clock;
mod delivery;
mod faults;
mod home;
mod http;
mod ledger;
mod protocol;
mod push;
mod raw;
mod readme;
mod revenue;
mod sign_in;
mod stats;
