//! `runs`: what was collected, when, and how it ended.

use app::model::RunId;
use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Problem;
use super::caller::{Caller, Scope};
use super::query::Query;
use crate::store::runs;
use crate::web::WebState;

/// How many runs of one answer, unless asked otherwise, and at most.
const DEFAULT_LIMIT: i64 = 100;
const MAX_LIMIT: i64 = 1000;

/// What `runs` is asked.
#[derive(Debug, Deserialize)]
pub(super) struct RunsQuery {
    limit: Option<i64>,
}

/// `GET runs?limit=`: newest first.
pub(super) async fn list(caller: Caller, Query(query): Query<RunsQuery>) -> Result<Json<Value>, Problem> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Problem::invalid(format!("limit: {limit} is out of range; use 1 to {MAX_LIMIT}")));
    }
    Ok(Json(json!({ "runs": caller.may(Scope::Read)?.runs(limit).await? })))
}

/// `GET runs/{id}`.
pub(super) async fn get(
    caller: Caller,
    State(state): State<WebState>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    caller.may(Scope::Read)?;
    let missing = || Problem::not_found(format!("There is no run {id}."));
    let run: RunId = id.parse().map_err(|_| missing())?;
    let run = runs::find(&state.pool, run).await.map_err(|error| Problem::internal(&error))?;
    Ok(Json(json!(run.ok_or_else(missing)?)))
}
