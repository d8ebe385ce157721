//! Who there is in the world.

use serde::{Deserialize, Serialize};

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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Broadcast,
    Supergroup,
}

/// A channel or supergroup and its habits. Rates are for a day and for each subscriber.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) id: i64,
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
}

/// The names Telegram gives the viewers' languages.
pub(crate) const LANGUAGES: [&str; 6] = ["English", "Russian", "German", "Arabic", "Japanese", "Other"];

/// Below so many subscribers a channel has no statistics.
pub(crate) const STATS_FROM: u64 = 50;

/// Below so many subscribers there is not enough data for some of its graphs.
pub(crate) const DETAIL_FROM: u64 = 5_000;

const SMALL: Spec = Spec {
    id: 0,
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
        ..SMALL
    },
    Spec {
        id: 1_420_000_005,
        title: "バイク仲間 🏍",
        kind: Kind::Supergroup,
        target: 3_400,
        languages: [3, 0, 0, 0, 95, 2],
        hours_east: 9,
        ..SMALL
    },
    Spec {
        id: 1_420_000_006,
        title: "Прогулки по утрам",
        target: 12,
        join_ppm: 300,
        leave_ppm: 100,
        ..SMALL
    },
    Spec {
        id: 1_420_000_007,
        title: "חדשות הבוקר",
        username: Some("hadashot_boker"),
        role: Role::Member,
        target: 88_000,
        hours_east: 2,
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
        message: "private-marker-anna: the key is under the mat",
        hours_ago: 2,
    },
    Chat {
        id: 7_000_000_202,
        name: "عمر ✌️",
        group: false,
        message: "private-marker-omar: call me back tonight",
        hours_ago: 30,
    },
    Chat {
        id: 900_301,
        name: "Family 🏡",
        group: true,
        message: "private-marker-family: who brings the cake?",
        hours_ago: 9,
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
