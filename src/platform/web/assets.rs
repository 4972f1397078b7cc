//! Files that never change while the program runs: the style sheet, the script, the marks. Compiled in.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use rust_embed::RustEmbed;

use crate::platform::secret::hex;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Assets;

pub fn asset_routes() -> Router {
    Router::new().route("/static/{name}", get(asset))
}

/// Browsers ask again each time and are mostly told that nothing has changed: an update of the program shows at once.
async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(file) = Assets::get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let tag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..16]));
    let caching = [(header::CACHE_CONTROL, String::from("public, no-cache")), (header::ETAG, tag.clone())];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    };
    (caching, [(header::CONTENT_TYPE, kind)], file.data.into_owned()).into_response()
}
