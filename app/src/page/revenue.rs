//! A channel's money: balances, the ledger, and whether they agree.

mod balances;
mod ledger;

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use super::channel::head::{ChannelView, channel_head};
use super::frame::{Page, framed};
use super::query;
use crate::backend::Backend;
use crate::error::ApiError;
use crate::model::{Channel, ChannelId, Period, Revenue, UnitCode};
use crate::ui::rail::Here;
use crate::ui::{Empty, PeriodPicker, Tab, Tabs};

/// May the linked account see the revenue in this currency?
fn is_visible(channel: &Channel, unit_code: UnitCode) -> bool {
    match unit_code {
        UnitCode::Ton => channel.can_view_revenue,
        UnitCode::Stars => channel.can_view_stars_revenue,
    }
}

/// The revenue in every currency that may be seen, or of which something is known: what was collected stays.
async fn revenues(
    backend: &dyn Backend,
    channel: &Channel,
    period: &Period,
) -> Result<Vec<(UnitCode, Revenue)>, ApiError> {
    let mut revenues = Vec::new();
    for unit_code in [UnitCode::Ton, UnitCode::Stars] {
        let revenue = backend.revenue(channel.id, unit_code, period).await?;
        if is_visible(channel, unit_code) || revenue.balances.is_some() || revenue.known_rows > 0 {
            revenues.push((unit_code, revenue));
        }
    }
    Ok(revenues)
}

/// Where this view can be downloaded.
fn export_href(id: ChannelId, period: &Period, unit_code: UnitCode, format: &str) -> String {
    let tz = period.tz.replace('+', "%2B");
    format!(
        "/api/v1/exports/revenue.{format}?channel={id}&from={}&to={}&tz={tz}&currency={unit_code}",
        period.from, period.to
    )
}

/// The tabs between currencies, where there is more than one.
fn currencies(id: ChannelId, shown: UnitCode, known: &[UnitCode], period: &Period) -> impl IntoView + use<> {
    let tabs: Vec<Tab> = known
        .iter()
        .map(|unit_code| Tab {
            label: unit_code.label(),
            href: format!("/channels/{id}/revenue?{}&currency={unit_code}", period.query()),
            current: *unit_code == shown,
        })
        .collect();
    (tabs.len() > 1).then(|| view! { <Tabs tabs label="Currency" /> })
}

async fn page(backend: Arc<dyn Backend>, id: ChannelId, asked: ParamsMap) -> Result<Page, ApiError> {
    let channel = backend.channel(id).await?;
    let title = format!("Revenue of {}", channel.title);
    let query::Asked { period, today, problem } = query::period(&asked, backend.now());
    if problem.is_some() {
        super::frame::set_status(400);
    }
    let of_all = revenues(backend.as_ref(), &channel, &period).await?;
    let known: Vec<UnitCode> = of_all.iter().map(|(unit_code, _)| *unit_code).collect();
    let Some(&first) = known.first() else {
        let view = view! {
            {channel_head(&channel, ChannelView::Revenue, None)}
            <Empty title="This account may not see the channel's revenue">
                "Telegram shows revenue to the channel's owner only. Link the owner's account to collect it."
            </Empty>
        };
        return Ok(Page { title, view: view.into_any() });
    };
    let shown = asked
        .get("currency")
        .and_then(|code| code.parse().ok())
        .filter(|unit_code| known.contains(unit_code))
        .unwrap_or(first);
    let balances = of_all
        .iter()
        .map(|(unit_code, revenue)| {
            balances::card(*unit_code, revenue.balances.as_ref(), is_visible(&channel, *unit_code))
        })
        .collect_view();
    let Some((_, revenue)) = of_all.into_iter().find(|(unit_code, _)| *unit_code == shown) else {
        return Err(ApiError::NotFound("The ledger of this currency".to_owned()));
    };
    let picker = view! {
        <PeriodPicker
            path=format!("/channels/{id}/revenue")
            period=period.clone()
            today=today
            known_since=None
            keep=vec![("currency", shown.code().to_owned())]
            zone=true
            problem=problem
        />
    };
    let view = view! {
        {channel_head(&channel, ChannelView::Revenue, Some(&period))}
        <div class="balances">{balances}</div>
        <section class="ledger-section" aria-labelledby="ledger">
            <div class="section-head">
                <h2 id="ledger">"Ledger"</h2>
                {currencies(id, shown, &known, &period)}
                <p class="downloads">
                    "Download "
                    <a href=export_href(id, &period, shown, "csv") download>"CSV"</a>
                    " "
                    <a href=export_href(id, &period, shown, "json") download>"JSON"</a>
                </p>
            </div>
            {picker}
            {ledger(revenue, shown)}
        </section>
    };
    Ok(Page { title, view: view.into_any() })
}

fn ledger(revenue: Revenue, shown: UnitCode) -> impl IntoView {
    ledger::table(revenue, shown)
}

/// The revenue page.
#[component]
pub fn RevenuePage() -> impl IntoView {
    let (id, asked) = (query::channel_id(), query::query());
    let here = id.as_ref().map_or(Here::Elsewhere, |id| Here::Channel(*id));
    framed(here, move |backend| async move { page(backend, id?, asked).await })
}
