//! Titles that somebody changed while the world ran.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Channel, World};

/// The new titles by channel; all accounts see the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Titles(Arc<Mutex<BTreeMap<i64, String>>>);

impl World {
    /// Gives a channel another title, of any length. Does nothing for an unknown id.
    pub(crate) fn rename(&self, channel: i64, title: &str) {
        if self.channel(channel).is_some() {
            let mut titles = self.titles.0.lock().unwrap_or_else(PoisonError::into_inner);
            titles.insert(channel, title.to_owned());
        }
    }
}

impl Channel<'_> {
    /// What it is called now.
    pub(crate) fn title(&self) -> String {
        let titles = self.world.titles.0.lock().unwrap_or_else(PoisonError::into_inner);
        titles.get(&self.spec.id).map_or_else(|| self.spec.title.to_owned(), String::clone)
    }
}
