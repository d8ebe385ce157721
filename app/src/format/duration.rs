//! Spans of time, in the two units that matter.

/// A length of time: `45 s`, `14 min`, `2 h 14 min`, `3 d 4 h`, `400 d`. The rest is cut off. Below zero counts as zero.
pub fn duration(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    let two = |large: i64, unit: &str, small: i64, small_unit: &str| {
        if small == 0 {
            format!("{large}\u{a0}{unit}")
        } else {
            format!("{large}\u{a0}{unit} {small}\u{a0}{small_unit}")
        }
    };
    match seconds {
        0..60 => format!("{seconds}\u{a0}s"),
        60..3_600 => format!("{minutes}\u{a0}min"),
        3_600..86_400 => two(hours, "h", minutes % 60, "min"),
        86_400..864_000 => two(days, "d", hours % 24, "h"),
        _ => format!("{}\u{a0}d", super::exact(days)),
    }
}

/// How long ago: `just now` within a minute, else `2 h 14 min ago`. The future counts as now.
pub fn age(seconds: i64) -> String {
    if seconds < 60 { "just now".to_owned() } else { format!("{} ago", duration(seconds)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_units_are_enough() {
        let plain = |seconds| duration(seconds).replace('\u{a0}', " ");
        assert_eq!([0, 59, 60, 3_599].map(plain), ["0 s", "59 s", "1 min", "59 min"]);
        assert_eq!([3_600, 8_075, 86_399].map(plain), ["1 h", "2 h 14 min", "23 h 59 min"]);
        assert_eq!([86_400, 273_600, 864_000, 34_560_000].map(plain), ["1 d", "3 d 4 h", "10 d", "400 d"]);
        assert_eq!(plain(-5), "0 s");
    }

    #[test]
    fn fresh_is_now() {
        assert_eq!([age(-3), age(59)], ["just now", "just now"]);
        assert_eq!(age(840), "14\u{a0}min ago");
    }
}
