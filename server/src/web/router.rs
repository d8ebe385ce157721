//! Which request goes where.

use app::page::App;
use app::page::runs::LIVE;
use app::shell;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::StatusCode;
use leptos_axum::{LeptosRoutes as _, generate_route_list};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use super::{
    SignedIn, WebState, accounts, auth, csrf, demo_link, headers, health, live, next, pages, schedules,
    session, static_files,
};

/// The longest form: a name, a password, a path.
const MAX_FORM: usize = 16 * 1024;

/// Everything the program answers over HTTP. `extra` brings what answers the signed-out in its own words (the JSON
/// API, the site's files); a browser's session is known to it as the extension [`SignedIn`]. It has no fallback.
///
/// Serve it with `into_make_service_with_connect_info::<SocketAddr>()`: sign-ins are limited by address.
pub fn router(state: WebState, extra: Router) -> Router {
    let assets = state.assets.clone();
    let pages = Router::new()
        .leptos_routes_with_context(
            &state,
            generate_route_list(App),
            pages::contexts(state.clone()),
            move || shell(assets.clone()),
        )
        .fallback(not_found)
        .layer(middleware::from_fn(signed_in_only));
    Router::new()
        .merge(pages)
        .route("/login", post(auth::sign_in))
        .route("/logout", post(auth::sign_out))
        .route("/accounts/channels", post(accounts::choose))
        .route("/accounts/link", post(accounts::add))
        .route("/accounts/{account}/refresh", post(accounts::refresh))
        .route("/schedules/preset", post(schedules::preset))
        .route("/schedules/quiet", post(schedules::quiet))
        .route("/schedules/{id}/{collector}", post(schedules::timing))
        .route("/schedules/{id}/{collector}/{deed}", post(schedules::deed))
        .route(LIVE, get(live::runs))
        .route("/demo/{token}", get(demo_link::redeem))
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .with_state(state.clone())
        .merge(extra)
        .layer(middleware::from_fn(csrf::refuse_foreign))
        .layer(middleware::from_fn_with_state(state.clone(), session::load))
        // What needs nobody's session must not carry a cookie either: the site's files may be kept by anybody.
        .route("/pkg/{*path}", get(static_files::serve))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready).with_state(state))
        .layer(middleware::from_fn(headers::secure))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
}

/// Pages are for the signed-in; the others sign in first and come back.
async fn signed_in_only(request: Request, next: Next) -> Response {
    let is_signed_in = request.extensions().get::<SignedIn>().is_some();
    let is_login = request.uri().path() == "/login";
    match (is_signed_in, is_login) {
        (true, true) => pages::see_other("/", None),
        (true, false) | (false, true) => next.run(request).await,
        (false, false) => {
            let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
            pages::see_other(&next::login_for(target), None)
        }
    }
}

/// No page is there.
async fn not_found(State(state): State<WebState>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let text = "Nothing is here to be changed.\n";
        let content_type = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
        return (StatusCode::NOT_FOUND, content_type, text).into_response();
    }
    let path = request.uri().clone();
    pages::render(&state, request, path, || {}).await
}
