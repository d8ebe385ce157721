use std::collections::BTreeMap;

use app::model::PostKind;
use jiff::Timestamp;

use super::reading::Seen;
use crate::store::posts::{Content, Told};
use crate::telegram::convert::LAYER;

/// The posts that messages make: those with one `grouped_id` are one. A message that was seen twice counts as it was
/// seen last.
pub(in crate::collector) fn posts(messages: Vec<Seen>) -> Vec<Told> {
    let mut latest: BTreeMap<i32, Seen> = BTreeMap::new();
    for (message, seen_at) in messages {
        match latest.get(&message.id) {
            Some((_, before)) if *before > seen_at => {}
            _ => {
                latest.insert(message.id, (message, seen_at));
            }
        }
    }
    let mut groups: BTreeMap<(Option<i64>, i32), Vec<Seen>> = BTreeMap::new();
    for (id, seen) in latest {
        let key = seen.0.grouped_id.map_or((None, id), |group| (Some(group), 0));
        groups.entry(key).or_default().push(seen);
    }
    let mut posts: Vec<Told> = groups.into_values().filter_map(post).collect();
    posts.sort_by(|one, other| one.content.message_ids.cmp(&other.content.message_ids));
    posts
}

/// Of messages by ascending id: the first with counters is counted, and the first with words speaks.
fn post(messages: Vec<Seen>) -> Option<Told> {
    let (first, _) = messages.first()?;
    let counted = messages.iter().find(|(message, _)| message.counters.views.is_some());
    let (counted, seen_at): (_, Timestamp) = counted.map_or((first, messages[0].1), |(one, at)| (one, *at));
    let is_album = first.grouped_id.is_some() && first.kind != PostKind::Forward;
    let text = messages.iter().map(|(message, _)| &message.text).find(|text| !text.is_empty());
    let content = Content {
        message_ids: messages.iter().map(|(message, _)| message.id).collect(),
        counted_id: counted.id,
        grouped_id: first.grouped_id,
        posted_at: first.posted_at,
        kind: if is_album { PostKind::Album } else { first.kind },
        author: first.author.clone(),
        text: text.cloned().unwrap_or_default(),
        forwarded_from: first.forwarded_from.clone(),
        edited_at: messages.iter().filter_map(|(message, _)| message.edited_at).max(),
    };
    let counters = counted.counters.clone();
    let raw = messages.into_iter().map(|(message, _)| message.raw).collect();
    Some(Told { content, counters, seen_at, layer: LAYER, raw })
}

#[cfg(test)]
pub(super) mod tests {
    use app::model::PostCounters;

    use super::*;
    use crate::telegram::convert::posts::ChannelMessage;

    pub(in crate::collector::posts) fn message(id: i32, grouped_id: Option<i64>) -> ChannelMessage {
        ChannelMessage {
            id,
            grouped_id,
            posted_at: Timestamp::UNIX_EPOCH,
            kind: PostKind::Photo,
            author: None,
            text: String::new(),
            forwarded_from: None,
            edited_at: None,
            counters: PostCounters { views: Some(id), ..PostCounters::default() },
            raw: vec![1],
        }
    }

    #[test]
    fn an_album_counts_once_by_its_first_message_and_speaks_by_the_one_with_words() {
        let mut third = message(7, Some(1));
        third.text = "words".to_owned();
        let messages = [third, message(6, Some(1)), message(5, Some(1)), message(4, None)];
        let told = posts(messages.into_iter().map(|one| (one, Timestamp::UNIX_EPOCH)).collect());
        assert_eq!(told.len(), 2);
        let (single, album) = (&told[0].content, &told[1].content);
        assert_eq!((single.kind, single.message_ids.as_slice()), (PostKind::Photo, &[4][..]));
        assert_eq!((album.kind, album.message_ids.as_slice()), (PostKind::Album, &[5, 6, 7][..]));
        assert_eq!((album.counted_id, album.text.as_str(), told[1].counters.views), (5, "words", Some(5)));
        assert_eq!(told[1].raw.len(), 3);
    }

    #[test]
    fn a_message_seen_twice_is_as_it_was_seen_last() {
        let mut later = message(4, None);
        later.text = "later".to_owned();
        let at = Timestamp::from_second(9).unwrap();
        let told = posts(vec![(later, at), (message(4, None), Timestamp::UNIX_EPOCH)]);
        assert_eq!((told.len(), told[0].content.text.as_str(), told[0].seen_at), (1, "later", at));
    }
}
