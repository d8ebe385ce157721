//! Linked accounts, and which of their channels are collected.

use jiff::Timestamp;
use leptos::prelude::*;

use super::form::FormProblem;
use super::frame::{Page, framed, set_status};
use crate::model::KnownChannel;
use crate::model::account::{Accounts, LinkedAccount};
use crate::ui::rail::Here;
use crate::ui::{ChannelName, Count, Empty, Sentences, When};

/// The columns of accounts.
const ACCOUNTS: [(&str, bool); 3] = [("Account", false), ("How it stands", false), ("Linked", false)];

/// The columns of channels; `true` where numbers stand.
const CHANNELS: [(&str, bool); 4] =
    [("Collected", false), ("Role", false), ("May see", false), ("Subscribers", true)];

fn account(account: LinkedAccount, now: Timestamp) -> impl IntoView {
    let state = match (account.needs_linking_since, account.quiet_until.filter(|until| *until > now)) {
        (Some(since), _) => view! {
            <span class="bad">"Telegram has signed it out: link it again. Since "<When at=Some(since) /></span>
        }
        .into_any(),
        (None, Some(until)) => view! { "Telegram wants no requests until "<When at=Some(until) /> }.into_any(),
        (None, None) => view! { <span class="good">"in use"</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><bdi>{account.display_name}</bdi></th>
            <td>{state}</td>
            <td class="muted"><When at=Some(account.linked_at) /></td>
        </tr>
    }
    .into_any()
}

fn channel(known: KnownChannel) -> impl IntoView {
    let KnownChannel { channel, is_owned, is_collected } = known;
    let id = channel.id;
    let role = if is_owned { "owner" } else { "administrator" };
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

/// The accounts.
#[component]
pub fn AccountsPage() -> impl IntoView {
    let problem = use_context::<FormProblem>();
    framed(Here::Accounts, |backend| async move {
        if problem.is_some() {
            set_status(400);
        }
        let Accounts { accounts, channels: known } = backend.accounts().await?;
        let now = backend.now();
        let csrf_token = backend.viewer().map(|viewer| viewer.csrf_token.clone()).unwrap_or_default();
        let body = if accounts.is_empty() {
            view! {
                <Empty title="No account is linked">
                    "On the server, "<code>"channelscope account link --phone NUMBER"</code>
                    " links the Telegram account that owns your channels."
                </Empty>
            }
            .into_any()
        } else {
            let rows = accounts.into_iter().map(|one| account(one, now)).collect_view().into_any();
            view! { <Sentences heads=&ACCOUNTS rows=rows /> }.into_any()
        };
        let view = view! {
            <header class="page-head"><h1>"Accounts"</h1></header>
            {problem.map(|problem| view! { <p class="problem" role="alert">{problem.text}</p> })}
            {body}
            {(!known.is_empty()).then(|| channels(known, csrf_token))}
        };
        Ok(Page { title: "Accounts".to_owned(), view: view.into_any() })
    })
}
