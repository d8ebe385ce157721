//! `/api/v1`: what programs may ask. Bearer tokens with scopes, or a browser's own session for downloads. Lists come
//! as an object with the plural's name; errors are RFC 9457 problem documents.

mod audience;
mod caller;
mod channels;
mod collect;
mod exports;
mod openapi;
mod period;
mod posts;
mod problem;
mod query;
mod revenue;
mod runs;
mod schedules;
mod series;

use axum::Router;
use axum::extract::{OriginalUri, Request};
use axum::routing::{get, post};

use super::WebState;
pub use caller::Scope;
pub use problem::Problem;

/// The routes under `/api/v1`, with an answer of their own for what is not there.
pub fn router(state: WebState) -> Router {
    let routes = Router::new()
        .route("/openapi.json", get(openapi::document))
        .route("/channels", get(channels::list))
        .route("/channels/{id}", get(channels::get))
        .route("/channels/{id}/posts", get(posts::list))
        .route("/channels/{id}/series", get(series::of_channel))
        .route("/channels/{id}/collect", post(collect::now))
        .route("/channels/{id}/revenue/balances", get(revenue::balances))
        .route("/channels/{id}/revenue/transactions", get(revenue::transactions))
        .route("/channels/{id}/boosts", get(audience::boosts))
        .route("/channels/{id}/giveaways", get(audience::giveaways))
        .route("/channels/{id}/known", get(channels::known))
        .route("/series", get(series::several))
        .route("/runs", get(runs::list))
        .route("/runs/{id}", get(runs::get))
        .route("/schedules", get(schedules::list))
        .route("/exports/revenue.csv", get(exports::revenue_csv))
        .route("/exports/revenue.json", get(exports::revenue_json))
        .fallback(not_here)
        .method_not_allowed_fallback(wrong_method)
        .with_state(state);
    Router::new().nest("/api/v1", routes)
}

async fn not_here(OriginalUri(uri): OriginalUri) -> Problem {
    Problem::not_found(format!("{} is not part of this API; see /api/v1/openapi.json", uri.path()))
}

async fn wrong_method(request: Request) -> Problem {
    Problem::new(
        http::StatusCode::METHOD_NOT_ALLOWED,
        format!("{} is not possible here; see /api/v1/openapi.json", request.method()),
    )
}
