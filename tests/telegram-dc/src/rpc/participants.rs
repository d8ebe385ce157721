//! `channels.getParticipants`: who is in a channel, who runs it, who was shut out.

use std::ops::Range;

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::{Caller, RpcError, entity, peer, users};
use crate::world::{Admin, Barred, Channel, Kind, Members, Role, World};

/// Telegram gives no more at once, and of a broadcast channel's subscribers only so many of the newest.
const MOST: usize = 200;

pub(crate) fn get_participants(
    caller: &Caller<'_>,
    request: f::channels::GetParticipants,
) -> Result<e::channels::ChannelParticipants, RpcError> {
    use e::ChannelParticipantsFilter as Filter;
    let now = caller.shared.clock.now();
    let channel = peer::channel(caller, &request.channel)?;
    let member = channel.role(now) == Role::Member;
    if member && (channel.spec.kind == Kind::Broadcast || is_for_admins(&request.filter)) {
        return Err(RpcError::new(400, "CHAT_ADMIN_REQUIRED"));
    }
    let world = caller.world();
    let page = Page::of(request.offset, request.limit);
    let (count, participants) = match request.filter {
        Filter::ChannelParticipantsRecent => {
            page.take(recent(&Viewer::of(caller, &channel, now), &channel, now))
        }
        Filter::ChannelParticipantsAdmins => {
            let (viewer, admins) = (Viewer::of(caller, &channel, now), channel.admins(now));
            page.take_all(admins.iter().map(|one| admin(one, &viewer)))
        }
        Filter::ChannelParticipantsKicked(filter) => {
            page.take_all(named(world, channel.banned(now), &filter.q).iter().map(barred))
        }
        Filter::ChannelParticipantsBanned(filter) => {
            page.take_all(named(world, channel.restricted(now), &filter.q).iter().map(barred))
        }
        Filter::ChannelParticipantsSearch(filter) => {
            let Recent { mut listed, .. } = recent(&Viewer::of(caller, &channel, now), &channel, now);
            listed.retain(|one| is_called(world, one.user(), &filter.q));
            page.take(Recent { count: listed.len(), listed, members: Members::new(channel, now) })
        }
        // No bots, none of the account's contacts, and nobody to mention in a topic.
        Filter::ChannelParticipantsBots
        | Filter::ChannelParticipantsContacts(_)
        | Filter::ChannelParticipantsMentions(_) => (0, Vec::new()),
    };
    let mentioned = participants.iter().flat_map(ids);
    Ok(t::channels::ChannelParticipants {
        count: i32::try_from(count).unwrap_or(i32::MAX),
        users: users::known(caller, mentioned),
        participants,
        chats: vec![entity::channel(&channel, now)],
    }
    .into())
}

fn is_for_admins(filter: &e::ChannelParticipantsFilter) -> bool {
    use e::ChannelParticipantsFilter as Filter;
    matches!(filter, Filter::ChannelParticipantsKicked(_) | Filter::ChannelParticipantsBanned(_))
}

/// The part of a list that a client wants.
struct Page {
    offset: usize,
    limit: usize,
}

impl Page {
    fn of(offset: i32, limit: i32) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0).min(MOST);
        Self { offset: usize::try_from(offset).unwrap_or(0), limit }
    }

    fn take_all(
        &self,
        all: impl ExactSizeIterator<Item = e::ChannelParticipant>,
    ) -> (usize, Vec<e::ChannelParticipant>) {
        (all.len(), all.skip(self.offset).take(self.limit).collect())
    }

    fn take(&self, recent: Recent<'_>) -> (usize, Vec<e::ChannelParticipant>) {
        let page = recent.listed.iter().skip(self.offset).take(self.limit);
        (recent.count, page.map(|one| one.describe(&recent.members)).collect())
    }
}

/// Who looks at the administrators.
#[derive(Clone, Copy)]
pub(crate) struct Viewer {
    me: i64,
    role: Role,
    /// Whose channel it is.
    owner: i64,
}

impl Viewer {
    pub(crate) fn of(caller: &Caller<'_>, channel: &Channel<'_>, now: Timestamp) -> Self {
        let me = caller.user().id;
        let owner = channel.admins(now).first().map_or(me, |owner| owner.user);
        Self { me, role: channel.role(now), owner }
    }

    pub(crate) fn owner(&self) -> i64 {
        self.owner
    }
}

/// Everybody who can be listed, administrators first, then the newest.
struct Recent<'a> {
    count: usize,
    listed: Vec<Listed>,
    members: Members<'a>,
}

enum Listed {
    Admin { one: Admin, viewer: Viewer },
    Member { number: u64, user: i64 },
}

impl Listed {
    fn user(&self) -> i64 {
        match self {
            Self::Admin { one, .. } => one.user,
            Self::Member { user, .. } => *user,
        }
    }

    fn describe(&self, members: &Members<'_>) -> e::ChannelParticipant {
        match self {
            Self::Admin { one, viewer } => admin(one, viewer),
            Self::Member { number, user } => plain(*user, members.came_at(*number)),
        }
    }
}

/// As many as the channel has subscribers, of which administrators are some.
fn recent<'a>(viewer: &Viewer, channel: &Channel<'a>, now: Timestamp) -> Recent<'a> {
    let members = Members::new(*channel, now);
    let admins = channel.admins(now);
    let present: Range<u64> = members.present();
    let count = usize::try_from(present.end - present.start).unwrap_or(usize::MAX);
    let most = if channel.spec.kind == Kind::Broadcast { MOST } else { usize::MAX };
    let numbers = present.rev().take(count.saturating_sub(admins.len()));
    let listed = admins
        .into_iter()
        .map(|one| Listed::Admin { one, viewer: *viewer })
        .chain(numbers.map(|number| Listed::Member { number, user: members.person(number).id }))
        .take(most.min(count))
        .collect();
    Recent { count, listed, members }
}

fn is_called(world: &World, user: i64, wanted: &str) -> bool {
    let name = entity::first_name(world, user);
    name.to_lowercase().contains(&wanted.to_lowercase())
}

fn named(world: &World, barred: Vec<Barred>, wanted: &str) -> Vec<Barred> {
    barred.into_iter().filter(|one| is_called(world, one.user, wanted)).collect()
}

pub(crate) fn plain(user_id: i64, date: i64) -> e::ChannelParticipant {
    t::ChannelParticipant { user_id, date: seconds(date), subscription_until_date: None, rank: None }.into()
}

/// The owner, or an administrator whom only the owner may change.
pub(crate) fn admin(one: &Admin, viewer: &Viewer) -> e::ChannelParticipant {
    let rank = one.rank.map(str::to_owned);
    let rights = |role| entity::rights(role).into();
    if one.owner {
        let admin_rights = rights(Role::Owner);
        return t::ChannelParticipantCreator { user_id: one.user, admin_rights, rank }.into();
    }
    let is_self = one.user == viewer.me;
    t::ChannelParticipantAdmin {
        can_edit: viewer.role == Role::Owner,
        is_self,
        user_id: one.user,
        inviter_id: is_self.then_some(viewer.owner),
        promoted_by: viewer.owner,
        date: seconds(one.since),
        admin_rights: rights(Role::Admin),
        rank,
    }
    .into()
}

/// Somebody who was thrown out, or may not write until a time.
pub(crate) fn barred(one: &Barred) -> e::ChannelParticipant {
    let out = one.until.is_none();
    t::ChannelParticipantBanned {
        left: out,
        peer: entity::peer_user(one.user),
        kicked_by: one.by,
        date: seconds(one.since),
        banned_rights: banned_rights(out, one.until.map_or(0, seconds)).into(),
        rank: None,
    }
    .into()
}

/// What somebody may not do: not even read, or only not write.
fn banned_rights(out: bool, until_date: i32) -> t::ChatBannedRights {
    t::ChatBannedRights {
        view_messages: out,
        send_messages: true,
        send_media: true,
        send_stickers: true,
        send_gifs: true,
        send_games: true,
        send_inline: true,
        embed_links: true,
        send_polls: true,
        change_info: true,
        invite_users: true,
        pin_messages: true,
        manage_topics: true,
        send_photos: true,
        send_videos: true,
        send_roundvideos: true,
        send_audios: true,
        send_voices: true,
        send_docs: true,
        send_plain: true,
        edit_rank: true,
        send_reactions: out,
        manage_linked_peers: true,
        until_date,
    }
}

/// Whom a participant mentions.
pub(crate) fn ids(participant: &e::ChannelParticipant) -> Vec<i64> {
    use e::ChannelParticipant as P;
    match participant {
        P::Participant(one) => vec![one.user_id],
        P::ParticipantSelf(one) => vec![one.user_id, one.inviter_id],
        P::Creator(one) => vec![one.user_id],
        P::Admin(one) => vec![one.user_id, one.promoted_by],
        P::Banned(t::ChannelParticipantBanned { peer: e::Peer::User(user), kicked_by, .. }) => {
            vec![user.user_id, *kicked_by]
        }
        _ => Vec::new(),
    }
}

fn seconds(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
