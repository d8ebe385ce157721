//! The schema `reporting`: what other programs may read. migrations/README.md says what is in it.

#[cfg(test)]
mod tests;
