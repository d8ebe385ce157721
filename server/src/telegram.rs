//! Telegram over MTProto: the only place that names `tl::`.

pub mod client;
pub mod convert;
pub mod dc_file;
pub mod fault;
pub mod graph;
mod password;
pub mod session;
mod shape;
