//! Names as Telegram sends them to who does not ask for English.

use super::json::Chart;

/// English and Russian.
const NAMES: &[(&str, &str)] = &[
    ("Total subscribers", "Всего подписчиков"),
    ("Total members", "Всего участников"),
    ("Joined", "Подписались"),
    ("Left", "Отписались"),
    ("Muted", "Уведомления выключены"),
    ("Unmuted", "Уведомления включены"),
    ("Views", "Просмотры"),
    ("Instant Views", "Быстрые просмотры"),
    ("Story Views", "Просмотры историй"),
    ("Shares", "Пересылки"),
    ("Followers", "Подписчики"),
    ("Channels", "Каналы"),
    ("Similar Channels", "Похожие каналы"),
    ("Groups", "Группы"),
    ("PM", "Личные сообщения"),
    ("Search", "Поиск"),
    ("Other", "Другие"),
    ("Positive", "Положительные"),
    ("Negative", "Отрицательные"),
    ("English", "Английский"),
    ("Russian", "Русский"),
    ("German", "Немецкий"),
    ("Arabic", "Арабский"),
    ("Japanese", "Японский"),
    ("Text", "Текст"),
    ("Photos", "Фотографии"),
    ("Videos", "Видео"),
    ("Voice Messages", "Голосовые сообщения"),
    ("Messages", "Сообщения"),
    ("Deleted messages", "Удалённые сообщения"),
    ("Edited messages", "Изменённые сообщения"),
    ("Banned and restricted members", "Заблокированные участники"),
    ("Monday", "Понедельник"),
    ("Tuesday", "Вторник"),
    ("Wednesday", "Среда"),
    ("Thursday", "Четверг"),
    ("Friday", "Пятница"),
    ("Saturday", "Суббота"),
    ("Sunday", "Воскресенье"),
    ("Votes", "Голоса"),
    ("Impressions", "Показы"),
    ("Ad Revenue", "Доход от рекламы"),
    ("Stars", "Звёзды"),
    ("Jan", "янв"),
    ("Feb", "фев"),
    ("Mar", "мар"),
    ("Apr", "апр"),
    ("May", "мая"),
    ("Jun", "июн"),
    ("Jul", "июл"),
    ("Aug", "авг"),
    ("Sep", "сен"),
    ("Oct", "окт"),
    ("Nov", "ноя"),
    ("Dec", "дек"),
];

impl Chart {
    /// The same chart with its names in Russian.
    pub(crate) fn in_russian(mut self) -> Self {
        for column in &mut self.columns {
            column.name = russian(&column.name);
        }
        self
    }
}

/// A name, or the months in `12 Jan - 18 Jan`. An address (URL) is called so everywhere.
fn russian(name: &str) -> String {
    let known = |english: &str| NAMES.iter().find(|(one, _)| *one == english).map(|(_, russian)| *russian);
    known(name).map_or_else(
        || name.split(' ').map(|word| known(word).unwrap_or(word)).collect::<Vec<_>>().join(" "),
        str::to_owned,
    )
}

#[cfg(test)]
mod tests {
    use super::russian;
    use crate::world::{FOLLOWER_SOURCES, LANGUAGES, MESSAGE_TYPES, MOODS, VIEW_SOURCES};

    #[test]
    fn every_name_has_another_in_russian() {
        let names = [&VIEW_SOURCES[..], &FOLLOWER_SOURCES, &LANGUAGES, &MOODS, &MESSAGE_TYPES].concat();
        for name in names.into_iter().filter(|name| *name != "URL") {
            assert!(!russian(name).is_ascii(), "{name}");
        }
        assert_eq!(russian("12 Jan - 18 May"), "12 янв - 18 мая");
        assert_eq!(russian("Voice Messages"), "Голосовые сообщения");
    }
}
