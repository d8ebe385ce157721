//! Posts of channels.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ChannelId;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// What a post is. What is none of the others is `other`, so that new kinds never vanish.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum PostKind { $($(#[$doc])* $variant,)* }

        impl PostKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name: in the API and the database.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }
        }
    };
}

kinds! {
    /// Words alone, perhaps with the preview of a link.
    Text = "text";
    /// A photo.
    Photo = "photo";
    /// A video, round ones included.
    Video = "video";
    /// A video without sound that repeats.
    Animation = "animation";
    /// Music.
    Audio = "audio";
    /// A voice message.
    Voice = "voice";
    /// A sticker.
    Sticker = "sticker";
    /// Another file.
    Document = "document";
    /// Several messages under one text (`grouped_id`).
    Album = "album";
    /// A poll or quiz.
    Poll = "poll";
    /// Media that opens for Stars.
    PaidMedia = "paid_media";
    /// Taken over from somebody else, whatever it is.
    Forward = "forward";
    /// The message people take part in a giveaway with.
    Giveaway = "giveaway";
    /// The message that names a giveaway's winners.
    GiveawayResults = "giveaway_results";
    /// Somebody's story.
    Story = "story";
    /// A place.
    Location = "location";
    /// None of these.
    Other = "other";
}

impl PostKind {
    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// Whom a post was forwarded from (`messageFwdHeader`), as far as Telegram says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForwardedFrom {
    /// The channel. Users are not kept.
    pub channel_id: Option<ChannelId>,
    /// The message's id there.
    pub message_id: Option<i32>,
    /// `from_name`: somebody who does not want to be linked to.
    pub name: Option<String>,
}

/// What is counted under a post; `None` is not known, or not counted there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostCounters {
    /// Views.
    pub views: Option<i32>,
    /// Public and private forwards.
    pub forwards: Option<i32>,
    /// Comments; `None` without a discussion group.
    pub replies: Option<i32>,
    /// Reactions without paid ones.
    pub reactions: Option<i32>,
    /// By emoji, `custom:<document id>`, or `paid`: Stars.
    pub reactions_by: BTreeMap<String, i32>,
}

/// Where the views at an age are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewsOrigin {
    /// Read from the post at that age.
    Counter,
    /// Added up from the post's own graph later, where nobody had looked at that age (`stats.getMessageStats`).
    ViewsGraph,
}

impl ViewsOrigin {
    /// The origin of that name in the database.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "counter" => Some(Self::Counter),
            "views_graph" => Some(Self::ViewsGraph),
            _ => None,
        }
    }
}

/// A post with its newest counters and its views at six ages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// The id of its first message.
    pub id: i32,
    /// All its messages, ascending.
    pub message_ids: Vec<i32>,
    /// When it was posted.
    pub posted_at: Timestamp,
    /// What it is.
    pub kind: PostKind,
    /// The signature, where posts are signed.
    pub author: Option<String>,
    /// Its words; empty without any.
    pub text: String,
    /// When it was last edited, as Telegram shows it.
    pub edited_at: Option<Timestamp>,
    /// When it was first found missing; it was deleted some time before.
    pub deleted_seen_at: Option<Timestamp>,
    /// Whom it was taken over from.
    pub forwarded_from: Option<ForwardedFrom>,
    /// The newest counters.
    #[serde(flatten)]
    pub counters: PostCounters,
    /// When they were read.
    pub counted_at: Timestamp,
    /// Views an hour after posting (±6 minutes).
    pub views_1h: Option<i32>,
    /// Where `views_1h` is from.
    pub views_1h_origin: Option<ViewsOrigin>,
    /// Views two hours after posting (±10 minutes).
    pub views_2h: Option<i32>,
    /// Where `views_2h` is from.
    pub views_2h_origin: Option<ViewsOrigin>,
    /// Views six hours after posting (±20 minutes).
    pub views_6h: Option<i32>,
    /// Where `views_6h` is from.
    pub views_6h_origin: Option<ViewsOrigin>,
    /// Views twelve hours after posting (±30 minutes).
    pub views_12h: Option<i32>,
    /// Where `views_12h` is from.
    pub views_12h_origin: Option<ViewsOrigin>,
    /// Views a day after posting (±30 minutes).
    pub views_24h: Option<i32>,
    /// Where `views_24h` is from.
    pub views_24h_origin: Option<ViewsOrigin>,
    /// Views two days after posting (±30 minutes).
    pub views_48h: Option<i32>,
    /// Where `views_48h` is from.
    pub views_48h_origin: Option<ViewsOrigin>,
}
