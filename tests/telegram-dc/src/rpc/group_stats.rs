//! `stats.getMegagroupStats`, on the data centre that keeps the supergroup's statistics.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::stats::{admit, closer, graph, is_later, token, whole};
use super::token::{Subject, Token};
use super::{Caller, RpcError, peer, users};
use crate::chart::{self, GroupGraph, Zoom, float, pair, seconds};
use crate::world::{Channel, GroupDay, GroupWeek, Kind, midnight};

/// The cards cover so many whole UTC days before today, and compare them with as many before.
const PERIOD: usize = 7;

pub(crate) fn get_megagroup_stats(
    caller: &Caller<'_>,
    request: f::stats::GetMegagroupStats,
) -> Result<e::stats::MegagroupStats, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel(caller, &request.channel)?;
    if channel.spec.kind != Kind::Supergroup {
        return Err(RpcError::new(400, "MEGAGROUP_REQUIRED"));
    }
    admit(caller, &channel)?;
    let days = channel.group_days(now);
    let whole = days.split_last().map_or(&[][..], |(_, whole)| whole);
    let split = whole.len().saturating_sub(PERIOD);
    let (last, before) = (&whole[split..], &whole[split.saturating_sub(PERIOD)..split]);
    let (week, previous) = (GroupWeek::new(channel, last), GroupWeek::new(channel, before));
    let pairs = |count: fn(&GroupWeek<'_>) -> u64| pair(float(count(&week)), float(count(&previous)));
    let end = days.last().map_or(0, |day| midnight(day.day.date));
    let start = last.first().map_or(end, |day| midnight(day.day.date));
    let members = |day: Option<&GroupDay>| float(day.map_or(0, |day| day.day.opening));
    let graph = |kind| first_answer(caller, &channel, kind, now);
    let tops = Tops::of(&week);
    Ok(t::stats::MegagroupStats {
        period: t::StatsDateRangeDays { min_date: seconds(start), max_date: seconds(end) }.into(),
        members: pair(members(days.last()), members(last.first().or(days.last()))),
        messages: pairs(|week| week.messages()),
        viewers: pairs(|week| week.viewers()),
        posters: pairs(|week| week.posters()),
        growth_graph: graph(GroupGraph::Growth),
        members_graph: graph(GroupGraph::Members),
        new_members_by_source_graph: graph(GroupGraph::NewMembers),
        languages_graph: graph(GroupGraph::Languages),
        messages_graph: graph(GroupGraph::Messages),
        actions_graph: graph(GroupGraph::Actions),
        top_hours_graph: graph(GroupGraph::TopHours),
        weekdays_graph: graph(GroupGraph::Weekdays),
        top_posters: tops.posters,
        top_admins: tops.admins,
        top_inviters: tops.inviters,
        users: users::known(caller, tops.mentioned),
    }
    .into())
}

/// Who did most in the week, and the ids of all of them.
struct Tops {
    posters: Vec<e::StatsGroupTopPoster>,
    admins: Vec<e::StatsGroupTopAdmin>,
    inviters: Vec<e::StatsGroupTopInviter>,
    mentioned: Vec<i64>,
}

impl Tops {
    fn of(week: &GroupWeek<'_>) -> Self {
        let (posters, admins, inviters) = (week.top_posters(), week.top_admins(), week.top_inviters());
        let mut mentioned: Vec<i64> = posters.iter().map(|poster| poster.user).collect();
        mentioned.extend(admins.iter().map(|(user, _)| *user));
        mentioned.extend(inviters.iter().map(|(user, _)| *user));
        let poster = |poster: &crate::world::Poster| {
            let (messages, avg_chars) = (count(poster.messages), count(poster.characters));
            t::StatsGroupTopPoster { user_id: poster.user, messages, avg_chars }.into()
        };
        let admin = |(user_id, deeds): &(i64, crate::world::Deeds)| {
            let (deleted, kicked) = (count(deeds.deleted), count(deeds.thrown_out));
            t::StatsGroupTopAdmin { user_id: *user_id, deleted, kicked, banned: count(deeds.restricted) }
                .into()
        };
        let inviter = |(user_id, invitations): &(i64, u64)| {
            t::StatsGroupTopInviter { user_id: *user_id, invitations: count(*invitations) }.into()
        };
        Self {
            posters: posters.iter().map(poster).collect(),
            admins: admins.iter().map(admin).collect(),
            inviters: inviters.iter().map(inviter).collect(),
            mentioned,
        }
    }
}

fn count(value: u64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// What the token of a supergroup's graph is good for.
pub(crate) fn load(
    caller: &Caller<'_>,
    channel: &Channel<'_>,
    token: &Token,
    x: Option<i64>,
    now: Timestamp,
) -> Option<e::StatsGraph> {
    let kind = GroupGraph::named(&token.graph)?;
    match (token.zoom, x) {
        (None, None) => Some(drawn(caller, channel, kind, now)),
        (Some(zoom), Some(x)) => {
            let closer = closer(caller, channel, token, x, now);
            Some(graph(caller, chart::zoomed_group(channel, kind, zoom, x, now), closer))
        }
        _ => None,
    }
}

fn first_answer(
    caller: &Caller<'_>,
    channel: &Channel<'_>,
    kind: GroupGraph,
    now: Timestamp,
) -> e::StatsGraph {
    if is_later(caller, kind.name(), kind.is_deferred()) {
        t::StatsGraphAsync { token: token(caller, channel, Subject::Group, kind.name(), None, now) }.into()
    } else {
        drawn(caller, channel, kind, now)
    }
}

fn drawn(caller: &Caller<'_>, channel: &Channel<'_>, kind: GroupGraph, now: Timestamp) -> e::StatsGraph {
    let zoom = Some(Zoom::Hours);
    let zoom_token = kind.zooms().then(|| token(caller, channel, Subject::Group, kind.name(), zoom, now));
    whole(caller, kind.name(), chart::draw_group(channel, kind, &caller.shared.options, now), zoom_token)
}
