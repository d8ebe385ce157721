//! Stories: what is shown, what was shown, who reacted.

use std::collections::{BTreeSet, HashMap};

use grammers_tl_types::{enums as e, functions as f, types as t};
use telegram_dc::{DataCentre, FAR_DC, HOME_DC, TruthStory};

use crate::client::*;

fn items(stories: &[e::StoryItem]) -> Vec<&t::StoryItem> {
    stories
        .iter()
        .map(|story| match story {
            e::StoryItem::Item(story) => &**story,
            other => panic!("{other:?}"),
        })
        .collect()
}

/// Views, forwards and reactions.
fn counters(views: &e::StoryViews) -> (i32, i32, i32) {
    let e::StoryViews::Views(views) = views;
    (views.views_count, views.forwards_count.unwrap_or(0), views.reactions_count.unwrap_or(0))
}

fn truly(story: &TruthStory) -> (i32, i32, i32) {
    let number = |value: u64| i32::try_from(value).unwrap();
    (number(story.views), number(story.forwards), number(story.reactions))
}

async fn archive(client: &Client, centre: &DataCentre, id: i64, limit: i32) -> Vec<e::StoryItem> {
    let mut request = f::stories::GetStoriesArchive { peer: input_peer(centre, id), offset_id: 0, limit };
    let mut all = Vec::new();
    loop {
        hold(centre);
        let e::stories::Stories::Stories(page) = client.home(&request).await;
        if page.stories.is_empty() {
            assert_eq!(usize::try_from(page.count).unwrap(), all.len());
            return all;
        }
        assert!(page.stories.len() <= usize::try_from(limit.min(100)).unwrap());
        request.offset_id = items(&page.stories).last().unwrap().id;
        all.extend(page.stories);
    }
}

#[tokio::test]
async fn the_archive_holds_every_story_once() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for (id, limit) in [(NEWS, 40), (BLOG, 1_000)] {
        let stories = archive(&client, &centre, id, limit).await;
        hold(&centre);
        let truth = centre.truth().stories(id);
        assert!(truth.len() > 300 && truth.iter().any(|story| story.caption.contains("<script>")));
        let stories = items(&stories);
        assert_eq!(stories.len(), truth.len());
        for (story, truth) in stories.iter().rev().zip(&truth) {
            assert_eq!((story.id, i64::from(story.date)), (truth.id, truth.date));
            assert_eq!(i64::from(story.expire_date), truth.expires);
            assert_eq!(
                (story.pinned, story.caption.clone().unwrap_or_default()),
                (truth.pinned, truth.caption.clone())
            );
            assert_eq!(counters(story.views.as_ref().unwrap()), truly(truth));
            assert!(matches!(&story.media, e::MessageMedia::Photo(photo) if photo.photo.is_some()));
        }
    }
}

#[tokio::test]
async fn what_is_shown_is_what_has_not_expired_or_is_pinned() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for id in [NEWS, BLOG, FOLLOWED] {
        hold(&centre);
        let now = centre.clock().now().as_second();
        let truth = centre.truth().stories(id);
        let active: Vec<i32> =
            truth.iter().filter(|story| now < story.expires).map(|story| story.id).collect();
        let peer = input_peer(&centre, id);
        let request = f::stories::GetPeerStories { peer: peer.clone() };
        let e::stories::PeerStories::Stories(shown) = client.home(&request).await;
        let e::PeerStories::Stories(stories) = shown.stories;
        assert_eq!(items(&stories.stories).iter().map(|story| story.id).collect::<Vec<_>>(), active);
        let e::Chat::Channel(channel) = &shown.chats[0] else { panic!("{:?}", shown.chats) };
        let newest = channel.stories_max_id.clone().map(|recent| {
            let e::RecentStory::Story(recent) = recent;
            recent.max_id.unwrap()
        });
        assert_eq!(newest, active.last().copied());

        let request = f::channels::GetFullChannel { channel: input_channel(&centre, id) };
        let e::messages::ChatFull::Full(full) = client.home(&request).await;
        let e::ChatFull::ChannelFull(full) = full.full_chat else { panic!("{full:?}") };
        let e::PeerStories::Stories(in_full) = full.stories.unwrap();
        assert_eq!(items(&in_full.stories).iter().map(|story| story.id).collect::<Vec<_>>(), active);
        assert!(full.stories_pinned_available);

        let request = f::stories::GetPinnedStories { peer, offset_id: 0, limit: 100 };
        let e::stories::Stories::Stories(pinned) = client.home(&request).await;
        let expected = truth.iter().rev().filter(|story| story.pinned).map(|story| story.id);
        assert_eq!(
            items(&pinned.stories).iter().map(|story| story.id).collect::<Vec<_>>(),
            expected.collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn the_photo_of_a_story_can_be_downloaded() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to(FAR_DC).await;
    for id in [NEWS, BLOG] {
        let ask = f::stories::GetStoriesById { peer: input_peer(&centre, id), id: vec![200] };
        let e::stories::Stories::Stories(found) = client.home(&ask).await;
        let media = &items(&found.stories)[0].media;
        let e::MessageMedia::Photo(t::MessageMediaPhoto { photo: Some(e::Photo::Photo(photo)), .. }) = media
        else {
            panic!("{media:?}")
        };
        for size in &photo.sizes {
            let e::PhotoSize::Size(size) = size else { panic!("{size:?}") };
            let location = t::InputPhotoFileLocation {
                id: photo.id,
                access_hash: photo.access_hash,
                file_reference: photo.file_reference.clone(),
                thumb_size: size.r#type.clone(),
            };
            let file = f::upload::GetFile {
                precise: false,
                cdn_supported: false,
                location: location.into(),
                offset: 0,
                limit: 1 << 20,
            };
            let e::upload::File::File(file) = client.invoke(photo.dc_id, &file).await.unwrap() else {
                panic!("no file")
            };
            assert_eq!(file.bytes.len(), usize::try_from(size.size).unwrap());
            assert!(file.bytes.starts_with(&[0xff, 0xd8]) && size.h > size.w);
        }
    }
}

#[tokio::test]
async fn views_come_in_the_order_of_the_ids() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let truth = centre.truth().stories(NEWS);
    let request =
        f::stories::GetStoriesViews { peer: input_peer(&centre, NEWS), id: vec![20, 7, 9_999, 300] };
    let e::stories::StoryViews::Views(found) = client.home(&request).await;
    let expected = [truly(&truth[19]), truly(&truth[6]), (0, 0, 0), truly(&truth[299])];
    assert_eq!(found.views.iter().map(counters).collect::<Vec<_>>(), expected);
    for views in &found.views {
        let e::StoryViews::Views(views) = views;
        let by_emoji = views.reactions.iter().flatten().map(|one| {
            let e::ReactionCount::Count(one) = one;
            one.count
        });
        assert_eq!(by_emoji.sum::<i32>(), views.reactions_count.unwrap_or(0));
    }
    let request = f::stories::GetStoryViewsList {
        just_contacts: false,
        reactions_first: false,
        forwards_first: false,
        peer: input_peer(&centre, NEWS),
        q: None,
        id: 20,
        offset: String::new(),
        limit: 50,
    };
    let e::stories::StoryViewsList::List(list) = client.home(&request).await;
    assert_eq!((list.views_count, list.forwards_count, list.reactions_count), truly(&truth[19]));
    assert!(list.views.is_empty() && list.count == 0);
}

#[tokio::test]
async fn stories_are_found_by_id_as_far_as_they_may_be_seen() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let ask = |id: i64, ids: Vec<i32>| f::stories::GetStoriesById { peer: input_peer(&centre, id), id: ids };
    let e::stories::Stories::Stories(own) = client.home(&ask(NEWS, vec![3, 1, 9_999])).await;
    assert_eq!(items(&own.stories).iter().map(|story| story.id).collect::<Vec<_>>(), [3, 1]);
    let e::stories::Stories::Stories(many) = client.home(&ask(NEWS, (1..=150).collect())).await;
    assert_eq!((many.count, many.stories.len()), (100, 100));
    let truth = centre.truth().stories(FOLLOWED);
    let first: Vec<i32> = truth[..100].iter().map(|story| story.id).collect();
    let e::stories::Stories::Stories(seen) = client.home(&ask(FOLLOWED, first)).await;
    let pinned: Vec<i32> = truth[..100].iter().filter(|story| story.pinned).map(|story| story.id).collect();
    assert_eq!(items(&seen.stories).iter().map(|story| story.id).collect::<Vec<_>>(), pinned);
}

#[tokio::test]
async fn stories_want_rights_and_ids() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let by_id =
        |id: i64, ids: &[i32]| f::stories::GetStoriesById { peer: input_peer(&centre, id), id: ids.to_vec() };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &by_id(NEWS, &[])).await).1, "STORY_ID_EMPTY");
    assert_eq!(rpc_error(client.invoke(HOME_DC, &by_id(KITCHEN, &[1])).await).1, "STORIES_NEVER_CREATED");
    let views = f::stories::GetStoriesViews { peer: input_peer(&centre, NEWS), id: Vec::new() };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &views).await).1, "STORY_ID_EMPTY");
    for id in [FOLLOWED, ADMIN_ONLY] {
        let archive = f::stories::GetStoriesArchive { peer: input_peer(&centre, id), offset_id: 0, limit: 5 };
        assert_eq!(rpc_error(client.invoke(HOME_DC, &archive).await).1, "CHAT_ADMIN_REQUIRED");
    }
    let own = f::stories::GetPeerStories { peer: e::InputPeer::PeerSelf };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &own).await).1, "PEER_ID_INVALID");
    let wrong = t::InputPeerChannel { channel_id: NEWS, access_hash: 1 };
    let pinned = f::stories::GetPinnedStories { peer: wrong.into(), offset_id: 0, limit: 5 };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &pinned).await).1, "CHANNEL_INVALID");
    for (id, story, offset, error) in [
        (FOLLOWED, 1, "", "CHAT_ADMIN_REQUIRED"),
        (NEWS, 9_999, "", "STORY_ID_INVALID"),
        (NEWS, 1, "x", "OFFSET_INVALID"),
        (NEWS, 1, "99999999", "OFFSET_INVALID"),
    ] {
        let list = reactions(&centre, id, story, offset);
        assert_eq!(rpc_error(client.invoke(HOME_DC, &list).await).1, error);
    }
}

fn reactions(centre: &DataCentre, id: i64, story: i32, offset: &str) -> f::stories::GetStoryReactionsList {
    let offset = (!offset.is_empty()).then(|| offset.to_owned());
    let peer = input_peer(centre, id);
    f::stories::GetStoryReactionsList {
        forwards_first: false,
        peer,
        id: story,
        reaction: None,
        offset,
        limit: 70,
    }
}

#[tokio::test]
async fn reactions_are_listed_until_the_counter_is_reached() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let truth = centre.truth().stories(NEWS);
    let story = &truth[truth.len() - 6];
    let mut request = reactions(&centre, NEWS, story.id, "");
    let (mut users, mut dates, mut by_emoji, mut forwards) = (BTreeSet::new(), Vec::new(), HashMap::new(), 0);
    loop {
        let e::stories::StoryReactionsList::List(page) = client.home(&request).await;
        let known: BTreeSet<i64> = page.users.iter().map(e::User::id).collect();
        for reaction in &page.reactions {
            match reaction {
                e::StoryReaction::Reaction(one) => {
                    let e::Peer::User(user) = &one.peer_id else { panic!("{one:?}") };
                    assert!(known.contains(&user.user_id) && users.insert(user.user_id));
                    dates.push(one.date);
                    *by_emoji.entry(format!("{:?}", one.reaction)).or_insert(0) += 1;
                }
                _ => forwards += 1,
            }
        }
        assert_eq!(u64::try_from(page.count).unwrap(), story.reactions + public_forwards(page.count, story));
        let Some(next) = page.next_offset else { break };
        request.offset = Some(next);
    }
    assert_eq!(users.len() as u64, story.reactions);
    assert!(forwards > 0 && u64::try_from(forwards).unwrap() <= story.forwards);
    assert!(dates.is_sorted_by(|a, b| a >= b));
    assert!(dates.iter().all(|date| (story.date..=story.date + 2 * 86_400).contains(&i64::from(*date))));
    let views = f::stories::GetStoriesViews { peer: input_peer(&centre, NEWS), id: vec![story.id] };
    let e::stories::StoryViews::Views(views) = client.home(&views).await;
    let e::StoryViews::Views(views) = &views.views[0];
    for count in views.reactions.iter().flatten() {
        let e::ReactionCount::Count(count) = count;
        assert_eq!(by_emoji[&format!("{:?}", count.reaction)], count.count);
        let only = f::stories::GetStoryReactionsList {
            reaction: Some(count.reaction.clone()),
            ..reactions(&centre, NEWS, story.id, "")
        };
        let e::stories::StoryReactionsList::List(only) = client.home(&only).await;
        assert_eq!(only.count, count.count);
    }
    let first =
        f::stories::GetStoryReactionsList { forwards_first: true, ..reactions(&centre, NEWS, story.id, "") };
    let e::stories::StoryReactionsList::List(first) = client.home(&first).await;
    assert!(!matches!(first.reactions[0], e::StoryReaction::Reaction(_)));
}

/// How many of the interactions are public forwards.
fn public_forwards(count: i32, story: &TruthStory) -> u64 {
    u64::try_from(count).unwrap() - story.reactions
}
