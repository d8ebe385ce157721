//! Everything that touches the outside: Telegram, PostgreSQL, HTTP, files, the command line.
//!
//! Who may know whom: `store` and `telegram` do not know each other, `jobs` does not know what it runs, and [`boot`]
//! sees everybody. Tests keep it so.

pub mod boot;
pub mod cli;
pub mod clock;
pub mod collector;
pub mod config;
#[cfg(feature = "demo")]
pub mod demo;
pub mod jobs;
pub mod postgres;
pub mod privileges;
pub mod report;
pub mod seal;
pub mod server;
pub mod store;
pub mod telegram;
pub mod timetable;
pub mod web;
pub mod worker;
