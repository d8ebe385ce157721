//! The HTML document around every page.

use leptos::config::LeptosOptions;
use leptos::prelude::*;
use leptos_meta::MetaTags;
use leptos_router::location::RequestUrl;

use crate::page::App;
use crate::page::app::has_islands;

/// Three rising bars; here, so that no browser asks for a file that is not there.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E\
                    %3Cpath fill='%23327FE5' d='M2 9h3v5H2zM6.5 6h3v8h-3zM11 2h3v12h-3z'/%3E%3C/svg%3E";

/// Where the site's files are.
#[derive(Clone, Debug)]
pub struct Assets {
    /// Where the script and the module are; made in code, never read from the environment.
    pub options: LeptosOptions,
    /// The path of the style sheet, from the root.
    pub stylesheet: String,
}

/// The document of the request being rendered.
pub fn shell(assets: Assets) -> impl IntoView {
    let path = use_context::<RequestUrl>().and_then(|url| url.parse().ok()).map(|url| url.path().to_owned());
    let scripts = path
        .is_some_and(|path| has_islands(&path))
        .then(|| view! { <HydrationScripts options=assets.options.clone() islands=true /> });
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="robots" content="noindex, nofollow" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#FFFFFF" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#17212B" media="(prefers-color-scheme: dark)" />
                <link rel="icon" href=ICON />
                <link rel="stylesheet" href=assets.stylesheet />
                {scripts}
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
