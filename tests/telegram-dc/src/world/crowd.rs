//! Accounts with many channels each, for measuring: every one like another, and all of them with everything.

use std::sync::Arc;

use super::cast::{Holder, SMALL, Spec};
use super::history::History;
use super::{SELF_ID, World, voice};
use crate::FAR_DC;

/// The first of their accounts.
const FIRST_ACCOUNT: i64 = SELF_ID + 1_000_000;
/// The first of their channels.
const FIRST_CHANNEL: i64 = 1_450_000_000;
/// More accounts than this are refused.
pub(crate) const MOST_OPERATORS: u16 = 100;
/// More channels of one account than this are refused: Telegram lets nobody own more than a thousand.
pub(crate) const MOST_CHANNELS: u16 = 1_000;

/// The account of the numbered one.
pub(crate) fn account(operator: u16) -> i64 {
    FIRST_ACCOUNT + i64::from(operator)
}

pub(crate) fn is_operator(id: i64) -> bool {
    (FIRST_ACCOUNT..FIRST_ACCOUNT + i64::from(MOST_OPERATORS)).contains(&id)
}

impl World {
    /// The world of one of the crowd: its own channels, and nothing else but what everybody meets.
    pub(crate) fn of_operator(&self, operator: u16, count: u16) -> Self {
        let specs = channels(operator, count).into_iter();
        let histories = specs.map(|spec| History::new(self.seed, self.first_day, self.days, spec)).collect();
        let (histories, titles) = (Arc::new(histories), self.titles.clone());
        Self { holder: Holder::Operator(operator), histories, titles, ..*self }
    }
}

/// The channels of the numbered one: two thousand to forty thousand subscribers, ads, Stars, stories, boosts and
/// giveaways, one to three posts a day.
///
/// They are leaked, as the cast itself is part of the program: a world lives as long as whoever measures with it.
fn channels(operator: u16, count: u16) -> Vec<&'static Spec> {
    (0..count).map(|number| &*Box::leak(Box::new(channel(operator, number)))).collect()
}

fn channel(operator: u16, number: u16) -> Spec {
    let (place, size) = (u64::from(number), 2_000 + 38_000 * u64::from(number % 20) / 19);
    Spec {
        id: FIRST_CHANNEL + i64::from(operator) * i64::from(MOST_CHANNELS) + i64::from(number),
        account: account(operator),
        title: leaked(format!("Channel {number} of operator {operator}")),
        username: Some(leaked(format!("crowd_{operator}_{number}"))),
        about: "One of many",
        target: size,
        join_ppm: 2_600 + place % 7 * 100,
        views_permille: 900,
        posts_in_ten_days: 10 + place % 3 * 10,
        ads_permille: 280,
        nano_for_thousand: 20_000_000 + place % 11 * 1_000_000,
        booked_days: 1 + u32::from(number % 3),
        stars: true,
        stories: true,
        instant_view: true,
        campaign_once_in: 80,
        languages: [40, 20, 20, 5, 5, 10],
        album_once_in: 12,
        poll_once_in: 14,
        forward_once_in: 18,
        paid_media_once_in: 11,
        giveaway_every: 75,
        gift_once_in: 4,
        boosts_in_hundred_days: 90,
        voice: &voice::ENGLISH,
        files_dc: if number.is_multiple_of(2) { FAR_DC } else { SMALL.files_dc },
        ..SMALL
    }
}

fn leaked(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{MOST_CHANNELS, account, channels, is_operator};

    #[test]
    fn no_two_are_the_same() {
        let ids: BTreeSet<_> =
            (0..3).flat_map(|operator| channels(operator, MOST_CHANNELS)).map(|spec| spec.id).collect();
        assert_eq!(ids.len(), 3 * usize::from(MOST_CHANNELS));
        assert!(is_operator(account(0)) && is_operator(account(99)) && !is_operator(account(100)));
    }
}
