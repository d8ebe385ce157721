//! Ads in channels: who pays for them and which are shown when.

use super::{Dice, Spec};

/// For so many seconds a channel shows the same ads.
const SHOWN_SECONDS: i64 = 300;

#[derive(Debug)]
pub(crate) struct Ad {
    pub(crate) title: &'static str,
    pub(crate) url: &'static str,
    pub(crate) text: &'static str,
    pub(crate) button: &'static str,
    pub(crate) sponsor_info: Option<&'static str>,
}

const ADS: [Ad; 7] = [
    Ad {
        title: "Wide World 🌍",
        url: "https://t.me/wideworld",
        text: "The world in ten pictures a day.",
        button: "VIEW CHANNEL",
        sponsor_info: None,
    },
    Ad {
        title: "Rust am Abend",
        url: "https://t.me/rust_am_abend",
        text: "Jeden Abend ein Stück Rust, kurz und klar.",
        button: "VIEW CHANNEL",
        sponsor_info: None,
    },
    Ad {
        title: "Bergland Hosting",
        url: "https://hosting.example/start?from=tg",
        text: "Server aus den Bergen. 30 Tage gratis.",
        button: "OPEN LINK",
        sponsor_info: Some("Bergland Hosting GmbH, Innsbruck"),
    },
    Ad {
        title: "Кофе с доставкой",
        url: "https://coffee.example/ru",
        text: "Зерно свежей обжарки за один день.",
        button: "OPEN LINK",
        sponsor_info: Some("ООО «Зерно»"),
    },
    Ad {
        title: "Lingua <b>now</b>",
        url: "https://t.me/lingua_now_bot?start=ad",
        text: "Learn 5 words & a joke every morning.",
        button: "START BOT",
        sponsor_info: None,
    },
    Ad {
        title: "سفرة اليوم",
        url: "https://t.me/sufrat_alyawm",
        text: "وصفة جديدة كل يوم",
        button: "VIEW CHANNEL",
        sponsor_info: None,
    },
    Ad {
        title: "TON Wallet Mini",
        url: "https://wallet.example/app",
        text: "Keep it simple, keep it safe.",
        button: "OPEN APP",
        sponsor_info: Some("Wallet Mini Ltd."),
    },
];

/// One to three different ads for five minutes, each with a number of its own; none in a channel without ads.
pub(crate) fn shown(seed: u64, spec: &Spec, now: i64) -> Vec<(u64, &'static Ad)> {
    if spec.ads_permille == 0 {
        return Vec::new();
    }
    let slot = u32::try_from(now.div_euclid(SHOWN_SECONDS)).unwrap_or(0);
    let mut dice = Dice::new(seed, "ads", spec.id, slot);
    let first = usize::try_from(dice.between(0, ADS.len() as u64 - 1)).unwrap_or(0);
    let count = usize::try_from(dice.between(1, 3)).unwrap_or(1);
    ADS.iter().cycle().skip(first).take(count).map(|ad| (dice.number(), ad)).collect()
}
