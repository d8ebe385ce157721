//! Small components without knowledge of where their values come from.

pub mod amount;
pub mod banner;
pub mod change;
pub mod count;
pub mod empty;
pub mod kept;
pub mod name;
pub mod period_picker;
pub mod rail;
pub mod sentences;
pub mod sparkline;
pub mod tabs;
pub mod when;

pub use amount::{Amount, Usd};
pub use banner::SimulatedBanner;
pub use change::Change;
pub use count::Count;
pub use empty::Empty;
pub use kept::Kept;
pub use name::ChannelName;
pub use period_picker::PeriodPicker;
pub use rail::Rail;
pub use sentences::Sentences;
pub use sparkline::Sparkline;
pub use tabs::{Tab, Tabs};
pub use when::When;
