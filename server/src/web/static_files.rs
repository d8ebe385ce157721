//! The site made by `app/build`, embedded: everything under `/pkg/<content hash>/`, compressed beforehand.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$CHANNELSCOPE_SITE"]
struct Embedded;

/// The name carries the content's hash, so a browser may keep it for ever.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Names without a hash, as cargo-leptos makes them, may mean other content tomorrow.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Where the site's package is: `pkg/<hash>`, or `pkg` where cargo-leptos made it; `None` when the program was built
/// without one.
pub fn package() -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Manifest {
        pkg: String,
    }
    let Some(manifest) = Embedded::get("manifest.json") else {
        return Embedded::get("pkg/channelscope.css").map(|_| "pkg".to_owned());
    };
    serde_json::from_slice::<Manifest>(&manifest.data).ok().map(|manifest| manifest.pkg)
}

/// Serves `GET /pkg/{*path}`.
pub async fn serve(Path(path): Path<String>, headers: HeaderMap) -> impl IntoResponse {
    let name = format!("pkg/{path}");
    let accepted =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let encodings = [("br", "br"), ("gzip", "gz")];
    let compressed = encodings.iter().filter(|(encoding, _)| accepts(accepted, encoding)).find_map(
        |(encoding, extension)| {
            Embedded::get(&format!("{name}.{extension}")).map(|file| (file, Some(*encoding)))
        },
    );
    let Some((file, encoding)) = compressed.or_else(|| Embedded::get(&name).map(|file| (file, None))) else {
        return (StatusCode::NOT_FOUND, "This file is not part of this version.").into_response();
    };
    let mime = mime_guess::from_path(&name).first_or_octet_stream();
    let mut response = Response::new(Body::from(file.data));
    let out = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(mime.as_ref()) {
        out.insert(header::CONTENT_TYPE, value);
    }
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    out.insert(header::CACHE_CONTROL, if path.contains('/') { FOREVER } else { ASK_AGAIN });
    response
}

/// Does an `Accept-Encoding` value allow this encoding? (`br;q=0` forbids it.)
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        parts.next() == Some(encoding)
            && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

#[cfg(test)]
mod tests {
    use super::accepts;

    #[test]
    fn an_encoding_is_used_only_where_it_is_accepted() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("br;q=0.8", "br"));
        assert!(!accepts("br;q=0, gzip", "br"));
        assert!(!accepts("", "gzip"));
    }
}
