//! The Invalid Request page: a link that leads nowhere, and never a redirect.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::sign_in_path;
use crate::accounts::Visitor;
use crate::oauth::authorize::Unproven;
use crate::oauth::request::Dead;
use crate::oauth::review::ReviewError;
use crate::platform::limits::TooOften;
use crate::platform::secret::PlainSecret;
use crate::platform::web::{Page, Shell, StatusPage, redirect};

#[derive(Template)]
#[template(path = "oauth/invalid_request.html")]
struct InvalidRequestPage {
    shell: Shell,
    /// The key of the sentence that says what is wrong.
    reason: &'static str,
    /// Only when it is known.
    app: Option<String>,
    retry_after_s: Option<i64>,
    detail: Detail,
    reference: String,
}

/// For developers: the code of the RFC, and the name of the parameter; never its value.
struct Detail {
    error: &'static str,
    parameter: &'static str,
}

/// An unknown and a suspended app are told apart nowhere on the page.
const NO_SUCH_APP: (&str, Detail) = ("invalid-no-app", Detail { error: "unauthorized_client", parameter: "client_id" });

/// A request whose redirect address is not proven.
pub fn unproven(visitor: &Visitor, unproven: Unproven) -> Response {
    let invalid = |parameter| Detail { error: "invalid_request", parameter };
    let (reason, detail) = match unproven {
        Unproven::TooLong => ("invalid-too-long", invalid("")),
        Unproven::NoClientId => ("invalid-incomplete", invalid("client_id")),
        Unproven::NoSuchApp => NO_SUCH_APP,
        Unproven::NoRedirectUri => ("invalid-incomplete", invalid("redirect_uri")),
        Unproven::OtherRedirectUri => ("invalid-redirect", invalid("redirect_uri")),
    };
    page(visitor, StatusCode::BAD_REQUEST, reason, None, detail)
}

/// A handle under which there is nothing to answer, or not yet.
pub fn no_review(visitor: &Visitor, handle: &PlainSecret, error: ReviewError) -> Response {
    let (status, reason, app, detail) = match error {
        ReviewError::Dead { dead: Dead::Used, app } => (StatusCode::GONE, "invalid-used", app, "request_used"),
        ReviewError::Dead { dead: Dead::Expired, app } => (StatusCode::GONE, "invalid-expired", app, "request_expired"),
        ReviewError::Dead { dead: Dead::Altered, app } => {
            (StatusCode::BAD_REQUEST, "invalid-incomplete", app, "invalid_request")
        }
        ReviewError::NoSuchApp => {
            let (reason, detail) = NO_SUCH_APP;
            return page(visitor, StatusCode::BAD_REQUEST, reason, None, detail);
        }
        ReviewError::SignInAnew => return redirect(&sign_in_path(handle)),
        ReviewError::Storage(error) => {
            return StatusPage::broken(&error, "a request could not be looked up").into_response();
        }
    };
    page(visitor, status, reason, app, Detail { error: detail, parameter: "" })
}

fn page(visitor: &Visitor, status: StatusCode, reason: &'static str, app: Option<String>, detail: Detail) -> Response {
    let reference = visitor.request_id.clone();
    let page = InvalidRequestPage { shell: visitor.shell(), reason, app, retry_after_s: None, detail, reference };
    Page(status, page).into_response()
}

/// Somebody asks or answers faster than a person can.
pub fn too_often(visitor: &Visitor, wait: TooOften) -> Response {
    let page = InvalidRequestPage {
        shell: visitor.shell(),
        reason: "invalid-too-often",
        app: None,
        retry_after_s: Some(wait.retry_after_s),
        detail: Detail { error: "temporarily_unavailable", parameter: "" },
        reference: visitor.request_id.clone(),
    };
    let retry_after = [(header::RETRY_AFTER, wait.retry_after_s.to_string())];
    (retry_after, Page(StatusCode::TOO_MANY_REQUESTS, page)).into_response()
}
