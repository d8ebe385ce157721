//! The protocol: frames on TCP, encrypted messages, containers, service messages.

mod admission;
pub(crate) mod cipher;
pub(crate) mod connection;
pub(crate) mod frame;
pub(crate) mod gzip;
pub(crate) mod message;
pub(crate) mod msg_id;
mod outbox;
mod packet;
pub(crate) mod reply;
pub(crate) mod salt;
mod seq_no;
mod service;
mod session;
pub(crate) mod sessions;
mod writer;
