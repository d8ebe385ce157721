//! What the channel's advertisements brought.

use leptos::prelude::*;
use rust_decimal::Decimal;

use super::figure::{Headline, chart_card};
use crate::backend::Backend;
use crate::chart::{ChartSpec, coverage, refusal, span_of};
use crate::error::ApiError;
use crate::format::{UNKNOWN, amount, usd};
use crate::model::{Channel, Metric, Nano, Period, SeriesSet, UnitCode, UsdRate};
use crate::ui::Empty;
use crate::ui::kept::kept_text;

/// The unit, the dollars, and what the figure is over.
fn note(dollars: Option<Decimal>, span: &str) -> String {
    let unit = UnitCode::Ton.label();
    match dollars {
        Some(dollars) => format!("{unit} ≈ {} {span}", usd(dollars)),
        None => format!("{unit} {span}"),
    }
}

/// The whole amount, where the figure is cut after two decimals.
fn exact_text(total: Nano) -> Option<String> {
    let exact = amount(total);
    (!exact.rest.is_empty()).then(|| format!("exactly {} {}", exact.text(), UnitCode::Ton.label()))
}

fn chart(set: SeriesSet, rate: Option<UsdRate>, is_visible: bool) -> impl IntoView {
    let mut spec = ChartSpec { id: "ad-revenue".to_owned(), ..ChartSpec::bars(&set, rate) };
    let total = set.total().map(|nano| Nano(nano.into()));
    spec.caption.extend(total.and_then(exact_text));
    if let Some(rate) = &spec.usd_rate {
        spec.caption.push(format!("1 TON = ${rate} at the newest observation"));
    }
    if !is_visible {
        spec.caption.push(kept_text(set.as_of));
    }
    let dollars = total.zip(rate).and_then(|(nano, rate)| nano.to_usd(rate).ok());
    let headline = Headline {
        figure: total.map_or_else(|| UNKNOWN.to_owned(), |nano| amount(nano).short()),
        note: note(dollars, &span_of(&set)),
    };
    chart_card(spec, headline, coverage(&set).0 > 0, refusal(&set))
}

/// Ad revenue in TON, as long as any of it is known; words where it may not be seen.
pub(super) async fn ad_revenue(
    backend: &dyn Backend,
    channel: &Channel,
    period: &Period,
) -> Result<AnyView, ApiError> {
    let set = backend.series(channel.id, Metric::AdRevenue, period).await?;
    if !channel.can_view_revenue && set.known_since.is_none() {
        let view = view! {
            <section class="chart">
                <h3 class="chart-title">"Ad revenue"</h3>
                <Empty title="This account may not see the channel's revenue">
                    "Telegram shows revenue to the channel's owner only. Link the owner's account to collect it."
                </Empty>
            </section>
        };
        return Ok(view.into_any());
    }
    let revenue = backend.revenue(channel.id, UnitCode::Ton, period).await?;
    let rate = revenue.balances.and_then(|balances| balances.usd_rate);
    Ok(chart(set, rate, channel.can_view_revenue).into_any())
}
