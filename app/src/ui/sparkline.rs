//! A word-sized line: its shape says how it went, nothing more.

use leptos::prelude::*;

const WIDTH: i64 = 96;
const HEIGHT: i64 = 24;
/// Kept free so that the line is not cut at the edges.
const MARGIN: i64 = 2;

/// The path of a sparkline on a grid of tenths, one piece for each unbroken run of known days; empty with fewer than
/// two known days. Integers only, so that it is the same everywhere.
fn path(values: &[Option<i64>]) -> String {
    let known = || values.iter().flatten().copied();
    let (Some(low), Some(high)) = (known().min(), known().max()) else { return String::new() };
    if known().count() < 2 {
        return String::new();
    }
    let last = i128::try_from(values.len() - 1).unwrap_or(1);
    let range = i128::from(high) - i128::from(low);
    let (width, height) = (i128::from((WIDTH - 2 * MARGIN) * 10), i128::from((HEIGHT - 2 * MARGIN) * 10));
    let margin = i128::from(MARGIN * 10);
    let mut text = String::new();
    let mut pen_down = false;
    for (index, value) in (0i128..).zip(values) {
        let Some(value) = value else {
            pen_down = false;
            continue;
        };
        let x = margin + index * width / last;
        let rise =
            if range == 0 { height / 2 } else { (i128::from(*value) - i128::from(low)) * height / range };
        let y = margin + height - rise;
        text.push_str(&format!(
            "{}{}.{} {}.{}",
            if pen_down { "L" } else { "M" },
            x / 10,
            x % 10,
            y / 10,
            y % 10
        ));
        pen_down = true;
    }
    text
}

/// A sparkline; decoration beside the figures that it goes with, so hidden from screen readers.
#[component]
pub fn Sparkline(
    /// Oldest first; `None` is a gap.
    values: Vec<Option<i64>>,
) -> impl IntoView {
    let path = path(&values);
    view! {
        <svg class="sparkline" viewBox=format!("0 0 {WIDTH} {HEIGHT}") width=WIDTH height=HEIGHT aria-hidden="true">
            {(!path.is_empty()).then(|| view! { <path d=path /> })}
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_lifts_the_pen() {
        assert_eq!(
            path(&[Some(1), Some(2), None, Some(3), Some(1)]),
            "M2.0 22.0L25.0 12.0M71.0 2.0L94.0 22.0"
        );
    }

    #[test]
    fn a_flat_line_runs_in_the_middle_and_one_day_is_no_line() {
        assert_eq!(path(&[Some(5), Some(5)]), "M2.0 12.0L94.0 12.0");
        assert_eq!(path(&[Some(5)]), "");
        assert_eq!(path(&[None, None]), "");
    }

    #[test]
    fn the_widest_range_does_not_overflow() {
        assert_eq!(path(&[Some(i64::MIN), Some(i64::MAX)]), "M2.0 22.0L94.0 2.0");
    }
}
