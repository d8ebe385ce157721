//! Who there is in the world.

use serde::{Deserialize, Serialize};

use super::SELF_ID;
use super::voice::{self, Voice};
use crate::{FAR_DC, HOME_DC, STATS_DC};

/// What the account may do in a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It made the channel: statistics, revenue, withdrawals.
    Owner,
    /// It was made an administrator: statistics only.
    Admin,
    /// It only reads.
    Member,
}

/// The accounts there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// Whom the channels belong to.
    Owner,
    /// Who looks after some of them, and reads the others.
    Deputy,
    /// One of the crowd, by number: it has channels of its own, which nobody else sees.
    Operator(u16),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Broadcast,
    Supergroup,
}

/// A channel or supergroup and its habits. Rates are for a day and for each subscriber.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) id: i64,
    /// The account that [`Spec::role`] speaks of.
    pub(crate) account: i64,
    pub(crate) title: &'static str,
    pub(crate) username: Option<&'static str>,
    pub(crate) about: &'static str,
    pub(crate) kind: Kind,
    pub(crate) role: Role,
    /// Subscribers at the end of the days the world starts with.
    pub(crate) target: u64,
    pub(crate) join_ppm: u64,
    pub(crate) leave_ppm: u64,
    /// Views of all posts together, in thousandths.
    pub(crate) views_permille: u64,
    /// Posts in ten days.
    pub(crate) posts_in_ten_days: u64,
    /// Views of one post, in the end, in thousandths.
    pub(crate) reach_permille: u64,
    /// Views that show an ad, in thousandths; 0 without ads.
    pub(crate) ads_permille: u64,
    /// What a thousand ad views earn the owner, in nanotons.
    pub(crate) nano_for_thousand: u64,
    /// On how many days proceeds are booked together.
    pub(crate) booked_days: u32,
    pub(crate) stars: bool,
    pub(crate) stories: bool,
    pub(crate) instant_view: bool,
    /// One viral day in about so many; 0 for never.
    pub(crate) viral_once_in: u64,
    /// One bought ad in about so many days; 0 for never.
    pub(crate) campaign_once_in: u64,
    /// Weights of the viewers' languages, as in [`LANGUAGES`].
    pub(crate) languages: [u64; 6],
    /// By how many hours the day is later than in London.
    pub(crate) hours_east: i64,
    /// The data centre that keeps its statistics.
    pub(crate) stats_dc: i32,
    /// Whether the account stops being an administrator while the world is watched (`Options::rights_last_days`).
    pub(crate) loses_rights: bool,
    /// The discussion group under its posts, or the channel that a discussion group belongs to.
    pub(crate) linked: Option<i64>,
    /// Who signs posts, if they are signed.
    pub(crate) authors: &'static [&'static str],
    /// One post in so many is a photo album, a poll, a forward, paid media; 0 for never.
    pub(crate) album_once_in: u64,
    pub(crate) poll_once_in: u64,
    pub(crate) forward_once_in: u64,
    pub(crate) paid_media_once_in: u64,
    /// One giveaway in so many days; 0 for never.
    pub(crate) giveaway_every: u32,
    /// One gift in about so many days; 0 for never.
    pub(crate) gift_once_in: u64,
    /// How many boosts Premium users give it in a hundred days.
    pub(crate) boosts_in_hundred_days: u64,
    /// Its direct messages, which cost Stars.
    pub(crate) monoforum: Option<i64>,
    /// What the deputy may do.
    pub(crate) deputy: Role,
    /// How it talks.
    pub(crate) voice: &'static Voice,
    /// The data centre that keeps its photos.
    pub(crate) files_dc: i32,
}

/// The names Telegram gives the viewers' languages.
pub(crate) const LANGUAGES: [&str; 6] = ["English", "Russian", "German", "Arabic", "Japanese", "Other"];

/// Below so many subscribers a channel has no statistics.
pub(crate) const STATS_FROM: u64 = 50;

/// Below so many members a supergroup has none.
pub(crate) const GROUP_STATS_FROM: u64 = 500;

/// Below so many subscribers there is not enough data for some of its graphs.
pub(crate) const DETAIL_FROM: u64 = 5_000;

pub(super) const SMALL: Spec = Spec {
    id: 0,
    account: SELF_ID,
    title: "",
    username: None,
    about: "",
    kind: Kind::Broadcast,
    role: Role::Owner,
    target: 0,
    join_ppm: 2_600,
    leave_ppm: 1_500,
    views_permille: 450,
    posts_in_ten_days: 7,
    reach_permille: 420,
    ads_permille: 0,
    nano_for_thousand: 0,
    booked_days: 1,
    stars: false,
    stories: false,
    instant_view: false,
    viral_once_in: 0,
    campaign_once_in: 0,
    languages: [1, 0, 0, 0, 0, 1],
    hours_east: 0,
    stats_dc: STATS_DC,
    loses_rights: false,
    linked: None,
    authors: &[],
    album_once_in: 9,
    poll_once_in: 0,
    forward_once_in: 0,
    paid_media_once_in: 0,
    giveaway_every: 0,
    gift_once_in: 0,
    boosts_in_hundred_days: 0,
    monoforum: None,
    deputy: Role::Member,
    voice: &voice::ENGLISH,
    files_dc: HOME_DC,
};

pub(crate) const CHANNELS: &[Spec] = &[
    Spec {
        id: 1_420_000_001,
        title: "Северный вестник 📰",
        username: Some("north_herald"),
        about: "Новости каждый час. Реклама: @north_herald_ads",
        target: 1_200_000,
        join_ppm: 3_400,
        leave_ppm: 1_700,
        views_permille: 2_900,
        posts_in_ten_days: 180,
        reach_permille: 310,
        ads_permille: 310,
        nano_for_thousand: 17_300_000,
        stories: true,
        instant_view: true,
        viral_once_in: 70,
        campaign_once_in: 45,
        languages: [6, 78, 2, 1, 0, 13],
        hours_east: 3,
        authors: &["Ирина", "Дежурный редактор", "Пётр"],
        poll_once_in: 90,
        forward_once_in: 25,
        giveaway_every: 120,
        boosts_in_hundred_days: 320,
        deputy: Role::Admin,
        voice: &voice::RUSSIAN,
        ..SMALL
    },
    Spec {
        id: 1_420_000_002,
        title: "Kaffee & Code ☕️👩‍💻",
        username: Some("kaffee_und_code"),
        about: "Software, Kaffee und was dazwischen liegt.",
        target: 40_000,
        join_ppm: 3_100,
        leave_ppm: 1_500,
        views_permille: 900,
        posts_in_ten_days: 16,
        reach_permille: 470,
        ads_permille: 280,
        nano_for_thousand: 24_100_000,
        booked_days: 3,
        stars: true,
        stories: true,
        instant_view: true,
        viral_once_in: 110,
        campaign_once_in: 80,
        languages: [22, 3, 66, 1, 1, 7],
        hours_east: 1,
        linked: Some(1_420_000_005),
        album_once_in: 12,
        poll_once_in: 14,
        forward_once_in: 18,
        paid_media_once_in: 11,
        giveaway_every: 75,
        gift_once_in: 4,
        boosts_in_hundred_days: 90,
        monoforum: Some(1_440_000_002),
        voice: &voice::GERMAN,
        files_dc: FAR_DC,
        ..SMALL
    },
    Spec {
        id: 1_420_000_003,
        title: "مطبخ جدتي",
        username: Some("jiddati_kitchen"),
        about: "وصفات من البيت",
        target: 900,
        languages: [4, 0, 1, 90, 0, 5],
        hours_east: 2,
        voice: &voice::ARABIC,
        ..SMALL
    },
    Spec {
        id: 1_420_000_004,
        title: "<script>alert(\"Web\")</script> & Sicherheit",
        username: Some("web_sicherheit"),
        about: "\"><img src=x onerror=alert(1)> and other greetings",
        role: Role::Admin,
        target: 15_400,
        posts_in_ten_days: 12,
        campaign_once_in: 90,
        languages: [55, 12, 22, 2, 2, 7],
        boosts_in_hundred_days: 25,
        ..SMALL
    },
    Spec {
        id: 1_420_000_005,
        title: "バイク仲間 🏍",
        about: "バイクとコーヒーの話",
        kind: Kind::Supergroup,
        target: 15_000,
        join_ppm: 2_200,
        leave_ppm: 1_300,
        languages: [3, 0, 0, 0, 95, 2],
        hours_east: 9,
        stats_dc: FAR_DC,
        linked: Some(1_420_000_002),
        deputy: Role::Admin,
        voice: &voice::JAPANESE,
        ..SMALL
    },
    Spec {
        id: 1_420_000_006,
        title: "Прогулки по утрам",
        target: 12,
        join_ppm: 300,
        leave_ppm: 100,
        voice: &voice::RUSSIAN,
        ..SMALL
    },
    Spec {
        id: 1_420_000_007,
        title: "חדשות הבוקר",
        username: Some("hadashot_boker"),
        role: Role::Member,
        target: 88_000,
        stories: true,
        hours_east: 2,
        giveaway_every: 90,
        gift_once_in: 9,
        boosts_in_hundred_days: 60,
        voice: &voice::HEBREW,
        ..SMALL
    },
    Spec {
        id: 1_420_000_008,
        title: "Olá, Lisboa 🌊",
        username: Some("ola_lisboa"),
        about: "O que fazer esta semana",
        role: Role::Admin,
        target: 6_200,
        posts_in_ten_days: 10,
        languages: [20, 1, 2, 0, 0, 77],
        loses_rights: true,
        forward_once_in: 20,
        voice: &voice::PORTUGUESE,
        ..SMALL
    },
    Spec {
        id: 1_420_000_009,
        title: "Stammtisch <Rad> & Freunde 🚲",
        about: "Jeden ersten Donnerstag",
        kind: Kind::Supergroup,
        target: 140,
        languages: [10, 0, 85, 0, 0, 5],
        hours_east: 1,
        stats_dc: FAR_DC,
        ..SMALL
    },
];

/// Something in the dialog list that no collector may keep.
#[derive(Debug)]
pub(crate) struct Chat {
    pub(crate) id: i64,
    /// A person's first name, or a small group's title.
    pub(crate) name: &'static str,
    pub(crate) group: bool,
    /// The supergroup that the small group became.
    pub(crate) became: Option<i64>,
    /// Its last message.
    pub(crate) message: &'static str,
    /// How many hours ago that was when the world started.
    pub(crate) hours_ago: i64,
}

pub(crate) const CHATS: &[Chat] = &[
    Chat {
        id: 7_000_000_201,
        name: "Anna Weber",
        group: false,
        became: None,
        message: "private-marker-anna: the key is under the mat",
        hours_ago: 2,
    },
    Chat {
        id: 7_000_000_202,
        name: "عمر ✌️",
        group: false,
        became: None,
        message: "private-marker-omar: call me back tonight",
        hours_ago: 30,
    },
    Chat {
        id: 900_301,
        name: "Family 🏡",
        group: true,
        became: None,
        message: "private-marker-family: who brings the cake?",
        hours_ago: 9,
    },
    Chat {
        id: 900_302,
        name: "バイク仲間",
        group: true,
        became: Some(1_420_000_005),
        message: "private-marker-bikes: we move to the new group",
        hours_ago: 9_000,
    },
];

/// People who pay Stars: id and first name.
pub(crate) const PAYERS: [(i64, &str); 6] = [
    (7_000_000_301, "Mia"),
    (7_000_000_302, "Jonas 🎸"),
    (7_000_000_303, "Ольга"),
    (7_000_000_304, "Yusuf"),
    (7_000_000_305, "陽菜"),
    (7_000_000_306, "Lena <b>"),
];

/// A public channel that the account has nothing to do with: it forwards, is recommended, or advertises.
#[derive(Debug)]
pub(crate) struct Other {
    pub(crate) id: i64,
    pub(crate) title: &'static str,
    pub(crate) username: &'static str,
    pub(crate) subscribers: i32,
}

/// The first is bigger than any channel of the account: it takes over what goes round.
pub(crate) const OTHERS: [Other; 8] = [
    Other { id: 1_430_000_001, title: "Wide World 🌍", username: "wideworld", subscribers: 4_800_000 },
    Other {
        id: 1_430_000_002,
        title: "Новости одной строкой",
        username: "odnoj_strokoj",
        subscribers: 890_000,
    },
    Other { id: 1_430_000_003, title: "Rust am Abend", username: "rust_am_abend", subscribers: 31_000 },
    Other { id: 1_430_000_004, title: "Café ☕ y código", username: "cafe_y_codigo", subscribers: 52_400 },
    Other { id: 1_430_000_005, title: "سفرة اليوم", username: "sufrat_alyawm", subscribers: 7_300 },
    Other {
        id: 1_430_000_006, title: "週末ツーリング", username: "weekend_touring", subscribers: 12_900
    },
    Other { id: 1_430_000_007, title: "Sicher im Netz", username: "sicher_im_netz", subscribers: 64_000 },
    Other { id: 1_430_000_008, title: "מבזקים", username: "mivzakim", subscribers: 240_000 },
];
