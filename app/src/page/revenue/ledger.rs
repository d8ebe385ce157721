//! The ledger as a bank statement writes it.

use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::format::{UNKNOWN, date_range, exact};
use crate::model::{Nano, Revenue, Transaction, TransactionState, UnitCode};
use crate::ui::when::{moment_text, zone};
use crate::ui::{Amount, Empty, Usd};

fn state(state: TransactionState) -> impl IntoView {
    let (word, class) = match state {
        TransactionState::Pending => ("pending", "state"),
        TransactionState::Done => ("done", "state muted"),
        TransactionState::Failed => ("failed", "state bad"),
    };
    view! { <span class=class>{word}</span> }
}

/// The days a payment is for, in the period's zone.
fn span_text(row: &Transaction, tz: &TimeZone) -> Option<String> {
    let day = |at: jiff::Timestamp| at.to_zoned(tz.clone()).date();
    let (from, to) = (day(row.period_start?), day(row.period_end?));
    Some(date_range(from, to))
}

/// Only addresses of the web become links: the URL comes from outside.
fn web_address(url: &str) -> Option<String> {
    url.starts_with("https://").then(|| url.to_owned())
}

fn row(row: Transaction, tz: &TimeZone) -> impl IntoView + use<> {
    let booked = row.booked_at.to_zoned(tz.clone());
    let rate = row.rate.map(|rate| {
        format!(
            "1 {} = ${}, stated {}",
            row.unit_code.label(),
            rate.usd_rate.0.normalize(),
            moment_text(rate.observed_at, tz)
        )
    });
    let has_rate = rate.is_some();
    let explorer = row.url.as_deref().and_then(web_address);
    view! {
        <tr data-state=row.state.name()>
            <td class="cell-when">
                <time datetime=row.booked_at.to_string() title=moment_text(row.booked_at, tz)>
                    {booked.strftime("%-d %b %Y").to_string()}
                    <span class="muted">{booked.strftime(" %H:%M").to_string()}</span>
                </time>
            </td>
            <th scope="row" class="cell-kind">
                {row.kind.label()}
                {row.is_refund.then(|| view! { <span class="muted">", refund"</span> })}
                {explorer
                    .map(|href| {
                        view! { " "<a class="explorer" href=href rel="noopener noreferrer" target="_blank">"on the chain"</a> }
                    })}
            </th>
            <td class="cell-span muted">{span_text(&row, tz)}</td>
            <td class="cell-state">{state(row.state)}</td>
            <td class="number cell-amount">
                <Amount amount=Some(row.amount) unit_code=row.unit_code signed=true bare=true />
            </td>
            <td class="number cell-usd" title=rate data-rate=has_rate.then_some("")><Usd usd=row.usd bare=true /></td>
            <td class="number cell-balance muted">
                <Amount amount=row.balance_after unit_code=row.unit_code bare=true />
            </td>
        </tr>
    }
    .into_any()
}

/// The difference between what Telegram says is there and what the ledger explains: always there.
fn unexplained(difference: Option<Nano>, unit_code: UnitCode) -> impl IntoView {
    let (class, words) = match difference {
        None => ("unexplained muted", "Not known before the first balance."),
        Some(Nano(0)) => {
            ("unexplained muted", "Every unit of the current balance is explained by a ledger row.")
        }
        Some(_) => (
            "unexplained",
            "The current balance that Telegram states, less the sum of the ledger. Rows that Telegram no longer lists, \
             or lists with delay, leave a difference.",
        ),
    };
    view! {
        <tr class=class>
            <th scope="row" colspan="4">
                "Unexplained difference"
                <span class="foot">{words}</span>
            </th>
            <td class="number cell-amount">
                {match difference {
                    None => view! { <span class="unknown">{UNKNOWN}</span> }.into_any(),
                    Some(amount) => {
                        view! { <Amount amount=Some(amount) unit_code=unit_code signed=true bare=true /> }.into_any()
                    }
                }}
            </td>
            <td></td>
            <td></td>
        </tr>
    }
}

/// The rows of the period, newest first, and the difference.
pub(super) fn table(revenue: Revenue, unit_code: UnitCode) -> impl IntoView {
    let tz = zone(&revenue.period.tz);
    let shown = revenue.transactions.len();
    let period = date_range(revenue.period.from, revenue.period.to);
    let nothing = shown == 0;
    let empty = if revenue.known_rows == 0 {
        "No row is known yet. Rows come with the first run of the channel's schedule “Ledger”.".to_owned()
    } else {
        format!(
            "Nothing was booked from {period}. {} rows are known over all time.",
            exact(revenue.known_rows)
        )
    };
    let foot = format!(
        "{} of {} known rows, booked {period} in {}. ≈ USD at the rate recorded within 24 hours of the booking, – \
         where none was.",
        exact(i64::try_from(shown).unwrap_or(i64::MAX)),
        exact(revenue.known_rows),
        revenue.period.tz,
    );
    view! {
        <div class="table-box">
            <table class="table ledger">
                <thead>
                    <tr>
                        <th scope="col">"Booked"</th>
                        <th scope="col">"What"</th>
                        <th scope="col">"For"</th>
                        <th scope="col">"State"</th>
                        <th scope="col" class="number">{unit_code.label()}</th>
                        <th scope="col" class="number">"≈ USD"</th>
                        <th scope="col" class="number">"Balance"</th>
                    </tr>
                </thead>
                <tbody>
                    {nothing.then(|| view! { <tr><td colspan="7"><Empty title="Nothing here">{empty}</Empty></td></tr> })}
                    {revenue.transactions.into_iter().map(|one| row(one, &tz)).collect_view()}
                </tbody>
                <tfoot>{unexplained(revenue.unexplained, unit_code)}</tfoot>
            </table>
        </div>
        <p class="foot">{foot}</p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_become_links() {
        assert!(web_address("https://tonscan.org/tx/1").is_some());
        for hostile in ["javascript:alert(1)", "http://tonscan.org", "data:text/html,x", ""] {
            assert_eq!(web_address(hostile), None);
        }
    }
}
