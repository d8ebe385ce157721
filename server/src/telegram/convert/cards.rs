//! The numbers above the graphs, with Telegram's own period.

use app::model::card::decimal;
use app::model::{Card, CardName};
use grammers_tl_types::enums as e;
use jiff::Timestamp;

use super::moment;
use super::partial::{ReadBroadcast, ReadMegagroup};

/// What an answer says above its graphs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cards {
    /// Those that can be read.
    pub cards: Vec<Card>,
    /// What is wrong with the others, each a sentence.
    pub problems: Vec<String>,
}

struct Reader {
    period: (Timestamp, Timestamp),
    read: Cards,
}

impl Cards {
    pub(super) fn of_channel(stats: &ReadBroadcast) -> Self {
        const NAMES: [CardName; 7] = [
            CardName::Followers,
            CardName::ViewsPerPost,
            CardName::SharesPerPost,
            CardName::ReactionsPerPost,
            CardName::ViewsPerStory,
            CardName::SharesPerStory,
            CardName::ReactionsPerStory,
        ];
        let mut reader = Reader::new(&stats.period);
        for (name, pair) in NAMES.iter().zip(&stats.pairs) {
            reader.pair(*name, pair);
        }
        let e::StatsPercentValue::Value(enabled) = &stats.enabled_notifications;
        reader.add(CardName::EnabledNotifications, enabled.part, None, Some(enabled.total));
        reader.read
    }

    pub(super) fn of_group(stats: &ReadMegagroup) -> Self {
        const NAMES: [CardName; 4] =
            [CardName::Members, CardName::Messages, CardName::Viewers, CardName::Posters];
        let mut reader = Reader::new(&stats.period);
        for (name, pair) in NAMES.iter().zip(&stats.pairs) {
            reader.pair(*name, pair);
        }
        reader.read
    }
}

impl Reader {
    fn new(period: &e::StatsDateRangeDays) -> Self {
        Self { period: self::period(period), read: Cards::default() }
    }

    fn pair(&mut self, name: CardName, pair: &e::StatsAbsValueAndPrev) {
        let e::StatsAbsValueAndPrev::Prev(pair) = pair;
        self.add(name, pair.current, Some(pair.previous), None);
    }

    fn add(&mut self, name: CardName, current: f64, previous: Option<f64>, total: Option<f64>) {
        let read = |wire: Option<f64>| wire.map_or(Some(None), |wire| decimal(wire).map(Some));
        let (period_start, period_end) = self.period;
        match (decimal(current), read(previous), read(total)) {
            (Some(current), Some(previous), Some(total)) => {
                self.read.cards.push(Card { name, period_start, period_end, current, previous, total });
            }
            _ => self
                .read
                .problems
                .push(format!("The card {} was refused: it holds what is not a number.", name.name())),
        }
    }
}

/// Telegram's own period: first instant and end.
pub(super) fn period(period: &e::StatsDateRangeDays) -> (Timestamp, Timestamp) {
    let e::StatsDateRangeDays::Days(period) = period;
    (moment(period.min_date), moment(period.max_date))
}

#[cfg(test)]
mod tests {
    use grammers_tl_types::types as t;

    use super::*;

    #[test]
    fn a_number_that_is_none_takes_no_other_with_it() {
        let period = t::StatsDateRangeDays { min_date: 1_800_000_000, max_date: 1_800_604_800 };
        let mut reader = Reader::new(&period.into());
        reader
            .pair(CardName::Followers, &t::StatsAbsValueAndPrev { current: f64::NAN, previous: 1.0 }.into());
        reader.pair(CardName::Members, &t::StatsAbsValueAndPrev { current: 2.5, previous: 0.0 }.into());
        assert_eq!(reader.read.problems, ["The card followers was refused: it holds what is not a number."]);
        let [card] = &reader.read.cards[..] else { panic!("{:?}", reader.read) };
        assert_eq!((card.name, card.current.to_string()), (CardName::Members, "2.5".to_owned()));
        assert_eq!(
            (card.previous.map(|number| number.to_string()).as_deref(), card.total),
            (Some("0"), None)
        );
        assert_eq!(card.period_end.duration_since(card.period_start).as_hours(), 7 * 24);
    }
}
