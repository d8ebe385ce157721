//! The numbers above the graphs: Telegram's own comparison of a period with the one before it.

use jiff::Timestamp;
use rust_decimal::Decimal;

macro_rules! cards {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// What a card is about. `stats.broadcastStats` and `stats.megagroupStats` name them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum CardName { $($(#[$doc])* $variant,)* }

        impl CardName {
            /// Every card.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Telegram's name for it.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }
        }
    };
}

cards! {
    /// Subscribers at the period's end and at its beginning.
    Followers = "followers";
    /// Mean views of the period's posts.
    ViewsPerPost = "views_per_post";
    /// Mean shares of the period's posts.
    SharesPerPost = "shares_per_post";
    /// Mean reactions to the period's posts.
    ReactionsPerPost = "reactions_per_post";
    /// Mean views of the period's stories.
    ViewsPerStory = "views_per_story";
    /// Mean shares of the period's stories.
    SharesPerStory = "shares_per_story";
    /// Mean reactions to the period's stories.
    ReactionsPerStory = "reactions_per_story";
    /// Subscribers with notifications on, of all of them.
    EnabledNotifications = "enabled_notifications";
    /// Members at the period's end and at its beginning.
    Members = "members";
    /// Messages in the period.
    Messages = "messages";
    /// Members who read something in the period.
    Viewers = "viewers";
    /// Members who wrote something in the period.
    Posters = "posters";
}

/// One card, as Telegram says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// What it is about.
    pub name: CardName,
    /// Telegram's own period: its first instant.
    pub period_start: Timestamp,
    /// The end of the period.
    pub period_end: Timestamp,
    /// In the period.
    pub current: Decimal,
    /// In the period before it, where Telegram compares.
    pub previous: Option<Decimal>,
    /// Of how many, where Telegram states a part.
    pub total: Option<Decimal>,
}

/// A number of the wire (`double`) through its shortest decimal form, so that what the wire said is what is kept;
/// `None` for what is no number, or too long a one.
pub fn decimal(wire: f64) -> Option<Decimal> {
    wire.is_finite().then(|| Decimal::from_str_exact(&format!("{wire}")).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_wire_said_is_kept() {
        for (wire, text) in
            [(0.1, "0.1"), (2.0, "2"), (-3.25, "-3.25"), (38_123.571_428_571_43, "38123.57142857143")]
        {
            assert_eq!(decimal(wire).map(|number| number.to_string()).as_deref(), Some(text));
        }
        for wire in [f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(decimal(wire), None, "{wire}");
        }
    }
}
