//! People: more of them than anybody could list, each with an id, a name and perhaps a username.

use super::cast::PAYERS;
use super::dice::Dice;

/// The first of their ids, and how many there are.
const FIRST: i64 = 7_100_000_000;
const MANY: u64 = 100_000_000;

/// From one place in a crowd to the next; it has no factor in common with `MANY`.
const STRIDE: u64 = 7_919;

const NAMES: [&str; 24] = [
    "Emma",
    "Лев",
    "Noor",
    "Lukas",
    "Анна",
    "小明",
    "Sofía",
    "Omar",
    "Greta",
    "Пётр",
    "Yuki",
    "Layla",
    "Max",
    "Ольга",
    "Amir 🚲",
    "Zoë",
    "Иван",
    "Ines",
    "Tom & Jo",
    "Катя",
    "Ren",
    "Hana",
    "Paul",
    "שרה",
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) first_name: &'static str,
    pub(crate) premium: bool,
}

/// The numbered person of a purpose: the same for the same seed, purpose, channel and number.
pub(crate) fn somebody(seed: u64, purpose: &str, channel: i64, number: u32) -> Person {
    let number = Dice::new(seed, purpose, channel, number).between(0, MANY - 1);
    person(FIRST + number.cast_signed())
}

/// The numbered member of a channel: numbers below a hundred million give different people.
pub(crate) fn member(seed: u64, channel: i64, number: u64) -> Person {
    let first = Dice::new(seed, "members", channel, 0).between(0, MANY - 1);
    // The factor shares no divisor with their number.
    person(FIRST + ((first + number * 61_803_399) % MANY).cast_signed())
}

/// The person at a place in a crowd, in which no two are the same.
pub(crate) fn one_of(seed: u64, purpose: &str, channel: i64, crowd: u32, place: u64) -> Person {
    let first = Dice::new(seed, purpose, channel, crowd).between(0, MANY - 1);
    let number = (first + place % MANY * STRIDE) % MANY;
    person(FIRST + number.cast_signed())
}

/// Whoever has that id, if anybody could.
pub(crate) fn find(id: i64) -> Option<Person> {
    let payer = PAYERS.iter().find(|(known, _)| *known == id);
    let payer = payer.map(|(id, first_name)| Person { id: *id, first_name, premium: true });
    payer.or_else(|| (FIRST..FIRST + MANY.cast_signed()).contains(&id).then(|| person(id)))
}

fn person(id: i64) -> Person {
    let mut dice = Dice::new(0, "person", id, 0);
    let name = usize::try_from(dice.between(0, NAMES.len() as u64 - 1)).unwrap_or(0);
    Person { id, first_name: NAMES[name], premium: dice.once_in(6) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{find, member, somebody};

    #[test]
    fn members_are_different_people() {
        let ids: HashSet<_> = (0..50_000).map(|number| member(7, 5, number * 1_999).id).collect();
        assert_eq!(ids.len(), 50_000);
    }

    #[test]
    fn somebody_is_found_again() {
        let person = somebody(7, "boost", 5, 3);
        assert_eq!(find(person.id), Some(person.clone()));
        assert_ne!(somebody(7, "boost", 5, 4).id, person.id);
        assert_eq!(find(7_000_000_301).unwrap().first_name, "Mia");
        assert_eq!(find(7_000_000_201), None);
    }
}
