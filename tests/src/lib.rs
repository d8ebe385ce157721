//! The product, seen from outside: [`Product`] runs the real program, [`World`] puts a simulated Telegram behind it,
//! [`Browser`] looks at its pages.

pub mod browser;
pub mod product;
pub mod world;

pub use browser::Browser;
pub use product::Product;
pub use world::World;

use std::path::{Path, PathBuf};

/// The repository's root.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
