//! The data centre as the real grammers client, and as hostile bytes, meet it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod client;
mod clock;
mod engagement;
mod faults;
mod home;
mod ledger;
mod messages;
mod photos;
mod post_stats;
mod posts;
mod protocol;
mod raw;
mod revenue;
mod sign_in;
mod stats;
