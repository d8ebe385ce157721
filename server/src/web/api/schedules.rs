//! `schedules`: when things are collected.

use axum::Json;
use serde_json::{Value, json};

use super::Problem;
use super::caller::{Caller, Scope};

/// `GET schedules`: by channel and collector.
pub(super) async fn list(caller: Caller) -> Result<Json<Value>, Problem> {
    Ok(Json(json!({ "schedules": caller.may(Scope::Read)?.schedules().await? })))
}
