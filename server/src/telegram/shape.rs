//! The shape of a TL value: which constructors, which fields are set, how long and about how large. Never what it says.
//!
//! The shape is read off the value's `Debug` text, in which everything that Telegram or a person wrote is a number or a
//! quoted string; words outside quotes are names of TL's.

use serde_json::{Map, Value, json};

/// The most different items of a list that are described.
const MOST_ITEMS: usize = 12;
/// The longest name of a field.
const MOST_NAME: usize = 64;

/// The shape of a value, as JSON.
///
/// A constructor is an object with its name under `_`; an optional field that is not set is `absent`; a number is its
/// order of magnitude, a text or a list the one of its length; a list has its different items under `of`; a chart has
/// its keys. What cannot be told is `unreadable`.
pub(in crate::telegram) fn shape(value: &impl std::fmt::Debug) -> Value {
    let text = format!("{value:?}");
    let mut reader = Reader { rest: &text };
    reader.value().unwrap_or_else(|| json!("unreadable"))
}

/// The order of magnitude of a length: `0`, `10^0` for 1 to 9, `10^1` for 10 to 99.
pub(in crate::telegram) fn magnitude(length: usize) -> String {
    if length == 0 { "0".to_owned() } else { format!("10^{}", length.ilog10()) }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Takes it if it comes next.
    fn take(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        let found = self.rest.strip_prefix(token);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn while_is(&mut self, is: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|letter| !is(letter)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// `None`: it does not read like a `Debug` text.
    fn value(&mut self) -> Option<Value> {
        self.rest = self.rest.trim_start();
        match self.rest.chars().next()? {
            '"' => Some(of_text(&self.text()?)),
            '[' | '(' => self.list(),
            '-' | '0'..='9' => Some(self.number()),
            letter if letter.is_ascii_alphabetic() || letter == '_' => self.named(),
            _ => None,
        }
    }

    fn named(&mut self) -> Option<Value> {
        let name = self.while_is(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        match name {
            "None" => return Some(json!("absent")),
            "true" | "false" => return Some(json!(name == "true")),
            "NaN" | "inf" => return Some(json!("no number")),
            _ => {}
        }
        if self.take("(") {
            let inner = self.items(")")?;
            // What only wraps one constructor says nothing of its own.
            return Some(match <[Value; 1]>::try_from(inner) {
                Ok([inner]) if name == "Some" || name == "Ok" || inner.get("_").is_some() => inner,
                Ok([inner]) => json!({ "_": name, "is": inner }),
                Err(inner) => json!({ "_": name, "of": inner }),
            });
        }
        let mut fields = Map::from_iter([("_".to_owned(), json!(name))]);
        if self.take("{") {
            while !self.take("}") {
                self.rest = self.rest.trim_start();
                let field = self.while_is(|letter| letter.is_ascii_alphanumeric() || letter == '_');
                if field.is_empty() || !self.take(":") {
                    return None;
                }
                fields.insert(field.to_owned(), self.value()?);
                self.take(",");
            }
        }
        Some(Value::Object(fields))
    }

    fn items(&mut self, end: &str) -> Option<Vec<Value>> {
        let mut items = Vec::new();
        while !self.take(end) {
            items.push(self.value()?);
            self.take(",");
        }
        Some(items)
    }

    fn list(&mut self) -> Option<Value> {
        let end = if self.take("[") { "]" } else { self.take("(").then_some(")")? };
        let items = self.items(end)?;
        let length = magnitude(items.len());
        let mut different: Vec<Value> = Vec::new();
        for item in items {
            if different.len() < MOST_ITEMS && !different.contains(&item) {
                different.push(item);
            }
        }
        Some(json!({ "list": length, "of": different }))
    }

    fn number(&mut self) -> Value {
        let sign = if self.take("-") { "-" } else { "" };
        let whole = self.while_is(|letter| letter.is_ascii_digit()).trim_start_matches('0').len();
        let fraction = if self.rest.starts_with('.') {
            self.while_is(|letter| letter.is_ascii_digit() || letter == '.')
        } else {
            ""
        };
        let exponent = if self.take("e") {
            self.while_is(|letter| letter.is_ascii_digit() || letter == '-').parse().unwrap_or(0)
        } else {
            0_i64
        };
        let is_zero = whole == 0 && fraction.chars().all(|letter| matches!(letter, '0' | '.'));
        let power = i64::try_from(whole).unwrap_or(i64::MAX).saturating_sub(1).saturating_add(exponent);
        json!(match (is_zero, whole) {
            (true, _) => "0".to_owned(),
            (false, 0) => format!("{sign}below 1"),
            (false, _) => format!("{sign}10^{power}"),
        })
    }

    /// A quoted text; what is escaped counts as written.
    fn text(&mut self) -> Option<String> {
        let inner = self.rest.strip_prefix('"')?;
        let mut text = String::new();
        let mut letters = inner.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.rest = inner.get(at + 1..)?;
                    return Some(text);
                }
                '\\' => text.push(match letters.next()?.1 {
                    'n' => '\n',
                    other => other,
                }),
                letter => text.push(letter),
            }
        }
        None
    }
}

/// The length of a text; of a chart its keys too, which are Telegram's words.
fn of_text(text: &str) -> Value {
    let length = magnitude(text.len());
    match serde_json::from_str::<Map<String, Value>>(text) {
        Ok(chart) if chart.contains_key("columns") => {
            let is_name = |key: &&String| {
                key.len() <= MOST_NAME
                    && key.chars().all(|letter| letter.is_ascii_alphabetic() || letter == '_')
            };
            let keys: Vec<&String> = chart.keys().filter(is_name).collect();
            json!({ "chart": length, "keys": keys, "other_keys": magnitude(chart.len() - keys.len()) })
        }
        _ => json!({ "text": length }),
    }
}

#[cfg(test)]
mod tests {
    use grammers_tl_types::{enums as e, types as t};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn constructors_and_fields_are_told_and_contents_are_not() {
        let graph: e::StatsGraph = t::StatsGraph {
            json: t::DataJson { data: r#"{"columns":[["x",1]],"title":"Secret \"x\"","7":1}"#.to_owned() }
                .into(),
            zoom_token: None,
        }
        .into();
        assert_eq!(
            shape(&graph),
            json!({
                "_": "StatsGraph",
                "json": { "_": "DataJson", "data": { "chart": "10^1", "keys": ["columns", "title"], "other_keys": "10^0" } },
                "zoom_token": "absent",
            })
        );
        let amounts = (vec![-12_345_i64, 0, 17, 18], 0.5_f64, 1e21_f64, Some("Anna"), e::InputPeer::Empty);
        assert_eq!(
            shape(&amounts),
            json!({ "list": "10^0", "of": [
                { "list": "10^0", "of": ["-10^4", "0", "10^1"] },
                "below 1",
                "10^21",
                { "text": "10^0" },
                { "_": "Empty" },
            ] })
        );
    }

    proptest! {
        #[test]
        fn nothing_that_was_written_is_told(text in ".{0,60}", number in 1_000i64..) {
            let marked = format!("Zq{text}Zq");
            let told = shape(&(marked.clone(), vec![Some(marked)], number)).to_string();
            prop_assert!(!told.contains("Zq"), "{}", told);
            prop_assert!(!told.contains(&number.to_string()), "{}", told);
            prop_assert!(!told.contains("unreadable"), "{}", told);
        }
    }
}
