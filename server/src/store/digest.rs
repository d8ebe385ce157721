//! Hashes by which what was told is known again without being compared.

use std::hash::{Hash, Hasher};

use sha2::{Digest as _, Sha256};

/// SHA-256 over a value as it hashes itself. What differs has another one. It is kept, so nothing in it may depend on
/// the version of the program: of an enum its name, not its place. Where the same has another one after all, as after a
/// change of the standard library, it is compared once more.
pub(super) fn sha256(value: &impl Hash) -> [u8; 32] {
    let mut digesting = Digesting(Sha256::new());
    value.hash(&mut digesting);
    digesting.0.finalize().into()
}

struct Digesting(Sha256);

impl Hasher for Digesting {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Nobody asks for these few bits of it.
    fn finish(&self) -> u64 {
        0
    }
}
