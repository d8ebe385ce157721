//! The pages, one file each. They run on the server; only charts wake up in the browser.

pub mod accounts;
pub mod app;
pub mod channel;
pub mod error;
pub mod form;
pub mod frame;
pub mod login;
pub mod portfolio;
pub mod query;
pub mod revenue;
pub mod runs;
pub mod schedule;
pub mod schedules;

pub use app::App;
pub use form::FormProblem;
pub use frame::{Notice, SetStatus};
pub use login::SignInProblem;
