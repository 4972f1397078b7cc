//! Logos: taking them in, and serving them from our own origin.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::overview::overview_page;
use super::{OwnApp, Room, failed};
use crate::accounts::Visitor;
use crate::apps::change::{ChangeError, ChangeRefusal, remove_logo, set_logo};
use crate::apps::logo::{BYTES_MAX, LogoRefusal};
use crate::apps::{App, logo_of};
use crate::platform::Env;
use crate::platform::limits::TooOften;
use crate::platform::web::{FieldErrors, Form, NoFields, StatusPage, Upload, Words, redirect};

/// Whatever somebody finds in a picture, it loads nothing and runs nothing.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// Logos are for everyone, and caches on the way may keep them: these routes must not stand where cookies are handed out.
pub fn logo_routes(env: Env) -> Router {
    Router::new().route("/apps/{app}/logo.png", get(logo)).with_state(env)
}

/// Which logo a page means.
#[derive(serde::Deserialize)]
struct Version {
    #[serde(default)]
    v: String,
}

async fn logo(
    State(env): State<Env>,
    Path(app_id): Path<String>,
    Query(version): Query<Version>,
    headers: HeaderMap,
) -> Response {
    let (png, tag) = match logo_of(&env, &app_id).await {
        Ok(Some(logo)) => logo,
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => return StatusPage::broken(&error, "a logo could not be looked up").into_response(),
    };
    // An address with the tag in it never shows anything else.
    let caching = if version.v == tag { "public, max-age=31536000, immutable" } else { "public, no-cache" };
    let tag = format!("\"{tag}\"");
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let caching = [(header::CACHE_CONTROL, caching.to_owned()), (header::ETAG, tag)];
    if known {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    match STANDARD.decode(png) {
        Ok(png) => {
            let kind =
                [(header::CONTENT_TYPE, "image/png"), (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)];
            (caching, kind, png).into_response()
        }
        Err(error) => StatusPage::broken(&error, "a kept logo is damaged").into_response(),
    }
}

pub(super) async fn post_logo(
    State(room): State<Room>,
    OwnApp { visitor, app }: OwnApp,
    upload: Upload<BYTES_MAX>,
) -> Response {
    let Some(file) = upload.file else {
        return refused(&room, &visitor, app, &ChangeRefusal::Logo(LogoRefusal::TooLarge)).await;
    };
    match set_logo(&room.env, &visitor.who(), &app, file).await {
        Ok(()) => redirect(&format!("/developers/apps/{}?done=logo", app.id)),
        Err(ChangeError::Refused(refusal @ (ChangeRefusal::Logo(_) | ChangeRefusal::TooOften(_)))) => {
            refused(&room, &visitor, app, &refusal).await
        }
        Err(error) => failed(&error),
    }
}

async fn refused(room: &Room, visitor: &Visitor, app: App, refusal: &ChangeRefusal) -> Response {
    let (status, text) = match refusal {
        ChangeRefusal::TooOften(TooOften { retry_after_s }) => {
            let text = visitor.words.msg("app-logo-too-often").count("seconds", *retry_after_s).plain(&[]);
            (StatusCode::TOO_MANY_REQUESTS, text)
        }
        ChangeRefusal::Logo(refusal) => (StatusCode::UNPROCESSABLE_ENTITY, logo_sentence(&visitor.words, *refusal)),
        _ => return StatusPage::not_found().into_response(),
    };
    overview_page(room, status, visitor.shell(), app, FieldErrors::one("file", text)).await
}

fn logo_sentence(words: &Words, refusal: LogoRefusal) -> String {
    words.text(match refusal {
        LogoRefusal::Missing => "app-logo-missing",
        LogoRefusal::TooLarge => "app-logo-too-large",
        LogoRefusal::Svg => "app-logo-svg",
        LogoRefusal::Format => "app-logo-format",
        LogoRefusal::TooManyPixels => "app-logo-too-many-pixels",
        LogoRefusal::Damaged => "app-logo-damaged",
    })
}

pub(super) async fn post_remove(
    State(env): State<Env>,
    OwnApp { visitor, app }: OwnApp,
    _form: Form<NoFields>,
) -> Response {
    match remove_logo(&env, &visitor.who(), &app).await {
        Ok(()) => redirect(&format!("/developers/apps/{}?done=logo-removed", app.id)),
        Err(error) => failed(&error),
    }
}
