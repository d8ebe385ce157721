//! From TL to our own vocabulary. Pure: no clock, no network, no database.

pub mod admin_log;
pub mod boosts;
pub mod cards;
pub mod channel;
pub mod found;
pub mod giveaways;
pub mod group_stats;
pub mod invites;
pub mod item_stats;
pub mod ledger;
pub mod lines;
pub(in crate::telegram) mod partial;
pub mod post_stats;
pub mod posts;
pub mod public_forwards;
pub mod reread;
pub mod revenue;
pub mod salvage;
pub mod similar;
pub mod sponsored;
pub mod stats;
pub mod stories;

use jiff::Timestamp;

/// The TL layer that all raw bytes are in.
pub const LAYER: i32 = grammers_tl_types::LAYER;

/// A text of TL that is kept as text. PostgreSQL keeps none with NUL in it: one such would take everything else of its run
/// with it. What was sent stays what it was in the raw bytes.
pub(super) fn text(text: impl Into<String>) -> String {
    let text = text.into();
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

/// A date of TL: Unix seconds. Every value of 32 bits is a moment.
fn moment(date: i32) -> Timestamp {
    Timestamp::from_second(date.into()).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn nul_is_no_text() {
        assert_eq!(text("a\0b"), "a\u{fffd}b");
        assert_eq!(text("ä"), "ä");
    }
}
