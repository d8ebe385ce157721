//! Polls.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::post::count;
use super::{Caller, RpcError, entity, mention, peer, stats};
use crate::chart;
use crate::world::{Channel, Content, Kind, Poll, Post, Role};

/// A poll as its message shows it.
pub(crate) fn media(channel: &Channel<'_>, post: &Post, now: Timestamp) -> Option<e::MessageMedia> {
    let poll = channel.poll(post)?;
    let results = results(channel, &poll, post, now);
    let poll = described(channel, &poll, post, now);
    Some(t::MessageMediaPoll { poll, results, attached_media: None }.into())
}

fn described(channel: &Channel<'_>, poll: &Poll, post: &Post, now: Timestamp) -> e::Poll {
    let text = |text: &str| t::TextWithEntities { text: text.to_owned(), entities: Vec::new() }.into();
    let answers = (0..).zip(poll.question.answers).map(|(number, answer)| {
        t::PollAnswer { text: text(answer), option: option(number), media: None, added_by: None, date: None }
            .into()
    });
    t::Poll {
        id: poll.id,
        closed: false,
        public_voters: false,
        multiple_choice: false,
        quiz: false,
        open_answers: false,
        revoting_disabled: false,
        shuffle_answers: false,
        hide_results_until_close: false,
        creator: channel.role(now) == Role::Owner,
        subscribers_only: false,
        question: text(poll.question.text),
        answers: answers.collect(),
        close_period: None,
        close_date: None,
        countries_iso2: None,
        hash: hash(poll, post, now),
    }
    .into()
}

fn option(number: u8) -> Vec<u8> {
    vec![b'0' + number]
}

/// Changes with the votes.
fn hash(poll: &Poll, post: &Post, now: Timestamp) -> i64 {
    let votes: u64 = poll.votes(post, now.as_second()).iter().sum();
    poll.id.rotate_left(17) ^ votes.cast_signed()
}

/// Who runs the channel sees all; others see how many voted until they vote themselves, which the account never does.
fn results(channel: &Channel<'_>, poll: &Poll, post: &Post, now: Timestamp) -> e::PollResults {
    let admin = channel.role(now) != Role::Member;
    let votes = poll.votes(post, now.as_second());
    let voters = (0..).zip(&votes).map(|(number, votes)| {
        t::PollAnswerVoters {
            chosen: false,
            correct: false,
            option: option(number),
            voters: Some(count(*votes)),
            recent_voters: Some(Vec::new()),
        }
        .into()
    });
    t::PollResults {
        min: false,
        has_unread_votes: false,
        can_view_stats: admin,
        results: admin.then(|| voters.collect()),
        total_voters: Some(count(votes.iter().sum())),
        recent_voters: None,
        solution: None,
        solution_entities: None,
        solution_media: None,
    }
    .into()
}

/// The post with a poll that a message is.
fn find(channel: &Channel<'_>, message: i32, now: Timestamp) -> Option<(Post, Poll)> {
    let post = channel.post(message, now)?;
    let poll = channel.poll(&post)?;
    Some((post, poll))
}

pub(crate) fn get_poll_results(
    caller: &Caller<'_>,
    request: f::messages::GetPollResults,
) -> Result<e::Updates, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel_peer(caller, &request.peer)?;
    let found = find(&channel, request.msg_id, now);
    let (post, poll) = found.ok_or_else(|| RpcError::new(400, "MESSAGE_ID_INVALID"))?;
    let update = t::UpdateMessagePoll {
        peer: Some(entity::peer_channel(channel.spec.id)),
        msg_id: Some(request.msg_id),
        top_msg_id: None,
        poll_id: poll.id,
        poll: Some(described(&channel, &poll, &post, now)),
        results: results(&channel, &poll, &post, now),
    };
    let unchanged = request.poll_hash == hash(&poll, &post, now);
    let updates = if unchanged { Vec::new() } else { vec![update.into()] };
    Ok(mention::updates(&channel, updates, now))
}

/// Channels do not tell who voted, and nowhere else are there polls.
pub(crate) fn get_poll_votes(
    caller: &Caller<'_>,
    request: f::messages::GetPollVotes,
) -> Result<e::messages::VotesList, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel_peer(caller, &request.peer)?;
    let post = channel.post(request.id, now).filter(|post| post.content == Content::Poll);
    if channel.spec.kind == Kind::Broadcast && post.is_some() {
        return Err(RpcError::new(403, "BROADCAST_FORBIDDEN"));
    }
    Err(RpcError::new(400, "MSG_ID_INVALID"))
}

/// For whom `pollResults.can_view_stats` is set; at home, unlike all other statistics.
pub(crate) fn get_poll_stats(
    caller: &Caller<'_>,
    request: f::stats::GetPollStats,
) -> Result<e::stats::PollStats, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel_peer(caller, &request.peer)?;
    if channel.role(now) == Role::Member {
        return Err(RpcError::new(400, "CHAT_ADMIN_REQUIRED"));
    }
    let found = find(&channel, request.msg_id, now);
    let (post, poll) = found.ok_or_else(|| RpcError::new(400, "MESSAGE_ID_INVALID"))?;
    let votes_graph = stats::graph(caller, chart::votes(&poll, &post, now), None);
    Ok(t::stats::PollStats { votes_graph }.into())
}
