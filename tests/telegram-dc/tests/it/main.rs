//! The data centre as the real grammers client, and as hostile bytes, meet it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod app_config;
mod boosts;
mod client;
mod clock;
mod deputy;
mod faults;
mod gifts;
mod giveaways;
mod home;
mod invites;
mod ledger;
mod money;
mod protocol;
mod python;
mod qr;
mod raw;
mod readme;
mod revenue;
mod sessions;
mod sign_in;
mod stats;
mod withdrawals;
