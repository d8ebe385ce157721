//! Which page is where.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::SsrMode;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

use super::accounts::AccountsPage;
use super::channel::ChannelPage;
use super::error::NotFoundPage;
use super::login::LoginPage;
use super::portfolio::PortfolioPage;
use super::revenue::RevenuePage;
use super::runs::RunsPage;
use super::schedule::SchedulePage;
use super::schedules::SchedulesPage;

/// Every page. They are rendered whole before the first byte is sent ([`SsrMode::Async`]), so that the status is
/// right and nothing moves while it loads.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=|| view! { <NotFoundPage /> }>
                <Route path=path!("/") view=PortfolioPage ssr=SsrMode::Async />
                <Route path=path!("/login") view=LoginPage ssr=SsrMode::Async />
                <Route path=path!("/channels/:id") view=ChannelPage ssr=SsrMode::Async />
                <Route path=path!("/channels/:id/revenue") view=RevenuePage ssr=SsrMode::Async />
                <Route path=path!("/schedules") view=SchedulesPage ssr=SsrMode::Async />
                <Route path=path!("/schedules/:id/:collector") view=SchedulePage ssr=SsrMode::Async />
                <Route path=path!("/accounts") view=AccountsPage ssr=SsrMode::Async />
                <Route path=path!("/runs") view=RunsPage ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}

/// Does the page of that path have anything that wakes up in the browser? The others need no script.
pub fn has_islands(path: &str) -> bool {
    path == "/runs" || path.starts_with("/channels/") && !path.ends_with("/revenue")
}
