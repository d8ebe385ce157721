//! The forms of the accounts page.

use std::collections::{BTreeMap, BTreeSet};

use std::time::Duration;

use app::model::{AccountId, ChannelId, ChannelLink};
use app::page::FormProblem;
use axum::extract::{Path, Request, State};
use axum::http::Uri;
use axum::response::Response;
use leptos::context::provide_context;
use serde::Deserialize;
use tokio::time::Instant;

use super::form::{NoFields, Taken, take};
use super::{WebState, pages};
use crate::collector::discover;
use crate::jobs::ASKED_FOR;
use crate::store::errands::Question;
use crate::store::{self, channels};
use crate::worker::EnqueueError;
use crate::worker::errand::{self, Added};

/// How long a form waits for Telegram's answer; then the page says that it is still asked.
const PATIENCE: Duration = Duration::from_secs(8);

/// `POST /accounts/channels`: what is ticked is collected, what was shown without a tick is not.
pub(crate) async fn choose(State(state): State<WebState>, request: Request) -> Response {
    let Taken { fields, request, .. } = match take::<BTreeMap<String, String>>(&state, request).await {
        Ok(taken) => taken,
        Err(response) => return response,
    };
    let named = |prefix: &str| -> BTreeSet<ChannelId> {
        fields.keys().filter_map(|name| name.strip_prefix(prefix)?.parse().ok()).collect()
    };
    match save(&state, &named("shown-"), &named("collect-")).await {
        Ok(()) => pages::see_other("/accounts", None),
        Err(error @ store::Error::NotFound(_)) => {
            refuse(&state, request, format!("{error}. Nothing was changed."), Vec::new()).await
        }
        Err(error) => pages::internal(&state, request, &error).await,
    }
}

#[derive(Debug, Deserialize)]
struct LinkForm {
    #[serde(default)]
    link: String,
}

/// `POST /accounts/link`: collects the channel that a link leads to.
pub(crate) async fn add(State(state): State<WebState>, request: Request) -> Response {
    let Taken { fields, request, .. } = match take::<LinkForm>(&state, request).await {
        Ok(taken) => taken,
        Err(response) => return response,
    };
    let link = match fields.link.parse::<ChannelLink>() {
        Ok(link) => link,
        Err(error) => {
            return refuse(&state, request, format!("{error}."), vec![("link", fields.link)]).await;
        }
    };
    match errand::add(&state.pool, &state.clock, &link, Instant::now() + PATIENCE).await {
        Ok(Added::Known(one)) => pages::see_other(&format!("/accounts?added={}", one.channel.id), None),
        Ok(Added::Answered(id, _) | Added::Asking(id)) => {
            pages::see_other(&format!("/accounts?errand={id}"), None)
        }
        Ok(Added::NoAccount) => {
            let text = "No linked account can be asked what this is: link one first.".to_owned();
            refuse(&state, request, text, vec![("link", fields.link)]).await
        }
        Err(error) => failed(&state, request, error).await,
    }
}

/// `POST /accounts/{account}/refresh`: looks again which channels the account administers.
pub(crate) async fn refresh(
    State(state): State<WebState>,
    Path(account): Path<String>,
    request: Request,
) -> Response {
    let request = match take::<NoFields>(&state, request).await {
        Ok(taken) => taken.request,
        Err(response) => return response,
    };
    let Ok(account) = account.parse::<AccountId>() else {
        return refuse(&state, request, "There is no such account.".to_owned(), Vec::new()).await;
    };
    let asked = async {
        let id =
            errand::enqueue(&state.pool, account, &Question::Refresh, ASKED_FOR, state.clock.now()).await?;
        errand::answer(&state.pool, id, Instant::now() + PATIENCE).await?;
        Ok(id)
    };
    match asked.await {
        Ok(id) => pages::see_other(&format!("/accounts?errand={id}"), None),
        Err(error) => failed(&state, request, error).await,
    }
}

/// The page again, with what was wrong and what was typed.
async fn refuse(
    state: &WebState,
    request: Request,
    text: String,
    fields: Vec<(&'static str, String)>,
) -> Response {
    let problem = FormProblem { text, fields };
    let page = Uri::from_static("/accounts");
    pages::render(state, request, page, move || provide_context(problem.clone())).await
}

async fn failed(state: &WebState, request: Request, error: EnqueueError) -> Response {
    match error {
        EnqueueError::Store(error @ (store::Error::NotFound(_) | store::Error::Conflict { .. })) => {
            refuse(state, request, format!("{error}."), Vec::new()).await
        }
        error => pages::internal(state, request, &error).await,
    }
}

async fn save(
    state: &WebState,
    shown: &BTreeSet<ChannelId>,
    ticked: &BTreeSet<ChannelId>,
) -> store::Result<()> {
    let now = state.clock.now();
    let mut db = state.pool.begin().await?;
    let known = channels::known(&mut *db).await?;
    for id in shown {
        let was = known.iter().find(|one| one.channel.id == *id).map(|one| one.is_collected);
        let is_collected = ticked.contains(id);
        if was != Some(is_collected) {
            discover::choose(&mut db, *id, is_collected, now).await?;
        }
    }
    db.commit().await?;
    Ok(())
}
