//! What the channel's advertisements brought.

use leptos::prelude::*;
use rust_decimal::Decimal;

use super::figure::{Headline, chart_card};
use super::spec::{coverage, empty_spec, only_series, span_of};
use crate::backend::Backend;
use crate::chart::ChartKind;
use crate::error::ApiError;
use crate::format::{UNKNOWN, amount, usd};
use crate::model::{Channel, Metric, Nano, Period, SeriesSet, UnitCode, UsdRate};
use crate::ui::Empty;

/// The unit, the dollars, and all that the figure leaves out.
fn note(total: Option<Nano>, dollars: Option<Decimal>, span: &str) -> String {
    let unit = UnitCode::Ton.label();
    let mut note = unit.to_owned();
    if let Some(dollars) = dollars {
        note.push_str(&format!(" ≈ {}", usd(dollars)));
    }
    note.push_str(&format!(" {span}"));
    if let Some(exact) = total.map(amount).filter(|amount| !amount.rest.is_empty()) {
        note.push_str(&format!(", exactly {} {unit}", exact.text()));
    }
    note
}

fn chart(set: SeriesSet, rate: Option<UsdRate>) -> impl IntoView {
    let mut spec = empty_spec("ad-revenue", "Ad revenue", ChartKind::Bar, &set);
    spec.series.extend(only_series(&set, Metric::AdRevenue, 1));
    spec.usd_rate = rate.map(|rate| rate.0.normalize().to_string());
    if let Some(rate) = &spec.usd_rate {
        spec.caption.push(format!("1 TON = ${rate} at the newest observation"));
    }
    let total = set.total().map(|nano| Nano(nano.into()));
    let dollars = total.zip(rate).and_then(|(nano, rate)| nano.to_usd(rate).ok());
    let headline = Headline {
        figure: total.map_or_else(|| UNKNOWN.to_owned(), |nano| amount(nano).short()),
        note: note(total, dollars, &span_of(&set)),
    };
    chart_card(spec, headline, coverage(&set).0 > 0)
}

/// Ad revenue in TON; words where it may not be seen.
pub(super) async fn ad_revenue(
    backend: &dyn Backend,
    channel: &Channel,
    period: &Period,
) -> Result<AnyView, ApiError> {
    if !channel.can_view_revenue {
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
    let set = backend.series(channel.id, Metric::AdRevenue, period).await?;
    let revenue = backend.revenue(channel.id, UnitCode::Ton, period).await?;
    let rate = revenue.balances.and_then(|balances| balances.usd_rate);
    Ok(chart(set, rate).into_any())
}
