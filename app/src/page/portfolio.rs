//! Every collected channel and their sums.

use leptos::prelude::*;

use super::frame::{Page, framed};
use crate::format::UNKNOWN;
use crate::model::{ChannelSummary, Portfolio, UnitCode};
use crate::ui::rail::Here;
use crate::ui::{Amount, Change, ChannelName, Count, Empty, Sparkline, Usd, When};

/// What is withdrawable now, over all channels.
fn available(portfolio: &Portfolio) -> impl IntoView + use<> {
    let usd = portfolio.available.zip(portfolio.usd_rate).and_then(|(nano, rate)| nano.to_usd(rate).ok());
    let rate = portfolio.usd_rate.map(|rate| format!("; 1 TON = ${}", rate.0.normalize()));
    let of = |simulated| portfolio.channels.iter().any(|summary| summary.channel.simulated == simulated);
    let left_out = (of(true) && of(false)).then_some(" Simulated channels are left out.");
    view! {
        <section class="card">
            <h2>"Available to withdraw"</h2>
            <p class="figure"><Amount amount=portfolio.available unit_code=UnitCode::Ton /></p>
            <p class="figure-second"><Usd usd /></p>
            <p class="foot">
                "The sum of every known balance, the oldest as of "<When at=portfolio.as_of />{rate}"."{left_out}
            </p>
        </section>
    }
    .into_any()
}

fn needs_you(needs: Vec<String>) -> impl IntoView {
    let calm = needs.is_empty();
    view! {
        <section class="card">
            <h2>"Needs you"</h2>
            {if calm {
                view! { <p class="muted">"Nothing right now."</p> }.into_any()
            } else {
                let items = needs.into_iter().map(|need| view! { <li><bdi>{need}</bdi></li> }).collect_view();
                view! { <ul class="needs">{items}</ul> }.into_any()
            }}
        </section>
    }
    .into_any()
}

fn row(summary: ChannelSummary) -> impl IntoView {
    let ChannelSummary { channel, sparkline, change_30d, views_7d, ad_revenue_30d } = summary;
    let href = format!("/channels/{}", channel.id);
    let revenue = if channel.can_view_revenue || ad_revenue_30d.is_some() {
        view! { <Amount amount=ad_revenue_30d unit_code=UnitCode::Ton bare=true /> }.into_any()
    } else {
        view! { <span class="unknown" title="The linked account may not see this channel's revenue">{UNKNOWN}</span> }
            .into_any()
    };
    view! {
        <tr>
            <th scope="row" class="cell-name">
                <a href=href><ChannelName title=channel.title /></a>
                {channel.username.map(|name| view! { <span class="handle">"@"{name}</span> })}
            </th>
            <td class="number" data-label="Subscribers"><Count value=channel.subscribers /></td>
            <td class="number" data-label="30 days"><Change value=change_30d /></td>
            <td class="cell-line"><Sparkline values=sparkline /></td>
            <td class="number" data-label="Views 7 d"><Count value=views_7d /></td>
            <td class="number" data-label="TON 30 d">{revenue}</td>
        </tr>
    }
    .into_any()
}

fn table(channels: Vec<ChannelSummary>) -> impl IntoView {
    view! {
        <div class="table-box">
            <table class="table portfolio">
                <thead>
                    <tr>
                        <th scope="col">"Channel"</th>
                        <th scope="col" class="number">"Subscribers"</th>
                        <th scope="col" class="number">"Δ 30 days"</th>
                        <th scope="col"><span class="hidden">"Subscribers over 30 days"</span></th>
                        <th scope="col" class="number">"Views 7 days"</th>
                        <th scope="col" class="number">"Ad revenue 30 days, TON"</th>
                    </tr>
                </thead>
                <tbody>{channels.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        <p class="foot">
            "Whole UTC days, as Telegram counts them, up to the last collection. A change is from the end of the day 30 days \
             before the newest whole day. Sums and changes that lack a day are not shown."
        </p>
    }
    .into_any()
}

/// The first page.
#[component]
pub fn PortfolioPage() -> impl IntoView {
    framed(Here::Portfolio, |backend| async move {
        let portfolio = backend.portfolio().await?;
        let view = view! {
            <header class="page-head"><h1>"Portfolio"</h1></header>
            {if portfolio.channels.is_empty() {
                view! {
                    <Empty title="No channel is collected yet">
                        "Link an account on the server with "<code>"channelscope account link --ready FILE"</code>
                        ". A minute later its channels stand here with their subscribers, views and ad revenue; "
                        "the history that Telegram still has comes with the first run."
                    </Empty>
                }
                .into_any()
            } else {
                let cards = view! {
                    <div class="cards">{available(&portfolio)}{needs_you(portfolio.needs_you)}</div>
                };
                view! { {cards}{table(portfolio.channels)} }.into_any()
            }}
        };
        Ok(Page { title: "Portfolio".to_owned(), view: view.into_any() })
    })
}
