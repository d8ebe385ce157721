//! Bots that pay for people who are sent to them.

use super::ledger::identifier;
use super::ledger_stars::STAR;
use super::row::{Row, RowKind};
use super::{Day, Dice, Spec, World, midnight};

/// A bot with an affiliate programme.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bot {
    pub(crate) id: i64,
    pub(crate) first_name: &'static str,
    pub(crate) username: &'static str,
    pub(crate) commission_permille: i32,
    /// For how many months it pays for somebody; `None` for ever.
    pub(crate) duration_months: Option<i32>,
    /// What it takes from a user in a day, in billionths of a Star.
    pub(crate) daily_nano: i128,
    /// The day on which a channel of the account joins, and on which it leaves.
    joined: Option<(u32, u32)>,
}

pub(crate) const BOTS: [Bot; 6] = [
    Bot {
        id: 7_000_000_401,
        first_name: "Latte Art Tycoon ☕️",
        username: "latte_tycoon_bot",
        commission_permille: 125,
        duration_months: Some(12),
        daily_nano: 1_250_000_000,
        joined: Some((9, u32::MAX)),
    },
    Bot {
        id: 7_000_000_402,
        first_name: "Кроссворды",
        username: "crossword_daily_bot",
        commission_permille: 300,
        duration_months: None,
        daily_nano: 400_000_000,
        joined: Some((120, 300)),
    },
    Bot {
        id: 7_000_000_403,
        first_name: "<i>Tiny</i> VPN",
        username: "tiny_vpn_bot",
        commission_permille: 77,
        duration_months: Some(1),
        daily_nano: 9_000_000_000,
        joined: Some((200, u32::MAX)),
    },
    Bot {
        id: 7_000_000_404,
        first_name: "خط عربي",
        username: "arabic_type_bot",
        commission_permille: 500,
        duration_months: Some(6),
        daily_nano: 90_000_001,
        joined: None,
    },
    Bot {
        id: 7_000_000_405,
        first_name: "Chess & Friends",
        username: "chess_friends_bot",
        commission_permille: 50,
        duration_months: Some(24),
        daily_nano: 3_000_000_000,
        joined: None,
    },
    Bot {
        id: 7_000_000_406,
        first_name: "漢字マスター",
        username: "kanji_master_bot",
        commission_permille: 800,
        duration_months: None,
        daily_nano: 700_000_000,
        joined: None,
    },
];

/// A channel that has joined a programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Connection {
    pub(crate) bot: &'static Bot,
    pub(crate) url: String,
    /// Unix seconds.
    pub(crate) date: i64,
    /// Whether the channel has left again.
    pub(crate) revoked: bool,
    /// How many people came through the link on whole days.
    pub(crate) participants: u64,
}

/// The programmes a channel joined on these days, oldest first.
pub(crate) fn connections(world: &World, spec: &Spec, days: &[Day]) -> Vec<Connection> {
    let connected = |bot: &'static Bot| {
        let (from, to) = bot.joined.filter(|_| spec.stars)?;
        let first = days.iter().find(|day| day.number == from)?;
        let came = |day: &&Day| (from..to).contains(&day.number);
        let whole = days.split_last().map_or(&[][..], |(_, whole)| whole);
        let people = |day: &Day| Dice::new(world.seed, "referred", bot.id, day.number).between(0, 2);
        let mark = identifier(world.seed, "referral", spec.id, u32::try_from(bot.id % 1_000).unwrap_or(0));
        Some(Connection {
            bot,
            url: format!("https://t.me/{}?start=_tgr_{}", bot.username, &mark[..10]),
            date: midnight(first.date),
            revoked: days.last().is_some_and(|day| day.number >= to),
            participants: whole.iter().filter(came).map(people).sum(),
        })
    };
    let mut found: Vec<Connection> = BOTS.iter().filter_map(connected).collect();
    found.sort_by_key(|connection| connection.date);
    found
}

/// What the bots paid for people the channel had sent: most of it in fractions of a Star.
pub(crate) fn rows(world: &World, spec: &Spec, days: &[Day]) -> Vec<Row> {
    let paid = |bot: &'static Bot, day: &Day| {
        let mut dice = Dice::new(world.seed, "commission", bot.id ^ spec.id, day.number);
        if !dice.once_in(3) {
            return None;
        }
        let price = i128::from(dice.between(1, 12)) * 25 * STAR;
        let date = midnight(day.date) + dice.between(0, 86_399).cast_signed();
        let commission_permille = bot.commission_permille;
        let number = u32::try_from(bot.id % 1_000).unwrap_or(0) * 100_000 + day.number;
        let id = identifier(world.seed, "commission", spec.id, number);
        let kind = RowKind::AffiliateCommission { bot: bot.id, commission_permille };
        Some(Row { id, date, nano: price * i128::from(commission_permille) / 1_000, kind })
    };
    BOTS.iter()
        .filter_map(|bot| Some((bot, bot.joined.filter(|_| spec.stars)?)))
        .flat_map(|(bot, (from, to))| {
            let there = days.iter().filter(move |day| (from..to).contains(&day.number));
            there.filter_map(move |day| paid(bot, day))
        })
        .collect()
}
