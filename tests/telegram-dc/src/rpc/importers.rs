//! `messages.getChatInviteImporters`: who came through a link, newest first.

use grammers_tl_types::{enums as e, functions as f, types as t};

use super::transaction::seconds;
use super::{Caller, RpcError, invites, users};
use crate::world::invite::{self, Importer, Link};
use crate::world::{Channel, Role};

/// No more at once.
const MOST: usize = 100;

pub(crate) fn get_chat_invite_importers(
    caller: &Caller<'_>,
    request: f::messages::GetChatInviteImporters,
) -> Result<e::messages::ChatInviteImporters, RpcError> {
    let channel = invites::of_admin(caller, &request.peer)?;
    let query = request.q.as_deref().filter(|query| !query.is_empty());
    if query.is_some() && request.link.is_some() {
        return Err(RpcError::new(400, "SEARCH_WITH_LINK_NOT_SUPPORTED"));
    }
    let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, MOST);
    let place = place(caller, &request)?;
    let link = request.link.as_deref().map(|url| invites::find(caller, &channel, url)).transpose()?;
    let (count, page) = match (&link, request.requested, request.subscription_expired) {
        (Some(link), true, _) => listed(&link.pending, place, limit),
        (Some(link), false, true) => listed(&link.lapsed, place, limit),
        (Some(link), false, false) => came(caller, &channel, link, place, limit),
        (None, true, _) => listed(&pending(caller, &channel, query), place, limit),
        (None, false, _) => return Err(RpcError::new(400, "INVITE_HASH_EXPIRED")),
    };
    let ids = page.iter().flat_map(|importer| [Some(importer.user), importer.approved_by]).flatten();
    Ok(t::messages::ChatInviteImporters {
        count: i32::try_from(count).unwrap_or(i32::MAX),
        users: users::known(caller, ids),
        importers: page.iter().map(|importer| described(importer, request.requested)).collect(),
    }
    .into())
}

/// A date and perhaps a person: the page begins behind them.
type Place = Option<(i64, Option<i64>)>;

fn place(caller: &Caller<'_>, request: &f::messages::GetChatInviteImporters) -> Result<Place, RpcError> {
    let user = match &request.offset_user {
        e::InputUser::Empty => None,
        user => Some(users::find(caller, user)?.id()),
    };
    match (request.offset_date, user) {
        (0, None) => Ok(None),
        (0, Some(_)) => Err(RpcError::new(400, "OFFSET_INVALID")),
        (date, user) => Ok(Some((i64::from(date), user))),
    }
}

/// Those who wait at any link of the channel that the account may see, searched by name.
fn pending(caller: &Caller<'_>, channel: &Channel<'_>, query: Option<&str>) -> Vec<Importer> {
    let world = caller.world();
    let now = caller.shared.clock.now();
    let named = |user: i64| {
        let wanted = query.unwrap_or_default().to_lowercase();
        world.person(user).is_some_and(|person| person.first_name.to_lowercase().contains(&wanted))
    };
    let seen = |link: &Link| channel.role(now) == Role::Owner || link.admin == channel.spec.account;
    let links = invite::until(channel, now);
    let waiting = links.into_iter().filter(seen).flat_map(|link| link.pending);
    waiting.filter(|importer| query.is_none() || named(importer.user)).collect()
}

fn listed(all: &[Importer], place: Place, limit: usize) -> (u64, Vec<Importer>) {
    let start = place.map_or(0, |(date, user)| {
        let same = |importer: &Importer| importer.date == date && Some(importer.user) == user;
        let found = all.iter().position(same).map(|index| index + 1);
        found.unwrap_or_else(|| all.partition_point(|importer| importer.date >= date))
    });
    let page = all.iter().skip(start).take(limit).cloned().collect();
    (u64::try_from(all.len()).unwrap_or(u64::MAX), page)
}

/// There may be very many, so that the place is searched for rather than walked to.
fn came(
    caller: &Caller<'_>,
    channel: &Channel<'_>,
    link: &Link,
    place: Place,
    limit: usize,
) -> (u64, Vec<Importer>) {
    let total = link.usage(channel, caller.shared.clock.now().as_second());
    let at = |index: u64| link.importer(channel, index);
    // Numbers grow with dates: `before` of them came earlier than a date.
    let before = |date: i64| {
        let (mut low, mut high) = (0, total);
        while low < high {
            let middle = (low + high) / 2;
            if at(middle).is_some_and(|importer| importer.date < date) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        low
    };
    let end = place.map_or(total, |(date, user)| {
        let (first, behind) = (before(date), before(date + 1));
        let same = |index: &u64| at(*index).map(|importer| importer.user) == user;
        (first..behind).find(same).unwrap_or(first)
    });
    let page = (0..end).rev().take(limit).filter_map(at).collect();
    (total, page)
}

fn described(importer: &Importer, requested: bool) -> e::ChatInviteImporter {
    t::ChatInviteImporter {
        requested,
        via_chatlist: false,
        user_id: importer.user,
        date: seconds(importer.date),
        about: requested.then(|| "Ich lese gern mit. <b>Bitte</b> 🙏".to_owned()),
        approved_by: importer.approved_by,
    }
    .into()
}
