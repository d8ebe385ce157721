//! Named series and their colours.

/// A colour by Telegram's key, which clients theme, and as the light theme shows it.
pub(crate) const BLUE: &str = "BLUE#3896E8";
pub(crate) const GREEN: &str = "GREEN#3DC23F";
pub(crate) const RED: &str = "RED#F34C44";
pub(crate) const GOLDEN: &str = "GOLDEN#DEBA08";
pub(crate) const LIGHTBLUE: &str = "LIGHTBLUE#58A8ED";
pub(crate) const LIGHTGREEN: &str = "LIGHTGREEN#8FCF39";
pub(crate) const ORANGE: &str = "ORANGE#E3B727";
pub(crate) const INDIGO: &str = "INDIGO#7F79F3";

/// In the order in which many series take them.
pub(crate) const PALETTE: [&str; 8] = [BLUE, GREEN, GOLDEN, ORANGE, LIGHTBLUE, INDIGO, LIGHTGREEN, RED];

/// One series: its name as Telegram localises it, its colour, its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) color: &'static str,
    pub(crate) values: Vec<u64>,
}

impl Column {
    pub(crate) fn new<T>(name: &str, color: &'static str, items: &[T], value: impl Fn(&T) -> u64) -> Self {
        Self { name: name.to_owned(), color, values: items.iter().map(value).collect() }
    }

    /// One column for each name, in the palette's colours.
    pub(crate) fn several<T>(names: &[&str], items: &[T], value: impl Fn(&T, usize) -> u64) -> Vec<Self> {
        let colors = PALETTE.iter().cycle();
        let named = names.iter().zip(colors).enumerate();
        named.map(|(index, (name, color))| Self::new(name, color, items, |item| value(item, index))).collect()
    }
}
