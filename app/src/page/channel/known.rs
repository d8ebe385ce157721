//! Since when what is kept of the channel is known, and what it does not know.

use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::format::day;
use crate::model::known::{Gap, Known};
use crate::ui::when::moment_text;

/// The last part of the overview; nothing where nothing is known yet.
pub(super) fn known_since(known: &Known) -> impl IntoView + use<> {
    if known.since.is_empty() {
        return ().into_any();
    }
    let parts: Vec<_> = known
        .since
        .iter()
        .map(|(record, since)| {
            let date = day(since.to_zoned(TimeZone::UTC).date());
            view! {
                <div>
                    <dt>{record.title()}</dt>
                    <dd><time datetime=since.to_string() title=moment_text(*since, &TimeZone::UTC)>{date}</time></dd>
                </div>
            }
        })
        .collect();
    let gaps = gaps_text(&known.admin_log_gaps).map(|text| view! { <p class="foot" role="note">{text}</p> });
    view! {
        <section class="known" aria-labelledby="known-since">
            <h2 id="known-since">"Known since"</h2>
            <dl>{parts}</dl>
            {gaps}
        </section>
    }
    .into_any()
}

/// The newest gaps are named, older ones are counted.
const MOST: usize = 3;

/// Of which times the admin log is not known, and why.
fn gaps_text(gaps: &[Gap]) -> Option<String> {
    if gaps.is_empty() {
        return None;
    }
    let moment = |at| moment_text(at, &TimeZone::UTC);
    let named = gaps.iter().rev().take(MOST).map(|gap| format!("{} to {}", moment(gap.from), moment(gap.to)));
    let mut times: Vec<String> = named.collect();
    let more = gaps.len().saturating_sub(MOST);
    if more > 0 {
        times.push(format!("and {more} earlier"));
    }
    Some(format!(
        "The admin log has gaps, because nobody looked for longer than the 48 hours that Telegram keeps it: {}.",
        times.join("; ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_named_the_newest_first_and_old_ones_counted() {
        assert_eq!(gaps_text(&[]), None);
        let gap = |day: i8| Gap {
            from: format!("2026-03-{day:02}T08:00:00Z").parse().unwrap(),
            to: format!("2026-03-{day:02}T10:30:00Z").parse().unwrap(),
        };
        let text = gaps_text(&[gap(1), gap(3), gap(5), gap(7), gap(9)]).unwrap();
        assert!(text.contains(": 9 Mar 2026, 08:00 UTC to 9 Mar 2026, 10:30 UTC; 7 Mar"), "{text}");
        assert!(text.ends_with("10:30 UTC; and 2 earlier."), "{text}");
    }
}
