//! The data centre as the real grammers client, and as hostile bytes, meet it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod admin_log;
mod app_config;
mod boosts;
mod client;
mod clock;
mod delivery;
mod deputy;
mod engagement;
mod faults;
mod gifts;
mod giveaways;
mod group;
mod home;
mod http;
mod invites;
mod ledger;
mod messages;
mod money;
mod participants;
mod photos;
mod post_stats;
mod posts;
mod protocol;
mod push;
mod python;
mod qr;
#[expect(dead_code, reason = "the other tests use the rest")]
mod raw;
mod readme;
mod revenue;
mod sessions;
mod sign_in;
mod stats;
mod stories;
mod story_stats;
mod withdrawals;
mod zoom;
