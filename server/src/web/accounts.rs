//! The form of the accounts page.

use std::collections::{BTreeMap, BTreeSet};

use app::model::ChannelId;
use app::page::FormProblem;
use axum::extract::{Request, State};
use axum::http::Uri;
use axum::response::Response;
use leptos::context::provide_context;

use super::form::{Taken, take};
use super::{WebState, pages};
use crate::collector::discover;
use crate::store::{self, channels};

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
            let problem = FormProblem { text: format!("{error}. Nothing was changed."), fields: Vec::new() };
            let page = Uri::from_static("/accounts");
            pages::render(&state, request, page, move || provide_context(problem.clone())).await
        }
        Err(error) => pages::internal(&state, request, &error).await,
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
