//! Counts: exact with separators, or compact as Telegram writes them.

use super::MINUS;

/// Digits in groups of three: `1,234,567`.
pub fn grouped(value: u128) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The exact number: `1,234,567`, `−310`.
pub fn exact(value: impl Into<i128>) -> String {
    let value = value.into();
    let sign = if value < 0 { MINUS } else { "" };
    format!("{sign}{}", grouped(value.unsigned_abs()))
}

/// A change, always with its sign: `+1,204`, `−310`, `0`.
pub fn signed(value: impl Into<i128>) -> String {
    plus(value.into(), exact)
}

/// Compact, as Telegram does: exact below 10,000, then at most three digits and a letter, cut off rather than
/// rounded, so that 1,999,999 never reads as two million (`FormatCountToShort` in Telegram Desktop; `12.3K`, `1.21M`).
pub fn compact(value: impl Into<i128>) -> String {
    let value = value.into();
    let magnitude = value.unsigned_abs();
    if magnitude < 10_000 {
        return exact(value);
    }
    let (scale, suffix) = match magnitude {
        0..1_000_000 => (1_000, "K"),
        1_000_000..1_000_000_000 => (1_000_000, "M"),
        1_000_000_000..1_000_000_000_000 => (1_000_000_000, "B"),
        _ => (1_000_000_000_000, "T"),
    };
    let whole = magnitude / scale;
    // Three digits in all: 1.21M, 12.3K, 123K.
    let decimals = match whole {
        0..10 => 2,
        10..100 => 1,
        _ => 0,
    };
    let mut fraction = String::new();
    let mut rest = magnitude % scale;
    for _ in 0..decimals {
        rest *= 10;
        fraction.push(char::from(b'0' + u8::try_from(rest / scale).unwrap_or(0)));
        rest %= scale;
    }
    let fraction = fraction.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    let sign = if value < 0 { MINUS } else { "" };
    format!("{sign}{}{dot}{fraction}{suffix}", grouped(whole))
}

/// A compact change, always with its sign: `+2.1K` would be wrong below 10,000, so `+2,104`, `−12.3K`, `0`.
pub fn signed_compact(value: impl Into<i128>) -> String {
    plus(value.into(), compact)
}

fn plus(value: i128, write: impl Fn(i128) -> String) -> String {
    if value > 0 { format!("+{}", write(value)) } else { write(value) }
}

/// `part` of `whole` in per cent with one decimal, halves to even: `15.1 %`; `None` of nothing.
pub fn percent(part: impl Into<i128>, whole: impl Into<i128>) -> Option<String> {
    let (part, whole) = (part.into(), whole.into());
    if whole == 0 {
        return None;
    }
    let tenths = div_half_even(part.checked_mul(1_000)?, whole);
    let sign = if tenths < 0 { MINUS } else { "" };
    let tenths = tenths.unsigned_abs();
    Some(format!("{sign}{}.{}\u{a0}%", grouped(tenths / 10), tenths % 10))
}

/// The change from `before` to `now` in per cent of `before`, with its sign: `+3.2 %`; `None` where there was nothing.
pub fn percent_change(before: i64, now: i64) -> Option<String> {
    let change = i128::from(now) - i128::from(before);
    let text = percent(change, i128::from(before).abs())?;
    Some(if change > 0 { format!("+{text}") } else { text })
}

/// The quotient to the nearest integer, halves to the even neighbour.
pub(crate) fn div_half_even(dividend: i128, divisor: i128) -> i128 {
    let (quotient, rest) = (dividend.div_euclid(divisor), dividend.rem_euclid(divisor));
    let twice = 2 * rest;
    let size = divisor.abs();
    // div_euclid leaves a rest that is never negative: the quotient has to grow in the divisor's direction.
    if twice > size || (twice == size && quotient % 2 != 0) { quotient + divisor.signum() } else { quotient }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_read_as_telegram_writes_them() {
        let pairs: &[(i64, &str)] = &[
            (0, "0"),
            (999, "999"),
            (9_999, "9,999"),
            (10_000, "10K"),
            (12_000, "12K"),
            (12_345, "12.3K"),
            (12_399, "12.3K"),
            (99_999, "99.9K"),
            (182_900, "182K"),
            (999_999, "999K"),
            (1_000_000, "1M"),
            (1_219_999, "1.21M"),
            (1_200_500, "1.2M"),
            (34_560_000, "34.5M"),
            (-12_399, "−12.3K"),
            (-310, "−310"),
        ];
        for (value, text) in pairs {
            assert_eq!(compact(*value), *text);
        }
        assert_eq!(exact(i64::MIN), "−9,223,372,036,854,775,808");
    }

    #[test]
    fn changes_carry_their_sign() {
        assert_eq!(
            [signed(1_204), signed(-310), signed(0), signed_compact(-12_345)],
            ["+1,204", "−310", "0", "−12.3K"]
        );
    }

    #[test]
    fn per_cent_of_nothing_is_unknown() {
        assert_eq!(percent(1, 0), None);
        assert_eq!(percent_change(0, 5), None);
        assert_eq!(percent(151, 1_000).unwrap(), "15.1\u{a0}%");
        assert_eq!(percent_change(1_000, 1_032).unwrap(), "+3.2\u{a0}%");
        assert_eq!(percent_change(1_000, 968).unwrap(), "−3.2\u{a0}%");
        assert_eq!(percent_change(7, 7).unwrap(), "0.0\u{a0}%");
    }

    #[test]
    fn halves_go_to_the_even_neighbour() {
        assert_eq!([5, 15, 25, -5, -15, -25].map(|v| div_half_even(v, 10)), [0, 2, 2, 0, -2, -2]);
        assert_eq!([51, -51, 49, -49].map(|v| div_half_even(v, 10)), [5, -5, 5, -5]);
        assert_eq!([5, 15].map(|v| div_half_even(v, -10)), [0, -2]);
    }

    /// Reads a compact figure back, exactly.
    fn read(text: &str) -> i128 {
        let text = text.replace(',', "").replace(MINUS, "-");
        let (number, scale) = match text.chars().last().unwrap() {
            'K' => (&text[..text.len() - 1], 1_000i128),
            'M' => (&text[..text.len() - 1], 1_000_000),
            'B' => (&text[..text.len() - 1], 1_000_000_000),
            'T' => (&text[..text.len() - 1], 1_000_000_000_000),
            _ => (text.as_str(), 1),
        };
        let negative = number.starts_with('-');
        let (whole, fraction) =
            number.trim_start_matches('-').split_once('.').unwrap_or((number.trim_start_matches('-'), ""));
        let mut value = whole.parse::<i128>().unwrap() * scale;
        if !fraction.is_empty() {
            value += fraction.parse::<i128>().unwrap() * scale / 10i128.pow(fraction.len() as u32);
        }
        if negative { -value } else { value }
    }

    proptest! {
        #[test]
        fn compact_never_rounds_up_and_is_never_far_off(value in any::<i64>()) {
            let shown = read(&compact(value));
            let (shown, real) = (shown.abs(), i128::from(value).abs());
            prop_assert!(shown <= real);
            prop_assert!(real < 10_000 && shown == real || real - shown < real / 100 + 1);
        }

        #[test]
        fn exact_reads_back(value in any::<i64>()) {
            prop_assert_eq!(read(&exact(value)), i128::from(value));
        }

        #[test]
        fn rounding_is_off_by_half_at_most(dividend in any::<i64>(), divisor in 1i64..1_000_000) {
            let (dividend, divisor) = (i128::from(dividend), i128::from(divisor));
            prop_assert!((div_half_even(dividend, divisor) * divisor - dividend).abs() * 2 <= divisor);
        }
    }
}
