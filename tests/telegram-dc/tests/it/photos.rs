//! Photos of channels and in messages, and the files they are.

use std::collections::HashSet;

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::SignedDuration;
use telegram_dc::{DataCentre, FAR_DC, HOME_DC, STATS_DC, TruthPostKind};

use crate::client::*;

fn request(location: e::InputFileLocation) -> f::upload::GetFile {
    f::upload::GetFile { precise: false, cdn_supported: false, location, offset: 0, limit: 1 << 20 }
}

fn in_size(photo: &t::Photo, letter: &str) -> e::InputFileLocation {
    t::InputPhotoFileLocation {
        id: photo.id,
        access_hash: photo.access_hash,
        file_reference: photo.file_reference.clone(),
        thumb_size: letter.to_owned(),
    }
    .into()
}

async fn download(client: &Client, dc: i32, location: e::InputFileLocation) -> Vec<u8> {
    let e::upload::File::File(file) = client.invoke(dc, &request(location)).await.unwrap() else {
        panic!("no file")
    };
    assert_eq!(file.r#type, e::storage::FileType::FileJpeg);
    file.bytes
}

async fn channel_photo(client: &Client, centre: &DataCentre, id: i64) -> (e::Photo, e::Chat) {
    let request = f::channels::GetFullChannel { channel: input_channel(centre, id) };
    let e::messages::ChatFull::Full(answer) = client.home(&request).await;
    let e::ChatFull::ChannelFull(full) = answer.full_chat else { panic!("{id}") };
    let chat = answer.chats.into_iter().find(|chat| chat.id() == id).unwrap();
    (full.chat_photo, chat)
}

async fn photo_of_post(client: &Client, centre: &DataCentre, id: i64, message: i32) -> t::Photo {
    let ids = vec![t::InputMessageId { id: message }.into()];
    let request = f::channels::GetMessages { channel: input_channel(centre, id), id: ids };
    let e::messages::Messages::ChannelMessages(answer) = client.home(&request).await else { panic!() };
    let Some(e::Message::Message(message)) = answer.messages.into_iter().next() else { panic!("no message") };
    let Some(e::MessageMedia::Photo(media)) = message.media else { panic!("no photo") };
    let Some(e::Photo::Photo(photo)) = media.photo else { panic!("no photo") };
    photo
}

/// Width and height of a JPEG, if it begins and ends like one and every part of its head is as long as it says.
fn dimensions(file: &[u8]) -> Option<(i32, i32)> {
    if !file.starts_with(&[0xff, 0xd8]) || !file.ends_with(&[0xff, 0xd9]) {
        return None;
    }
    let (mut place, mut found) = (2, None);
    while let [0xff, marker, high, low, ..] = file[place..] {
        let body = &file[place + 4..];
        if marker == 0xc0 {
            let side = |at: usize| i32::from(u16::from_be_bytes([body[at], body[at + 1]]));
            found = Some((side(3), side(1)));
        }
        if marker == 0xda {
            return found;
        }
        place += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
    None
}

#[tokio::test]
async fn files_are_pictures_of_the_promised_size() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to(FAR_DC).await;
    let mut seen = HashSet::new();
    for (id, dc) in [(NEWS, HOME_DC), (BLOG, FAR_DC), (GROUP, HOME_DC)] {
        let (e::Photo::Photo(own), chat) = channel_photo(&client, &centre, id).await else { panic!("{id}") };
        let e::Chat::Channel(chat) = chat else { panic!("{id}") };
        let e::ChatPhoto::Photo(small) = chat.photo else { panic!("{id}") };
        assert_eq!((small.photo_id, small.dc_id, own.dc_id), (own.id, dc, dc));
        for (big, letter) in [(false, "a"), (true, "c")] {
            let peer = input_peer(&centre, id);
            let location = t::InputPeerPhotoFileLocation { big, peer, photo_id: small.photo_id };
            let file = download(&client, dc, location.into()).await;
            assert_eq!(file, download(&client, dc, in_size(&own, letter)).await);
        }
        let posts = centre.truth().posts(id);
        let pictures = posts.iter().filter(|post| {
            post.deleted.is_none() && matches!(post.kind, TruthPostKind::Photo | TruthPostKind::Album)
        });
        let mut photos = vec![own];
        for message in pictures.rev().take(4).flat_map(|post| post.message_ids.clone()) {
            photos.push(photo_of_post(&client, &centre, id, message).await);
        }
        for photo in photos {
            for size in &photo.sizes {
                let e::PhotoSize::Size(size) = size else { panic!("{size:?}") };
                let file = download(&client, dc, in_size(&photo, &size.r#type)).await;
                assert_eq!(i32::try_from(file.len()), Ok(size.size));
                assert_eq!(dimensions(&file), Some((size.w, size.h)));
                assert!(seen.insert(file), "two photos are the same");
            }
        }
    }
    let (none, _) = channel_photo(&client, &centre, TINY).await;
    assert!(matches!(none, e::Photo::Empty(_)));
}

#[tokio::test]
async fn files_come_in_parts_from_where_they_are() {
    let centre = world().await;
    let client = Client::ready(&centre);
    client.sign_in_to(FAR_DC).await;
    client.sign_in_to_stats().await;
    let (e::Photo::Photo(far), _) = channel_photo(&client, &centre, BLOG).await else { panic!("no photo") };
    let (e::Photo::Photo(near), _) = channel_photo(&client, &centre, NEWS).await else { panic!("no photo") };
    let whole = download(&client, HOME_DC, in_size(&near, "c")).await;
    let elsewhere = rpc_error(client.invoke(HOME_DC, &request(in_size(&far, "c"))).await);
    assert_eq!(elsewhere, (303, "FILE_MIGRATE".to_owned(), Some(1)));
    let elsewhere = rpc_error(client.invoke(STATS_DC, &request(in_size(&near, "c"))).await);
    assert_eq!(elsewhere, (303, "FILE_MIGRATE".to_owned(), Some(2)));

    let part = async |precise, offset, limit| {
        let request = f::upload::GetFile { precise, offset, limit, ..request(in_size(&near, "c")) };
        match client.invoke(HOME_DC, &request).await {
            Ok(e::upload::File::File(file)) => Ok(file.bytes),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(rpc_error::<()>(Err(error)).1),
        }
    };
    assert_eq!(part(true, 1_024, 1_024).await, Ok(whole.iter().copied().skip(1_024).take(1_024).collect()));
    assert_eq!(part(false, 0, 4_096).await, Ok(whole.iter().copied().take(4_096).collect()));
    assert_eq!(part(false, 1 << 20, 4_096).await, Ok(Vec::new()));
    for (precise, offset, limit, error) in [
        (false, 1_024, 4_096, "OFFSET_INVALID"),
        (false, -4_096, 4_096, "OFFSET_INVALID"),
        (true, 1_000, 1_024, "OFFSET_INVALID"),
        (false, 0, 1_024, "LIMIT_INVALID"),
        (false, 0, 12_288, "LIMIT_INVALID"),
        (false, 0, 0, "LIMIT_INVALID"),
        (false, 0, -4_096, "LIMIT_INVALID"),
        (false, 4_096, 1 << 20, "LIMIT_INVALID"),
        (true, 0, 1 << 21, "LIMIT_INVALID"),
        (true, 0, 1_000, "LIMIT_INVALID"),
    ] {
        assert_eq!(part(precise, offset, limit).await, Err(error.to_owned()), "{precise} {offset} {limit}");
    }
}

#[tokio::test]
async fn locations_and_references_are_checked() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let (e::Photo::Photo(photo), _) = channel_photo(&client, &centre, NEWS).await else { panic!("no photo") };
    let error = async |location| rpc_error(client.invoke(HOME_DC, &request(location)).await).1;
    let wrong = |change: fn(&mut t::Photo)| {
        let mut photo = photo.clone();
        change(&mut photo);
        in_size(&photo, "c")
    };
    assert_eq!(error(wrong(|photo| photo.file_reference.clear())).await, "FILE_REFERENCE_EMPTY");
    assert_eq!(error(wrong(|photo| photo.file_reference[5] ^= 1)).await, "FILE_REFERENCE_EXPIRED");
    assert_eq!(error(wrong(|photo| photo.access_hash ^= 2)).await, "LOCATION_INVALID");
    assert_eq!(error(wrong(|photo| photo.id += 1)).await, "LOCATION_INVALID");
    assert_eq!(error(in_size(&photo, "y")).await, "LOCATION_INVALID");
    let peer =
        |id| t::InputPeerPhotoFileLocation { big: true, peer: input_peer(&centre, id), photo_id: photo.id };
    assert_eq!(error(peer(BLOG).into()).await, "LOCATION_INVALID");
    let secret = t::InputFileLocation { volume_id: 1, local_id: 1, secret: 1, file_reference: Vec::new() };
    assert_eq!(error(secret.into()).await, "LOCATION_INVALID");
    // References must be fetched again after a day or two.
    centre.clock().advance(SignedDuration::from_hours(24));
    download(&client, HOME_DC, in_size(&photo, "c")).await;
    centre.clock().advance(SignedDuration::from_hours(24));
    assert_eq!(error(in_size(&photo, "c")).await, "FILE_REFERENCE_EXPIRED");
    let (e::Photo::Photo(again), _) = channel_photo(&client, &centre, NEWS).await else { panic!("no photo") };
    assert_eq!(again.id, photo.id);
    download(&client, HOME_DC, in_size(&again, "c")).await;
    download(&client, HOME_DC, peer(NEWS).into()).await;
}
