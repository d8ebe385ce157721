//! How numbers, money and time read. Pure, small, without a locale: English words, `1,234.5`, a real minus sign.

mod amount;
mod calendar;
mod count;
mod duration;

pub use amount::{Amount, amount, usd};
pub use calendar::{
    Ymd, date_range, day, day_number, day_range, day_short, month_name, month_name_long, month_year, ymd,
};
pub(crate) use count::div_half_even;
pub use count::{compact, exact, grouped, percent, percent_change, signed, signed_compact};
pub use duration::{age, duration};

/// What stands for a value that is not known. Unknown is not zero.
pub const UNKNOWN: &str = "–";

/// The minus sign, as wide as a plus.
pub const MINUS: &str = "\u{2212}";
