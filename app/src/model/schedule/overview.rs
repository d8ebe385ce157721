//! What the schedules page shows.

use serde::{Deserialize, Serialize};

use super::{QuietHours, Schedule};

/// Everything that is scheduled, and what holds for all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedules {
    /// By channel title and collector.
    pub schedules: Vec<Schedule>,
    /// When nothing is collected by schedule.
    pub quiet_hours: Option<QuietHours>,
    /// The least time between two requests of one account, milliseconds.
    pub gap_ms: u64,
}
