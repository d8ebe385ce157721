//! The data centre as the real grammers client, and as hostile bytes, meet it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod app_config;
mod client;
mod clock;
mod deputy;
mod faults;
mod home;
mod ledger;
mod protocol;
mod python;
mod qr;
mod raw;
mod readme;
mod revenue;
mod sessions;
mod sign_in;
mod stats;
