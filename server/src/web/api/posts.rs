//! `channels/{id}/posts`: posts with what is counted under them.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Problem;
use super::caller::{Caller, Scope};
use super::period::{PeriodQuery, channel_id};
use super::query::Query;
use crate::web::WebState;

/// How many posts of one answer, unless asked otherwise, and at most.
const DEFAULT_LIMIT: i64 = 100;
const MAX_LIMIT: i64 = 1000;

/// What `posts` is asked. Not flattened with the period: a number would arrive as text.
#[derive(Debug, Deserialize)]
pub(super) struct LimitQuery {
    limit: Option<i64>,
}

/// `GET channels/{id}/posts?from=&to=&tz=&limit=`: newest first, deleted ones included.
pub(super) async fn list(
    caller: Caller,
    State(state): State<WebState>,
    Path(id): Path<String>,
    Query(limit): Query<LimitQuery>,
    Query(period): Query<PeriodQuery>,
) -> Result<Json<Value>, Problem> {
    let id = channel_id(&id)?;
    let limit = limit.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Problem::invalid(format!("limit: {limit} is out of range; use 1 to {MAX_LIMIT}")));
    }
    let period = period.period(state.clock.now())?;
    let posts = caller.may(Scope::Read)?.posts(id, &period, limit).await?;
    Ok(Json(json!({ "posts": posts })))
}
