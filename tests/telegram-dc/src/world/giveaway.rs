//! Giveaways: what there is to win, who wins it, and what is paid for and not yet given away.

use jiff::Timestamp;

use super::cast::OTHERS;
use super::content::{Content, GIVEAWAY_DAYS, giveaway_day};
use super::ledger::identifier;
use super::post::{self, LAST_POST, LAUNCH};
use super::{Channel, Day, Dice, midnight, people};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prize {
    /// A Premium subscription for each winner.
    Premium { months: u32 },
    /// So many Stars in all; the channel gets boosts for a year.
    Stars { stars: u32, boosts: u32 },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Giveaway {
    pub(crate) number: u32,
    pub(crate) prize: Prize,
    pub(crate) quantity: u32,
    /// The announcement's message; the post that people take part with is the next one.
    pub(crate) launch: i32,
    /// Unix seconds.
    pub(crate) started: i64,
    /// When it ends, Unix seconds: from then on the results are being prepared.
    pub(crate) until: i64,
    /// The message that says it is over, and when that comes, Unix seconds; `None` while the day lies ahead.
    pub(crate) results: Option<(i32, i64)>,
    /// Whether everybody may see who won.
    pub(crate) winners_visible: bool,
    /// Whether it is called off in the end and paid back.
    pub(crate) refunded: bool,
    pub(crate) only_new_subscribers: bool,
    pub(crate) countries: &'static [&'static str],
    pub(crate) description: Option<&'static str>,
    /// Other channels one has to be in.
    pub(crate) also_in: Vec<i64>,
    /// How many prizes find somebody.
    pub(crate) winners: u32,
}

/// Somebody who won Premium, with the code they got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Winner {
    pub(crate) user: i64,
    pub(crate) slug: String,
    /// When they use it, Unix seconds; it may lie ahead, and some never do.
    pub(crate) used_at: Option<i64>,
}

impl Giveaway {
    /// The message that people take part with: Telegram's `launch_msg_id` and `giveaway_msg_id`.
    pub(crate) fn post(&self) -> i32 {
        self.launch + 1
    }

    /// When it was over, if it is by now.
    pub(crate) fn finished(&self, now: i64) -> Option<i64> {
        self.results.map(|(_, at)| at).filter(|at| *at <= now)
    }

    /// Prizes that nobody gets.
    pub(crate) fn unclaimed(&self) -> u32 {
        self.quantity - self.winners
    }

    /// Everybody who wins, known as soon as it has finished.
    pub(crate) fn winners(&self, channel: &Channel<'_>) -> Vec<Winner> {
        let (seed, id) = (channel.world.seed, channel.spec.id);
        let finished = self.results.map_or(self.until, |(_, at)| at);
        let one = |index: u32| {
            let number = self.number * 128 + index;
            let mut dice = Dice::new(seed, "winner", id, number);
            let after = dice.between(600, 12 * 86_400).cast_signed();
            let never = dice.once_in(5);
            Winner {
                user: people::somebody(seed, "winner", id, number).id,
                slug: identifier(seed, "giveaway code", id, number)[..16].to_owned(),
                used_at: (!never).then_some(finished + after),
            }
        };
        (0..self.winners).map(one).collect()
    }
}

/// The giveaways that have started by now, oldest first.
pub(crate) fn until(channel: &Channel<'_>, now: Timestamp) -> Vec<Giveaway> {
    if channel.spec.giveaway_every == 0 {
        return Vec::new();
    }
    let days = channel.whole_days(now);
    let mut found: Vec<Giveaway> = (0..).map_while(|number| started(channel, &days, number)).collect();
    found.retain(|giveaway| giveaway.started <= now.as_second());
    found
}

fn started(channel: &Channel<'_>, days: &[Day], number: u32) -> Option<Giveaway> {
    let (seed, spec) = (channel.world.seed, channel.spec);
    let launch_day = giveaway_day(spec, number);
    let day = |number: u32| days.get(usize::try_from(number).ok()?);
    let found = |day: &Day, wanted: &Content| {
        post::on(seed, spec, day)
            .into_iter()
            .find(|post| post.content == *wanted)
            .map(|post| (post.id, post.date))
    };
    let launch = day(launch_day)?;
    let (id, date) = found(launch, &Content::Giveaway { number })?;
    let results_day = day(launch_day + GIVEAWAY_DAYS);
    let results = results_day.and_then(|day| found(day, &Content::GiveawayResults { number }));
    let prize = prize(number);
    let quantity = quantity(spec.target, prize);
    let refunded = number % 4 == 2;
    let winners = match number % 4 {
        2 => 0,
        3 => quantity,
        _ => quantity - 2,
    };
    Some(Giveaway {
        number,
        prize,
        quantity,
        launch: id,
        started: date,
        until: midnight(launch.date) + i64::from(GIVEAWAY_DAYS) * 86_400 + LAST_POST,
        results,
        winners_visible: number.is_multiple_of(3) || refunded,
        refunded,
        only_new_subscribers: number % 5 == 1,
        countries: if number % 3 == 1 { &["DE", "AT", "CH"] } else { &[] },
        description: (number % 2 == 1).then_some("a mug <b>with a chip</b> & a hug ☕️"),
        also_in: if number % 3 == 2 {
            OTHERS[2..4].iter().map(|other| other.id).collect()
        } else {
            Vec::new()
        },
        winners,
    })
}

/// Premium and Stars take turns.
fn prize(number: u32) -> Prize {
    if number.is_multiple_of(2) {
        Prize::Premium { months: [3, 6, 12][usize::try_from(number / 2 % 3).unwrap_or(0)] }
    } else {
        Prize::Stars { stars: 5_000, boosts: 20 }
    }
}

fn quantity(target: u64, prize: Prize) -> u32 {
    match prize {
        Prize::Premium { .. } if target > 500_000 => 25,
        Prize::Premium { .. } => 10,
        Prize::Stars { .. } => 50,
    }
}

/// A giveaway that is paid for and not yet launched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Prepaid {
    pub(crate) id: i64,
    pub(crate) prize: Prize,
    pub(crate) quantity: u32,
    /// When it was paid for, Unix seconds.
    pub(crate) date: i64,
}

/// So many days before its launch a giveaway is paid for.
const PAID_DAYS: i64 = 5;

/// Those of a channel by now: one of each prize that waits for ever, and what is launched within days.
pub(crate) fn prepaid(channel: &Channel<'_>, now: Timestamp) -> Vec<Prepaid> {
    let (world, spec) = (channel.world, channel.spec);
    if spec.giveaway_every == 0 {
        return Vec::new();
    }
    let now = now.as_second();
    let day = |number: u32| midnight(world.first_day) + i64::from(number) * 86_400;
    let made = |number: u32, prize: Prize, date: i64| Prepaid {
        id: Dice::new(world.seed, "prepaid", spec.id, number).number().cast_signed() & i64::MAX,
        prize,
        quantity: quantity(spec.target, prize),
        date,
    };
    let waiting = [(3, 1_000_000), (11, 1_000_001)];
    let waiting = waiting.map(|(paid, number)| made(number, prize(number), day(paid) + 14 * 3600));
    let soon = (0..)
        .map(|number| (number, day(giveaway_day(spec, number)) + LAUNCH))
        .take_while(|(_, launch)| launch - PAID_DAYS * 86_400 <= now)
        .filter(|(_, launch)| now < *launch)
        .map(|(number, launch)| made(number, prize(number), launch - PAID_DAYS * 86_400));
    waiting.into_iter().filter(|prepaid| prepaid.date <= now).chain(soon).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;

    use super::{Prize, prepaid, until};
    use crate::world::{World, midnight};

    #[test]
    fn prizes_alternate_and_one_giveaway_is_called_off() {
        let world = World::new(7, date(2025, 3, 1), 400, 30);
        let now = Timestamp::from_second(midnight(world.first_day) + 400 * 86_400).unwrap();
        let channel = world.channels().nth(1).unwrap();
        let giveaways = until(&channel, now);
        assert_eq!(giveaways.len(), 5);
        for (index, giveaway) in giveaways.iter().enumerate() {
            assert_eq!(matches!(giveaway.prize, Prize::Premium { .. }), index % 2 == 0);
            let (_, finished) = giveaway.results.unwrap();
            assert!(giveaway.started < giveaway.until && giveaway.until < finished);
            assert_eq!(giveaway.refunded, giveaway.winners == 0);
        }
        assert!(giveaways.iter().any(|giveaway| giveaway.refunded));
        assert!(giveaways.iter().any(|giveaway| giveaway.winners_visible && giveaway.winners > 0));
        assert!(giveaways.iter().any(|giveaway| !giveaway.winners_visible));
    }

    #[test]
    fn what_is_prepaid_is_launched() {
        let world = World::new(7, date(2025, 3, 1), 400, 30);
        let channel = world.channels().nth(1).unwrap();
        let at = |day: i64| Timestamp::from_second(midnight(world.first_day) + day * 86_400).unwrap();
        // The second giveaway starts on day 112.
        assert_eq!(prepaid(&channel, at(100)).len(), 2);
        assert_eq!(prepaid(&channel, at(112)).len(), 3);
        assert_eq!(prepaid(&channel, at(113)).len(), 2);
        assert_eq!(prepaid(&channel, at(1)), []);
    }
}
