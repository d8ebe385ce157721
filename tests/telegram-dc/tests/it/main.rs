//! The data centre as the real grammers client, and as hostile bytes, meet it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod admin_log;
mod client;
mod clock;
mod faults;
mod group;
mod home;
mod ledger;
mod participants;
mod protocol;
mod raw;
mod revenue;
mod sign_in;
mod stats;
mod stories;
mod story_stats;
mod zoom;
