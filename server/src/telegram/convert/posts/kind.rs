use app::model::PostKind;
use grammers_tl_types::enums as e;

/// What a message with that media is.
pub(super) fn of(media: Option<&e::MessageMedia>) -> PostKind {
    use e::MessageMedia as Media;
    match media {
        None | Some(Media::Empty | Media::WebPage(_)) => PostKind::Text,
        Some(Media::Photo(_)) => PostKind::Photo,
        Some(Media::Document(media)) => match &media.document {
            Some(e::Document::Document(document)) => of_document(&document.attributes),
            _ if media.voice => PostKind::Voice,
            _ if media.video || media.round => PostKind::Video,
            _ => PostKind::Document,
        },
        Some(Media::Poll(_)) => PostKind::Poll,
        Some(Media::PaidMedia(_)) => PostKind::PaidMedia,
        Some(Media::Giveaway(_)) => PostKind::Giveaway,
        Some(Media::GiveawayResults(_)) => PostKind::GiveawayResults,
        Some(Media::Story(_)) => PostKind::Story,
        Some(Media::Geo(_) | Media::Venue(_) | Media::GeoLive(_)) => PostKind::Location,
        Some(_) => PostKind::Other,
    }
}

/// A file is what its attributes say; an animation is also a video, a sticker may be.
fn of_document(attributes: &[e::DocumentAttribute]) -> PostKind {
    use e::DocumentAttribute as Attribute;
    let kinds = attributes.iter().filter_map(|attribute| match attribute {
        Attribute::Sticker(_) | Attribute::CustomEmoji(_) => Some((0, PostKind::Sticker)),
        Attribute::Animated => Some((1, PostKind::Animation)),
        Attribute::Video(_) => Some((2, PostKind::Video)),
        Attribute::Audio(audio) if audio.voice => Some((3, PostKind::Voice)),
        Attribute::Audio(_) => Some((3, PostKind::Audio)),
        _ => None,
    });
    kinds.min_by_key(|(rank, _)| *rank).map_or(PostKind::Document, |(_, kind)| kind)
}
