//! A channel's overview: four charts over one period.

mod audience;
mod figure;
pub mod head;
mod income;
mod known;
mod reach;

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use super::frame::{Page, framed, set_status};
use super::query;
use crate::backend::Backend;
use crate::error::ApiError;
use crate::model::{ChannelId, Interval, Metric, Period};
use crate::ui::rail::Here;
use crate::ui::{Empty, Kept, PeriodPicker};
use head::{ChannelView, channel_head};

/// What a bucket of these charts may be. Telegram's points are whole days, so hours are not offered.
const INTERVALS: [Interval; 5] =
    [Interval::Day, Interval::Week, Interval::Month, Interval::Quarter, Interval::Year];

async fn page(backend: Arc<dyn Backend>, id: ChannelId, asked: ParamsMap) -> Result<Page, ApiError> {
    let channel = backend.channel(id).await?;
    let title = channel.title.clone();
    let query::Asked { mut period, today, problem } = query::period(&asked, backend.now());
    if period.interval == Interval::Hour {
        period.interval = Interval::Day;
    }
    if problem.is_some() {
        set_status(400);
    }
    let subscribers = backend.series(id, Metric::Subscribers, &period).await?;
    let picker = view! {
        <PeriodPicker
            path=format!("/channels/{id}")
            period=period.clone()
            today=today
            known_since=subscribers.known_since
            intervals=INTERVALS.to_vec()
            problem=problem
        />
    };
    let joined = backend.series(id, Metric::Joined, &period).await?;
    let left = backend.series(id, Metric::Left, &period).await?;
    let views = backend.series(id, Metric::ViewsBySource, &period).await?;
    let income = income::ad_revenue(backend.as_ref(), &channel, &period).await?;
    // Subscribers are counted, whether Telegram shows statistics or not.
    let told = [&joined, &left, &views];
    let was_told = told.iter().any(|set| set.known_since.is_some());
    let charts = if channel.can_view_stats || was_told || subscribers.known_since.is_some() {
        let shows_statistics = channel.can_view_stats || was_told;
        let note = if !shows_statistics {
            Some(view! { <p class="foot" role="note">{COUNTED_ONLY}</p> }.into_any())
        } else if !channel.can_view_stats {
            let as_of = told.iter().filter_map(|set| set.as_of).max();
            Some(view! { <Kept as_of=as_of /> }.into_any())
        } else {
            None
        };
        let eve = period.from.yesterday().unwrap_or(period.from);
        let eve = Period { from: eve, to: eve, interval: Interval::Day, ..period.clone() };
        let before = backend.series(id, Metric::Subscribers, &eve).await?;
        let growth = audience::growth(subscribers, before.last_known().map(|(_, value)| value));
        let statistics = shows_statistics
            .then(|| view! { {audience::followers(joined, left)} {reach::views_by_source(views)} });
        view! {
            <h2 class="hidden">"Charts"</h2>
            {note}
            <div class="charts">{growth}{statistics}{income}</div>
        }
        .into_any()
    } else {
        view! {
            <Empty title="Telegram does not show this channel's statistics to the linked account">
                "Statistics need an administrator's account, and a channel that is large enough for Telegram to keep them."
            </Empty>
            <div class="charts">{income}</div>
        }
        .into_any()
    };
    let known = known::known_since(&backend.known(id).await?);
    let view = view! {
        {channel_head(&channel, ChannelView::Overview, Some(&period))}
        {picker}
        {charts}
        {known}
    };
    Ok(Page { title, view: view.into_any() })
}

/// Said where there is nothing but the count.
const COUNTED_ONLY: &str = "Telegram does not show this channel's statistics to the linked account: they need an \
    administrator's account, and a channel that is large enough. Subscribers are as they were counted.";

/// The channel page.
#[component]
pub fn ChannelPage() -> impl IntoView {
    let (id, asked) = (query::channel_id(), query::query());
    let here = id.as_ref().map_or(Here::Elsewhere, |id| Here::Channel(*id));
    framed(here, move |backend| async move { page(backend, id?, asked).await })
}
