//! The protocol: frames on TCP, encrypted messages, containers, service messages.

pub(crate) mod cipher;
pub(crate) mod connection;
pub(crate) mod frame;
pub(crate) mod gzip;
pub(crate) mod message;
pub(crate) mod msg_id;
pub(crate) mod packet;
pub(crate) mod salt;
pub(crate) mod service;
pub(crate) mod session;
