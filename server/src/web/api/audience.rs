//! `channels/{id}/boosts` and `channels/{id}/giveaways`.

use app::model::{BoostStatus, SeenBoost, SeenGiveaway};
use axum::Json;
use axum::extract::Path;
use serde_json::{Value, json};

use super::Problem;
use super::caller::{Caller, Scope};
use super::period::channel_id;

/// `GET channels/{id}/boosts`: how the channel stands, and every boost that was ever seen, newest first. Whose they
/// are is not told.
pub(super) async fn boosts(caller: Caller, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let boosts = caller.may(Scope::Read)?.boosts(channel_id(&id)?).await?;
    let status = boosts.status.as_ref().map(status_body);
    let boosts: Vec<Value> = boosts.boosts.iter().map(boost_body).collect();
    Ok(Json(json!({ "status": status, "boosts": boosts })))
}

/// `GET channels/{id}/giveaways`: those not launched first, then the newest first.
pub(super) async fn giveaways(caller: Caller, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let giveaways = caller.may(Scope::Read)?.giveaways(channel_id(&id)?).await?;
    let giveaways: Vec<Value> = giveaways.iter().map(giveaway_body).collect();
    Ok(Json(json!({ "giveaways": giveaways })))
}

fn status_body(status: &BoostStatus) -> Value {
    json!({
        "level": status.level,
        "current_level_boosts": status.current_level_boosts,
        "boosts": status.boosts,
        "gift_boosts": status.gift_boosts,
        "next_level_boosts": status.next_level_boosts,
        "premium_subscribers": status.premium_subscribers,
        "subscribers": status.subscribers,
        "observed_at": status.observed_at,
    })
}

fn boost_body(seen: &SeenBoost) -> Value {
    let boost = &seen.boost;
    json!({
        "id": boost.id,
        "source": boost.source,
        "multiplier": boost.multiplier,
        "stars": boost.stars,
        "giveaway_msg_id": boost.giveaway_msg_id,
        "is_unclaimed": boost.is_unclaimed,
        "applied_at": boost.applied_at,
        "expires_at": boost.expires_at,
        "first_seen_at": seen.first_seen_at,
        "last_seen_at": seen.last_seen_at,
        "ended_seen_at": seen.ended_seen_at,
    })
}

fn giveaway_body(seen: &SeenGiveaway) -> Value {
    let giveaway = &seen.giveaway;
    let msg_id = (!giveaway.id.is_prepaid()).then(|| giveaway.id.number());
    // Telegram's id of a prepaid one has 64 bits, which not every program's numbers have.
    let prepaid_id = giveaway.id.is_prepaid().then(|| giveaway.id.number().to_string());
    json!({
        "msg_id": msg_id,
        "prepaid_id": prepaid_id,
        "state": giveaway.state,
        "months": giveaway.months,
        "stars": giveaway.stars,
        "quantity": giveaway.quantity,
        "boosts": giveaway.boosts,
        "paid_at": giveaway.paid_at,
        "started_at": giveaway.started_at,
        "until": giveaway.until,
        "finished_at": giveaway.finished_at,
        "winners": giveaway.winners,
        "activated": giveaway.activated,
        "is_refunded": giveaway.is_refunded,
        "first_seen_at": seen.first_seen_at,
        "last_seen_at": seen.last_seen_at,
        "changed_at": seen.changed_at,
    })
}
