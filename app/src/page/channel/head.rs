//! The head of a channel's pages.

use leptos::prelude::*;

use crate::model::{Channel, Period};
use crate::ui::{ChannelName, Count, Tab, Tabs, When};

/// Which view of the channel is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelView {
    /// The charts.
    Overview,
    /// The money.
    Revenue,
}

/// Title, name, age, and the way to the other views, which keep the period.
pub fn channel_head(channel: &Channel, shown: ChannelView, period: Option<&Period>) -> impl IntoView + use<> {
    let query = period.map(|period| format!("?{}", period.query())).unwrap_or_default();
    let tabs = vec![
        Tab {
            label: "Overview",
            href: format!("/channels/{}{query}", channel.id),
            current: shown == ChannelView::Overview,
        },
        Tab {
            label: "Revenue",
            href: format!("/channels/{}/revenue{query}", channel.id),
            current: shown == ChannelView::Revenue,
        },
    ];
    let kind = if channel.is_group { "members" } else { "subscribers" };
    let handle = channel.username.clone().map(|name| view! { <span class="handle">"@"{name}</span> });
    view! {
        <header class="page-head channel-head">
            <h1><ChannelName title=channel.title.clone() /></h1>
            <p class="page-sub">
                {handle}
                <span><Count value=channel.subscribers />" "{kind}</span>
                <span>"as of "<When at=channel.as_of /></span>
            </p>
            <Tabs tabs label="Views of the channel" />
        </header>
    }
    .into_any()
}
