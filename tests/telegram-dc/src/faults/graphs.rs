//! What comes in place of single graphs of statistics.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What a graph is instead of the one that was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GraphFault {
    /// This text, as the chart's JSON.
    Json(String),
    /// `statsGraphError` with these words.
    Error(String),
    /// Left for later (`statsGraphAsync`), even if it usually comes at once.
    Later,
    /// The first column's value so many days before the last point is another by so much, as when Telegram counts a day
    /// again.
    Revised {
        /// How many points before the last.
        days_ago: u32,
        /// What is added.
        by: i32,
    },
}

/// Which graphs are not what they were drawn as, by their names ([`crate::chart::graph_names`]); one name may be a
/// channel's and a group's.
#[derive(Debug, Default)]
pub(crate) struct GraphFaults(Mutex<BTreeMap<String, GraphFault>>);

impl GraphFaults {
    pub(crate) fn set(&self, graph: &str, fault: GraphFault) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(graph.to_owned(), fault);
    }

    pub(crate) fn of(&self, graph: &str) -> Option<GraphFault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(graph).cloned()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
