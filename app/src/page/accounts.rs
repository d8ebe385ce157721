//! Linked accounts, and which of their channels are collected.

use std::sync::Arc;

use jiff::Timestamp;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use super::form::FormProblem;
use super::frame::{Page, framed, set_status};
use super::query::query;
use crate::backend::Backend;
use crate::model::account::{Accounts, FloodWait, LinkedAccount};
use crate::model::{ErrandId, KnownChannel};
use crate::ui::rail::Here;
use crate::ui::{ChannelName, Count, Empty, Sentences, When};

/// The columns of accounts.
const ACCOUNTS: [(&str, bool); 4] =
    [("Account", false), ("How it stands", false), ("Linked", false), ("", false)];

/// The columns of channels; `true` where numbers stand.
const CHANNELS: [(&str, bool); 4] =
    [("Collected", false), ("Role", false), ("May see", false), ("Subscribers", true)];

fn account(account: LinkedAccount, now: Timestamp, csrf_token: &str) -> impl IntoView {
    let look_again = account.needs_linking_since.is_none().then(|| {
        view! {
            <form method="post" action=format!("/accounts/{}/refresh", account.id)>
                <input type="hidden" name="csrf_token" value=csrf_token.to_owned() />
                <button type="submit" class="quiet-button">"Look again"</button>
            </form>
        }
    });
    let mut waits = account.flood_waits;
    waits.retain(|wait| wait.until > now);
    let state = match account.needs_linking_since {
        Some(since) => view! {
            <span class="bad">"Telegram has signed it out: link it again. Since "<When at=Some(since) /></span>
        }
        .into_any(),
        None if !waits.is_empty() => waits.into_iter().map(flood_wait).collect_view().into_any(),
        None => view! { <span class="good">"in use"</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><bdi>{account.display_name}</bdi></th>
            <td>{state}</td>
            <td class="muted"><When at=Some(account.linked_at) /></td>
            <td class="deeds">{look_again}</td>
        </tr>
    }
    .into_any()
}

fn flood_wait(wait: FloodWait) -> impl IntoView {
    view! {
        <div>"in use, but for "<code>{wait.method}</code>": Telegram wants quiet until "<When at=Some(wait.until) /></div>
    }
}

fn channel(known: KnownChannel) -> impl IntoView {
    let role = known.role();
    let KnownChannel { channel, is_collected, .. } = known;
    let id = channel.id;
    let kind = if channel.is_group { "group, " } else { "" };
    let sees = channel.rights().words();
    view! {
        <tr>
            <th scope="row">
                <label class="tick">
                    <input type="hidden" name=format!("shown-{id}") value="1" />
                    <input type="checkbox" name=format!("collect-{id}") value="1" checked=is_collected />
                    <ChannelName title=channel.title />
                </label>
            </th>
            <td>{kind}{role}</td>
            <td>{sees}</td>
            <td class="number"><Count value=channel.subscribers /></td>
        </tr>
    }
    .into_any()
}

fn channels(channels: Vec<KnownChannel>, csrf_token: String) -> AnyView {
    let rows = channels.into_iter().map(channel).collect_view().into_any();
    view! {
        <section class="schedules">
            <h2>"Channels"</h2>
            <p class="foot">
                "What is ticked is collected. Taking a tick away ends collecting; what was collected stays, and so do \
                the schedules. Of everything else only what stands here is kept, and private chats never are."
            </p>
            <form method="post" action="/accounts/channels">
                <input type="hidden" name="csrf_token" value=csrf_token />
                <Sentences heads=&CHANNELS rows=rows />
                <p class="buttons"><button type="submit" class="button">"Save"</button></p>
            </form>
        </section>
    }
    .into_any()
}

/// What came of what was asked, where the address says that something was.
async fn said(backend: &Arc<dyn Backend>, query: &ParamsMap, known: &[KnownChannel]) -> Option<Said> {
    let number = |name| query.get(name).and_then(|text| text.parse::<i64>().ok());
    if let Some(added) = number("added") {
        let one = known.iter().find(|one| one.channel.id.0 == added && one.is_collected)?;
        return Some(Said::Good(format!("“{}” is collected from now on.", one.channel.title)));
    }
    let errand = backend.errand(ErrandId(number("errand")?)).await.ok()??;
    Some(match errand.answer {
        Some(answer) if answer.is_good => Said::Good(answer.text),
        Some(answer) => Said::Bad(answer.text),
        None => Said::Good("Telegram is still being asked: load the page again in a moment.".to_owned()),
    })
}

/// A sentence, and whether it is good news.
enum Said {
    Good(String),
    Bad(String),
}

fn said_view(said: Said) -> AnyView {
    match said {
        Said::Good(text) => view! { <p class="good" role="status">{text}</p> }.into_any(),
        Said::Bad(text) => view! { <p class="problem" role="alert">{text}</p> }.into_any(),
    }
}

/// The form that adds a channel by its link.
fn link_form(typed: String, csrf_token: String) -> AnyView {
    view! {
        <section class="schedules">
            <h2>"Add a channel by its link"</h2>
            <p class="foot">
                "Any t.me or tg:// link, a post's too, or an invite link where an account is in it. Nothing is joined. Of \
                a channel that no account administers, only what everybody may see is collected."
            </p>
            <form class="inline-form" method="post" action="/accounts/link">
                <input type="hidden" name="csrf_token" value=csrf_token />
                <label>
                    "Link"
                    <input
                        type="text"
                        name="link"
                        value=typed
                        required
                        maxlength="200"
                        size="32"
                        placeholder="https://t.me/name"
                        autocapitalize="none"
                        spellcheck="false"
                    />
                </label>
                <button type="submit" class="button">"Add"</button>
            </form>
        </section>
    }
    .into_any()
}

/// The accounts.
#[component]
pub fn AccountsPage() -> impl IntoView {
    let problem = use_context::<FormProblem>();
    let query = query();
    framed(Here::Accounts, |backend| async move {
        if problem.is_some() {
            set_status(400);
        }
        let Accounts { accounts, channels: known } = backend.accounts().await?;
        let now = backend.now();
        let csrf_token = backend.viewer().map(|viewer| viewer.csrf_token.clone()).unwrap_or_default();
        let said = said(&backend, &query, &known).await.filter(|_| problem.is_none());
        let typed = problem.as_ref().and_then(|problem| problem.field("link")).unwrap_or_default().to_owned();
        let link = (!accounts.is_empty()).then(|| link_form(typed, csrf_token.clone()));
        let body = if accounts.is_empty() {
            view! {
                <Empty title="No account is linked">
                    "On the server, "<code>"channelscope account link --phone NUMBER"</code>
                    " links the Telegram account that owns your channels."
                </Empty>
            }
            .into_any()
        } else {
            let rows =
                accounts.into_iter().map(|one| account(one, now, &csrf_token)).collect_view().into_any();
            view! { <Sentences heads=&ACCOUNTS rows=rows /> }.into_any()
        };
        let view = view! {
            <header class="page-head"><h1>"Accounts"</h1></header>
            {problem.map(|problem| view! { <p class="problem" role="alert">{problem.text}</p> })}
            {said.map(said_view)}
            {body}
            {link}
            {(!known.is_empty()).then(|| channels(known, csrf_token))}
        };
        Ok(Page { title: "Accounts".to_owned(), view: view.into_any() })
    })
}
