//! Giveaways: their messages, and how they stand.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::transaction::seconds;
use super::{Caller, RpcError, peer};
use crate::world::giveaway::{self, Giveaway, Prize, Winner};
use crate::world::{Channel, Content, Post, Role};

/// What the announcement of a giveaway's start or end says; nothing for other posts.
pub(crate) fn action(channel: &Channel<'_>, post: &Post, now: Timestamp) -> Option<e::MessageAction> {
    let giveaway = of_post(channel, post, now)?;
    Some(if is_launch(post) { launched(&giveaway) } else { ended(&giveaway) })
}

/// What the message after the announcement shows: the giveaway, or its winners unless they are hidden.
pub(crate) fn media(channel: &Channel<'_>, post: &Post, now: Timestamp) -> Option<e::MessageMedia> {
    let giveaway = of_post(channel, post, now)?;
    if is_launch(post) {
        Some(announced(channel, &giveaway))
    } else {
        giveaway.winners_visible.then(|| results(channel, &giveaway))
    }
}

/// The text in place of winners who are hidden.
pub(crate) fn text(channel: &Channel<'_>, post: &Post, now: Timestamp) -> Option<&'static str> {
    let giveaway = of_post(channel, post, now)?;
    (!is_launch(post) && !giveaway.winners_visible)
        .then_some("Das Gewinnspiel ist vorbei. Danke fürs Mitmachen! 🎉")
}

fn is_launch(post: &Post) -> bool {
    matches!(post.content, Content::Giveaway { .. })
}

fn of_post(channel: &Channel<'_>, post: &Post, now: Timestamp) -> Option<Giveaway> {
    let (Content::Giveaway { number } | Content::GiveawayResults { number }) = post.content else {
        return None;
    };
    giveaway::until(channel, now).into_iter().find(|giveaway| giveaway.number == number)
}

fn count(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// Months of Premium, or Stars.
fn prize(giveaway: &Giveaway) -> (Option<i32>, Option<i64>) {
    match giveaway.prize {
        Prize::Premium { months } => (Some(count(months)), None),
        Prize::Stars { stars, .. } => (None, Some(i64::from(stars))),
    }
}

fn launched(giveaway: &Giveaway) -> e::MessageAction {
    t::MessageActionGiveawayLaunch { stars: prize(giveaway).1 }.into()
}

fn ended(giveaway: &Giveaway) -> e::MessageAction {
    t::MessageActionGiveawayResults {
        stars: prize(giveaway).1.is_some(),
        winners_count: count(giveaway.winners),
        unclaimed_count: count(giveaway.unclaimed()),
    }
    .into()
}

fn announced(channel: &Channel<'_>, giveaway: &Giveaway) -> e::MessageMedia {
    let (months, stars) = prize(giveaway);
    let countries = giveaway.countries.iter().map(|country| (*country).to_owned());
    t::MessageMediaGiveaway {
        only_new_subscribers: giveaway.only_new_subscribers,
        winners_are_visible: giveaway.winners_visible,
        channels: std::iter::once(channel.spec.id).chain(giveaway.also_in.iter().copied()).collect(),
        countries_iso2: (!giveaway.countries.is_empty()).then(|| countries.collect()),
        prize_description: giveaway.description.map(str::to_owned),
        quantity: count(giveaway.quantity),
        months,
        stars,
        until_date: seconds(giveaway.until),
    }
    .into()
}

fn results(channel: &Channel<'_>, giveaway: &Giveaway) -> e::MessageMedia {
    let (months, stars) = prize(giveaway);
    let others = i32::try_from(giveaway.also_in.len()).unwrap_or(0);
    t::MessageMediaGiveawayResults {
        only_new_subscribers: giveaway.only_new_subscribers,
        refunded: giveaway.refunded,
        channel_id: channel.spec.id,
        additional_peers_count: (others > 0).then_some(others),
        launch_msg_id: giveaway.post(),
        winners_count: count(giveaway.winners),
        unclaimed_count: count(giveaway.unclaimed()),
        winners: giveaway.winners(channel).iter().map(|winner| winner.user).take(100).collect(),
        months,
        stars,
        prize_description: giveaway.description.map(str::to_owned),
        until_date: seconds(giveaway.results.map_or(giveaway.until, |(_, at)| at)),
    }
    .into()
}

/// By any of its messages. The account never takes part: it is an administrator, or just watches.
pub(crate) fn get_giveaway_info(
    caller: &Caller<'_>,
    request: f::payments::GetGiveawayInfo,
) -> Result<e::payments::GiveawayInfo, RpcError> {
    let now = caller.shared.clock.now();
    let channel = peer::channel_peer(caller, &request.peer)?;
    let giveaways = giveaway::until(&channel, now);
    let about = |giveaway: &&Giveaway| {
        let results = giveaway.results.filter(|(_, at)| *at <= now.as_second());
        let first = std::iter::once(giveaway.launch).chain(results.map(|(id, _)| id));
        first.flat_map(|id| [id, id + 1]).any(|id| id == request.msg_id)
    };
    let found = giveaways.iter().find(about);
    let giveaway = found.ok_or_else(|| RpcError::new(400, "MESSAGE_ID_INVALID"))?;
    let start_date = seconds(giveaway.started);
    let Some(finished) = giveaway.finished(now.as_second()) else {
        let admin = channel.role(now) != Role::Member;
        let newcomers_only = !admin && giveaway.only_new_subscribers;
        return Ok(t::payments::GiveawayInfo {
            participating: !admin && !newcomers_only,
            preparing_results: now.as_second() >= giveaway.until,
            start_date,
            joined_too_early_date: newcomers_only.then_some(start_date - 86_400),
            admin_disallowed_chat_id: admin.then_some(channel.spec.id),
            disallowed_country: None,
        }
        .into());
    };
    let used = |winner: &Winner| winner.used_at.is_some_and(|at| at <= now.as_second());
    let activated = giveaway.winners(&channel).iter().filter(|winner| used(winner)).count();
    let premium = matches!(giveaway.prize, Prize::Premium { .. }) && !giveaway.refunded;
    Ok(t::payments::GiveawayInfoResults {
        winner: false,
        refunded: giveaway.refunded,
        start_date,
        gift_code_slug: None,
        stars_prize: None,
        finish_date: seconds(finished),
        winners_count: count(giveaway.winners),
        activated_count: premium.then(|| i32::try_from(activated).unwrap_or(i32::MAX)),
    }
    .into())
}

#[cfg(test)]
mod tests {
    use grammers_tl_types::enums as e;
    use jiff::Timestamp;
    use jiff::civil::date;

    use super::{action, media};
    use crate::rpc::post::Writer;
    use crate::world::{Content, World, giveaway, midnight};

    #[test]
    fn a_giveaway_is_announced_twice_and_hidden_winners_are_not_listed() {
        let world = World::new(7, date(2025, 3, 1), 400, 30);
        let now = Timestamp::from_second(midnight(world.first_day) + 400 * 86_400).unwrap();
        let (mut launches, mut listed, mut hidden) = (0, 0, 0);
        for channel in world.channels() {
            let giveaways = giveaway::until(&channel, now);
            for post in channel.posts(now) {
                let (Content::Giveaway { number } | Content::GiveawayResults { number }) = post.content
                else {
                    assert!(action(&channel, &post, now).is_none() && media(&channel, &post, now).is_none());
                    continue;
                };
                let giveaway = giveaways.iter().find(|giveaway| giveaway.number == number).unwrap();
                let writer = Writer::new(channel, now);
                let told: Vec<_> = post.message_ids().map(|id| writer.message(&post, id)).collect();
                let [e::Message::Service(service), e::Message::Message(shown)] = &told[..] else {
                    panic!("{told:?}")
                };
                match (&service.action, &shown.media) {
                    (e::MessageAction::GiveawayLaunch(action), Some(e::MessageMedia::Giveaway(media))) => {
                        assert_eq!(
                            (action.stars, media.months.is_none()),
                            (media.stars, media.stars.is_some())
                        );
                        launches += 1;
                    }
                    (
                        e::MessageAction::GiveawayResults(action),
                        Some(e::MessageMedia::GiveawayResults(media)),
                    ) => {
                        assert_eq!(action.winners_count, media.winners_count);
                        assert_eq!(usize::try_from(media.winners_count), Ok(media.winners.len()));
                        assert_eq!(media.refunded, giveaway.refunded);
                        listed += 1;
                    }
                    (e::MessageAction::GiveawayResults(_), None) => {
                        assert!(!giveaway.winners_visible && !shown.message.is_empty());
                        hidden += 1;
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
        assert!(launches > 8 && listed > 3 && hidden > 3, "{launches} {listed} {hidden}");
    }
}
