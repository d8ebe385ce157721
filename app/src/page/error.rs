//! When there is no page to show: what happened, and what to do.

use leptos::prelude::*;

use super::frame::{Notice, Page, framed, set_status};
use crate::error::ApiError;
use crate::ui::rail::Here;

/// A heading, a sentence and a way on.
fn message(title: &str, text: String, href: &'static str, way: &'static str) -> Page {
    let heading = title.to_owned();
    let view = view! {
        <section class="message">
            <h1>{heading}</h1>
            <p>{text}</p>
            <p><a class="button" href=href>{way}</a></p>
        </section>
    };
    Page { title: title.to_owned(), view: view.into_any() }
}

/// The page of an error.
pub fn error_view(error: &ApiError) -> Page {
    let text = error.to_string();
    match error {
        ApiError::SignedOut => message("Signed out", text, "/login", "Sign in"),
        ApiError::Forbidden(_) => message("No right to see this", text, "/", "To the portfolio"),
        ApiError::NotFound(_) => message("Not found", text, "/", "To the portfolio"),
        ApiError::Invalid(_) => message("That can't be shown", text, "/", "To the portfolio"),
        ApiError::Internal { .. } => {
            let text = format!("{text} What was collected is safe. Load the page again in a minute.");
            message("This page could not be made", text, "/", "To the portfolio")
        }
    }
}

/// What stands where no page is; or what the server wants said instead.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let notice = use_context::<Notice>();
    framed(Here::Elsewhere, move |_| async move {
        let Some(Notice { title, text, status }) = notice else {
            return Err(ApiError::NotFound("This page".to_owned()));
        };
        set_status(status);
        Ok(message(&title, text, "/", "To the first page"))
    })
}
