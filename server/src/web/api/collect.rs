//! `POST channels/{id}/collect`: collect now.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Problem;
use super::caller::{Caller, Scope};
use super::period::channel_id;
use super::query::Query;
use crate::web::WebState;
use crate::worker::{self, EnqueueError};

/// What is asked.
#[derive(Debug, Deserialize)]
pub(super) struct CollectQuery {
    collector: Option<String>,
}

/// Queues runs, or joins those under way, and answers with their numbers.
pub(super) async fn now(
    caller: Caller,
    State(state): State<WebState>,
    Path(id): Path<String>,
    Query(query): Query<CollectQuery>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let id = channel_id(&id)?;
    let channel = caller.may(Scope::Collect)?.channel(id).await?;
    let refused = |error| match error {
        EnqueueError::NoAccount(_) | EnqueueError::NotCollected(_) => {
            Problem::new(StatusCode::CONFLICT, error.to_string())
        }
        error => Problem::internal(&error),
    };
    let runs = match query.collector.as_deref().filter(|name| !name.is_empty()) {
        None => worker::enqueue_all(&state.pool, &channel, &state.clock).await.map_err(refused)?,
        Some(name) => {
            let collector = name.parse().map_err(|error: app::model::schedule::UnknownCollector| {
                Problem::invalid(error.to_string())
            })?;
            let run = worker::enqueue_now(&state.pool, id, collector, &state.clock).await;
            vec![(collector, run.map_err(refused)?)]
        }
    };
    let first = runs.first().map(|(_, run)| *run);
    let runs: Vec<_> =
        runs.iter().map(|(collector, run)| json!({ "id": run, "collector": collector })).collect();
    Ok((StatusCode::ACCEPTED, Json(json!({ "run_id": first, "runs": runs }))))
}
