//! `channels`: what is collected.

use app::model::Channel;
use axum::Json;
use axum::extract::Path;
use serde_json::{Map, Value, json};

use super::Problem;
use super::caller::{Caller, Scope};
use super::period::channel_id;

/// `GET channels`: every collected channel, largest first.
pub(super) async fn list(caller: Caller) -> Result<Json<Value>, Problem> {
    let channels = caller.may(Scope::Read)?.channels().await?;
    let channels: Vec<Value> = channels.iter().map(|summary| body(&summary.channel)).collect();
    Ok(Json(json!({ "channels": channels })))
}

/// `GET channels/{id}`.
pub(super) async fn get(caller: Caller, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    Ok(Json(body(&caller.may(Scope::Read)?.channel(channel_id(&id)?).await?)))
}

/// `GET channels/{id}/known`: since when what is kept of it is known, and where it has gaps.
pub(super) async fn known(caller: Caller, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let known = caller.may(Scope::Read)?.known(channel_id(&id)?).await?;
    let since: Map<String, Value> =
        known.since.iter().map(|(record, at)| (record.name().to_owned(), json!(at))).collect();
    Ok(Json(json!({ "since": since, "admin_log_gaps": known.admin_log_gaps })))
}

fn body(channel: &Channel) -> Value {
    json!({
        "id": channel.id,
        "title": channel.title,
        "username": channel.username,
        "kind": if channel.is_group { "group" } else { "channel" },
        "subscribers": channel.subscribers,
        "can_view_stats": channel.can_view_stats,
        "can_view_revenue": channel.can_view_revenue,
        "can_view_stars_revenue": channel.can_view_stars_revenue,
        "is_admin": channel.is_admin,
        "simulated": channel.simulated,
        "as_of": channel.as_of,
    })
}
