//! Who pays every thirty days to be in a channel.

use super::ledger::identifier;
use super::ledger_stars::STAR;
use super::row::{Row, RowKind};
use super::{Day, Dice, Spec, World, midnight, people};

/// Telegram's only period, in seconds, and this channel's price in Stars.
pub(crate) const PERIOD_SECONDS: i64 = 30 * 86_400;
pub(crate) const PRICE: u32 = 250;

/// Where the numbers of subscribers begin among those of a channel's members.
const FIRST_NUMBER: u64 = 40_000_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subscriber {
    /// Counted from the channel's first.
    number: u32,
    pub(crate) user: i64,
    /// Unix seconds.
    pub(crate) joined: i64,
    /// How many periods are paid in the end.
    periods: u32,
}

impl Subscriber {
    /// The number among the channel's members.
    pub(crate) fn member(&self) -> u64 {
        FIRST_NUMBER + u64::from(self.number)
    }

    /// When the last paid period is over, Unix seconds.
    pub(crate) fn ends(&self) -> i64 {
        self.joined + PERIOD_SECONDS * i64::from(self.periods)
    }
}

/// Those who came on these days, which must begin with the channel's first.
pub(crate) fn subscribers(world: &World, spec: &Spec, days: &[Day]) -> Vec<Subscriber> {
    let mut found = Vec::new();
    for day in days.iter().filter(|_| spec.stars) {
        let mut dice = Dice::new(world.seed, "subscriber", spec.id, day.number);
        if dice.between(0, 9) < 3 {
            let number = u32::try_from(found.len()).unwrap_or(0);
            let joined = midnight(day.date) + dice.between(0, 86_399).cast_signed();
            let periods = u32::try_from(dice.between(1, 8)).unwrap_or(1);
            let user = people::member(world.seed, spec.id, FIRST_NUMBER + u64::from(number)).id;
            found.push(Subscriber { number, user, joined, periods });
        }
    }
    found
}

/// Every payment of theirs, also those that lie ahead.
pub(crate) fn rows(world: &World, spec: &Spec, days: &[Day]) -> Vec<Row> {
    let paid = |subscriber: &Subscriber, period: u32| {
        let id = identifier(world.seed, "subscription", spec.id, subscriber.number * 16 + period);
        let date = subscriber.joined + PERIOD_SECONDS * i64::from(period);
        let kind = RowKind::Subscription { user: subscriber.user };
        Row { id, date, nano: i128::from(PRICE) * STAR, kind }
    };
    let subscribers = subscribers(world, spec, days);
    subscribers
        .iter()
        .flat_map(|subscriber| (0..subscriber.periods).map(|period| paid(subscriber, period)))
        .collect()
}
