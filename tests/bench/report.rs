//! Figures as people read them.

use std::time::Duration;

/// Says the median, the extremes and the 95th percentile.
pub(crate) fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    eprintln!(
        "{what}: {:.1?} ({:.1?}–{:.1?}), p95 {:.1?}, n = {}",
        at(50),
        at(0),
        at(99),
        at(95),
        times.len()
    );
}
