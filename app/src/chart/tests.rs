//! Pictures compared byte by byte, and what must hold for every picture.

pub(super) mod invariants;
pub(super) mod samples;
mod snapshots;
mod xml;
