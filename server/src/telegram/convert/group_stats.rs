//! `stats.megagroupStats`: eight graphs, four cards, and who did most.

use app::model::Metric;
use grammers_tl_types::enums as e;
use jiff::Timestamp;

use super::cards::{self, Cards};
use super::channel::display_name;
use super::lines::Shape;
use super::partial::{ReadMegagroup, ReadTops};
use super::stats::{NamedGraph, Zooms, named, zooms};

/// What `stats.getMegagroupStats` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MegagroupStats {
    /// In the order of the answer.
    pub graphs: Vec<NamedGraph>,
    /// The numbers above the graphs.
    pub cards: Cards,
    /// Telegram's own period, which the busiest are the busiest of: first instant and end.
    pub period: (Timestamp, Timestamp),
    /// Who did most, each list in Telegram's order; or why that cannot be read.
    pub tops: Result<Vec<Top>, String>,
    /// What shows points of the graphs from close by.
    pub zooms: Zooms,
}

/// One of those who did most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Top {
    /// Telegram's id of the user.
    pub user_id: i64,
    /// The name, if the answer has it.
    pub name: Option<String>,
    /// What was done.
    pub deeds: Deeds,
}

/// What one of the busiest did in the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deeds {
    /// `top_posters`.
    Posted {
        /// Messages written.
        messages: i32,
        /// `avg_chars`: their mean length, characters.
        average_characters: i32,
    },
    /// `top_admins`.
    Moderated {
        /// Messages deleted.
        deleted: i32,
        /// Members thrown out.
        kicked: i32,
        /// Members restricted (`banned`).
        banned: i32,
    },
    /// `top_inviters`.
    Invited {
        /// People brought.
        invitations: i32,
    },
}

/// Telegram's fields in the order of the answer, without `_graph`, and what becomes of each.
pub(super) const GRAPHS: [(&str, Shape); 8] = [
    ("growth", Shape::One(Metric::Subscribers)),
    ("members", Shape::Two([(Metric::Joined, "Joined"), (Metric::Left, "Left")])),
    ("new_members_by_source", Shape::Named(Metric::JoinedBySource)),
    ("languages", Shape::Named(Metric::Languages)),
    ("messages", Shape::Named(Metric::MessagesByType)),
    ("actions", Shape::Named(Metric::GroupActions)),
    ("top_hours", Shape::Positions(Metric::MessagesByHour)),
    ("weekdays", Shape::Weeks(Metric::MessagesByWeekday)),
];

pub(in crate::telegram) fn megagroup_stats(stats: ReadMegagroup) -> MegagroupStats {
    MegagroupStats {
        cards: Cards::of_group(&stats),
        period: cards::period(&stats.period),
        tops: stats.tops.map(|tops| self::tops(&tops)),
        zooms: zooms(&GRAPHS, &stats.graphs),
        graphs: named(GRAPHS, stats.graphs),
    }
}

fn tops(read: &ReadTops) -> Vec<Top> {
    let name = |id| {
        read.users.iter().find_map(|user| match user {
            e::User::User(user) if user.id == id => display_name(user),
            _ => None,
        })
    };
    let top = |user_id, deeds| Top { user_id, name: name(user_id), deeds };
    let posters = read.posters.iter().map(|one| {
        let e::StatsGroupTopPoster::Poster(one) = one;
        top(one.user_id, Deeds::Posted { messages: one.messages, average_characters: one.avg_chars })
    });
    let admins = read.admins.iter().map(|one| {
        let e::StatsGroupTopAdmin::Admin(one) = one;
        top(one.user_id, Deeds::Moderated { deleted: one.deleted, kicked: one.kicked, banned: one.banned })
    });
    let inviters = read.inviters.iter().map(|one| {
        let e::StatsGroupTopInviter::Inviter(one) = one;
        top(one.user_id, Deeds::Invited { invitations: one.invitations })
    });
    posters.chain(admins).chain(inviters).collect()
}
