//! The dashboard over HTTP: pages, sign-in, health. The JSON API and the site's files come in through
//! [`router::router`]'s second argument.

mod accounts;
pub mod api;
pub mod auth;
pub mod backend;
mod cookie;
pub mod csrf;
pub mod demo_link;
mod form;
pub mod headers;
pub mod health;
mod limit;
mod live;
mod next;
mod pages;
pub mod router;
mod schedules;
pub mod session;
pub mod state;
pub mod static_files;
#[cfg(test)]
mod tests;
mod token;

pub use demo_link::DemoLink;
pub use router::router;
pub use session::SignedIn;
pub use state::WebState;
