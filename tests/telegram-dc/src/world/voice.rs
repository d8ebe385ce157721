//! What channels say: short texts in their languages.

use super::{Content, Dice, Post, Spec};

/// How a channel talks.
#[derive(Debug)]
pub(crate) struct Voice {
    /// Beginnings of posts, and what may follow.
    openings: &'static [&'static str],
    endings: &'static [&'static str],
    /// What stands before an address and before a correction.
    link: &'static str,
    correction: &'static str,
    pub(super) polls: &'static [Question],
}

/// What a poll asks; two to six answers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) text: &'static str,
    pub(crate) answers: &'static [&'static str],
}

/// Once in so many posts a text tries to do harm.
const HOSTILE_ONCE_IN: u64 = 29;

/// Once in so many posts there is a link.
const LINK_ONCE_IN: u64 = 4;

const HOSTILE: [&str; 6] = [
    "<script>alert(document.cookie)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'; DROP TABLE posts; --",
    "\u{202e}gnp.exe\u{202c} ← right to left",
    "=HYPERLINK(\"http://evil.example\",\"click\")",
    "👩‍👩‍👧‍👦🏳️‍🌈 Z̷̢͝a̴l̵g̶o̷ \u{200b}\u{200b}[[(((",
];

/// The text of one of a post's messages by now: an album's stands under its first photo, polls and giveaways have
/// none.
pub(super) fn text(seed: u64, spec: &Spec, post: &Post, message_id: i32) -> String {
    let silent =
        matches!(post.content, Content::Poll | Content::Giveaway { .. } | Content::GiveawayResults { .. });
    if silent || message_id != post.id {
        return String::new();
    }
    let voice = spec.voice;
    let mut dice = Dice::new(seed, "text", spec.id, post.id.cast_unsigned());
    let mut pick = |texts: &[&'static str]| {
        let index = usize::try_from(dice.number() % texts.len().max(1) as u64).unwrap_or(0);
        texts.get(index).copied().unwrap_or_default()
    };
    let mut parts = vec![pick(voice.openings).to_owned(), pick(voice.endings).to_owned()];
    let hostile = pick(&HOSTILE);
    if dice.once_in(LINK_ONCE_IN) {
        let name = spec.username.unwrap_or("unnamed");
        parts.push(format!("{} https://{name}.example/{}?from=tg&x=1", voice.link, post.id));
    }
    if dice.once_in(HOSTILE_ONCE_IN) {
        parts.push(hostile.to_owned());
    }
    if post.edited_at.is_some() {
        parts.push(format!("✏️ {}", voice.correction));
    }
    parts.join("\n")
}

pub(super) const RUSSIAN: Voice = Voice {
    openings: &[
        "Мост через реку открыли на неделю раньше срока.",
        "В городе начали красить трамваи в синий цвет.",
        "Завтра обещают снег и сильный ветер.",
        "Библиотека на набережной теперь работает до полуночи.",
        "На севере области впервые увидели розовых фламинго.",
        "Суд отложил решение по делу о пропавшем памятнике.",
    ],
    endings: &[
        "Подробности в течение часа.",
        "Следим за развитием событий.",
        "Фото прислали читатели.",
        "Мэрия пока молчит.",
        "Расскажите, что видите из окна.",
    ],
    link: "Читать дальше:",
    correction: "Исправлено: уточнена дата.",
    polls: &[
        Question {
            text: "Вы за перевод часов?", answers: &["Да", "Нет", "Мне всё равно"]
        },
        Question {
            text: "Какой транспорт вам ближе?", answers: &["Трамвай", "Метро", "Пешком", "Такси"]
        },
    ],
};

pub(super) const GERMAN: Voice = Voice {
    openings: &[
        "Heute: warum ein Vektor meistens reicht.",
        "Drei Stunden gesucht, ein Komma gefunden.",
        "Neue Röstung aus Äthiopien im Test.",
        "Wie man Datenbanken sichert, ohne zu weinen.",
        "Ein kurzer Blick in den Bauplan unseres Blogs.",
    ],
    endings: &[
        "Meinungen gern in die Kommentare.",
        "Mehr dazu am Freitag.",
        "Fragen? Fragt.",
        "Der Code liegt wie immer offen.",
        "Dazu ein Flat White.",
    ],
    link: "Zum Artikel:",
    correction: "Nachtrag: Tippfehler behoben, danke!",
    polls: &[
        Question { text: "Tabs oder Leerzeichen?", answers: &["Tabs", "Leerzeichen"] },
        Question {
            text: "Was soll als Nächstes kommen? <b>wirklich</b>",
            answers: &["Rust", "SQL", "Kaffee", "Alles & mehr"],
        },
    ],
};

pub(super) const ARABIC: Voice = Voice {
    openings: &[
        "اليوم نطبخ الملوخية كما كانت جدتي تطبخها.",
        "خبز بيتي بثلاث مكونات فقط.",
        "سر الرز المفلفل.",
        "حلوى التمر للضيوف.",
    ],
    endings: &["بالعافية!", "جرّبوها وأخبروني.", "المقادير تكفي ستة أشخاص.", "الصورة من مطبخي."],
    link: "الوصفة كاملة:",
    correction: "تصحيح: ملعقتان وليس ثلاث.",
    polls: &[Question { text: "حلو أم مالح؟", answers: &["حلو", "مالح"] }],
};

pub(super) const ENGLISH: Voice = Voice {
    openings: &[
        "Patch your routers tonight.",
        "A password manager is not a diary.",
        "Phishing of the week: your parcel is waiting.",
        "What <script> tags taught me about trust.",
        "Two-factor codes by SMS: still better than nothing.",
    ],
    endings: &["Stay safe & curious.", "Thread below.", "More next week.", "Tell your parents."],
    link: "Details:",
    correction: "Correction: version 4.2, not 4.1.",
    polls: &[Question {
        text: "How many passwords do you reuse?",
        answers: &["0", "1–3", "> 3", "I'd rather not say"],
    }],
};

pub(super) const JAPANESE: Voice = Voice {
    openings: &[
        "週末は山へ。",
        "新しいヘルメットを買いました。",
        "雨の日の整備メモ。",
        "道の駅で会いましょう。",
    ],
    endings: &["写真は後で。", "安全運転で！", "コーヒー飲みたい。", "参加者募集中。"],
    link: "地図:",
    correction: "訂正：集合は8時です。",
    polls: &[Question { text: "次の行き先は？", answers: &["海", "山", "温泉"] }],
};

pub(super) const HEBREW: Voice = Voice {
    openings: &["בוקר טוב! הנה הכותרות.", "הרכבת לחיפה תתעכב הבוקר.", "מזג האוויר: חם מהרגיל."],
    endings: &["פרטים נוספים בהמשך.", "תמונה: קוראים.", "יום נעים."],
    link: "להמשך קריאה:",
    correction: "תיקון: השעה עודכנה.",
    polls: &[Question { text: "קפה או תה?", answers: &["קפה", "תה"] }],
};

pub(super) const PORTUGUESE: Voice = Voice {
    openings: &[
        "Esta semana há concerto grátis na Ribeira.",
        "O elétrico 28 volta a circular na terça-feira.",
        "Feira de livros usados no jardim.",
        "Onde comer o melhor pastel de nata?",
    ],
    endings: &["Levem casaco.", "Entrada livre.", "Contem-nos tudo.", "Até amanhã!"],
    link: "Mais aqui:",
    correction: "Correção: é no sábado.",
    polls: &[Question { text: "Praia ou serra?", answers: &["Praia", "Serra", "Sofá"] }],
};
