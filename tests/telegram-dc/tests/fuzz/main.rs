//! Bad input hurts nobody. Alone in a process, so that panics and memory can be told apart.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod corpus;
#[expect(dead_code, reason = "the other tests use the rest")]
#[path = "../it/raw.rs"]
mod raw;
mod replay;
mod seeds;
