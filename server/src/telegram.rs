//! Telegram over MTProto: the only place that names `tl::`.

pub mod client;
pub mod convert;
pub mod dc_file;
pub mod fault;
pub mod graph;
pub mod session;
