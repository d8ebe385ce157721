//! The graphs of `payments.starsRevenueStats`.

use std::collections::HashMap;

use jiff::Timestamp;

use super::column::{BLUE, Column, GOLDEN, GREEN};
use super::json::{Axis, Chart, Style};
use crate::world::{Channel, Unit, midnight};

/// Ad impressions by hour of the day (UTC) over the last seven whole days.
pub(crate) fn ad_impressions(channel: &Channel<'_>, now: Timestamp) -> Option<Chart> {
    let days = channel.days(now);
    let whole = days.split_last()?.1;
    let week = &whole[whole.len().saturating_sub(7)..];
    let in_hour = |hour: i64| {
        let (from, to) = (channel.elapsed_ppm(hour * 3600), channel.elapsed_ppm((hour + 1) * 3600));
        week.iter().map(|day| day.between(from, to).impressions).sum()
    };
    let values = (0..24).map(in_hour).collect();
    let columns = vec![Column { name: "Impressions".to_owned(), color: BLUE, values }];
    Some(Chart { style: Style::Bars, axis: Axis::HoursOfDay, x: (0..24).collect(), columns, currency: None })
}

/// Earnings by UTC day, today so far included: nanotons, or whole Stars (a day's fraction of a Star is cut off).
pub(crate) fn revenue(channel: &Channel<'_>, unit: Unit, reach: u32, now: Timestamp) -> Option<Chart> {
    let days = channel.days(now);
    let reach = usize::try_from(reach).unwrap_or(usize::MAX);
    let days = &days[days.len().saturating_sub(reach)..];
    let x = days.iter().map(|day| midnight(day.date) * 1_000).collect();
    let (column, currency) = match unit {
        Unit::Ton => (Column::new("Ad Revenue", GREEN, days, |day| day.revenue_nano), "TON"),
        Unit::Stars => {
            let earned = stars_by_day(channel, now);
            let stars = |start: i64| earned.get(&start).map_or(0, |nano| nano / 1_000_000_000);
            let value = |start: i64| u64::try_from(stars(start)).unwrap_or(0);
            (Column::new("Stars", GOLDEN, days, |day| value(midnight(day.date))), "XTR")
        }
    };
    Some(Chart {
        style: Style::StackedBars,
        axis: Axis::Days,
        x,
        columns: vec![column],
        currency: Some(currency),
    })
}

/// Billionths of a Star earned on the days that begin at these Unix seconds.
fn stars_by_day(channel: &Channel<'_>, now: Timestamp) -> HashMap<i64, i128> {
    let mut earned = HashMap::new();
    for row in channel.ledger(Unit::Stars, now).iter().filter(|row| row.is_earning()) {
        *earned.entry(row.date - row.date.rem_euclid(86_400)).or_default() += row.nano;
    }
    earned
}
