//! Is it alive, and is it ready? For supervisors and load balancers.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use super::WebState;
use crate::store::migrations;

/// `/health/live`: the process answers.
pub(crate) async fn live() -> impl IntoResponse {
    Json(json!({ "status": "ok" }))
}

/// `/health/ready`: the database answers and has exactly the schema this program needs.
pub(crate) async fn ready(State(state): State<WebState>) -> Response {
    match migrations::check(&state.pool).await {
        Ok(()) => Json(json!({ "status": "ok", "database": "ok", "migrations": "current" })).into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            // What the database said may name hosts and users; whoever may read the log can read it there.
            let reason = match error {
                migrations::Error::Failed(_) => "The database does not answer; the log says why.".to_owned(),
                error => error.to_string(),
            };
            let body = json!({ "status": "unavailable", "reason": reason });
            (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
        }
    }
}
