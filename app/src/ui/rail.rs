//! The navigation: a rail at the left on wide screens, a bar at the bottom on phones.

use leptos::prelude::*;

use super::{ChannelName, Sparkline};
use crate::model::{ChannelId, ChannelSummary};

/// Which entry is the one shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Here {
    /// The first page.
    Portfolio,
    /// A channel, in any of its views.
    Channel(ChannelId),
    /// The schedules.
    Schedules,
    /// The runs.
    Runs,
    /// The accounts.
    Accounts,
    /// None of them.
    Elsewhere,
}

/// Links to every page there is, and the way out.
#[component]
pub fn Rail(
    /// Which entry is the one shown.
    here: Here,
    /// Largest first.
    channels: Vec<ChannelSummary>,
    /// Who is signed in.
    login: String,
    /// What the sign-out form must carry.
    csrf_token: String,
) -> impl IntoView {
    let current = move |there: Here| (here == there).then_some("page");
    view! {
        <nav class="rail" aria-label="Main">
            <a class="brand" href="/">"Channelscope"</a>
            <ul class="rail-pages">
                <li><a href="/" aria-current=current(Here::Portfolio)>"Portfolio"</a></li>
                <li class="rail-channels">
                    <ul aria-label="Channels">
                        {channels
                            .into_iter()
                            .map(|summary| {
                                let id = summary.channel.id;
                                view! {
                                    <li>
                                        <a href=format!("/channels/{id}") aria-current=current(Here::Channel(id))>
                                            <ChannelName title=summary.channel.title />
                                            <Sparkline values=summary.sparkline />
                                        </a>
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                </li>
                <li><a href="/schedules" aria-current=current(Here::Schedules)>"Schedules"</a></li>
                <li><a href="/runs" aria-current=current(Here::Runs)>"Runs"</a></li>
                <li><a href="/accounts" aria-current=current(Here::Accounts)>"Accounts"</a></li>
            </ul>
            <form class="sign-out" method="post" action="/logout">
                <input type="hidden" name="csrf_token" value=csrf_token />
                <span class="login" title=login.clone()>{login.clone()}</span>
                <button type="submit">"Sign out"</button>
            </form>
        </nav>
    }
    .into_any()
}
