//! API refusals in the form of RFC 9457.

use std::borrow::Cow;

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::RequestId;
use crate::platform::computing::TooBusy;

/// Why an API call was refused. `code` is stable and for programs, `detail` is a sentence for the person who reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub status: StatusCode,
    pub code: &'static str,
    pub detail: String,
    /// The field or parameter at fault, when there is one.
    pub param: Option<Cow<'static, str>>,
    /// `WWW-Authenticate` (RFC 6750 §3), when the caller must bring another token.
    pub challenge: Option<String>,
    /// `Retry-After` in seconds, when waiting helps.
    pub retry_after_s: Option<i64>,
}

impl Problem {
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), param: None, challenge: None, retry_after_s: None }
    }

    #[must_use]
    pub fn param(mut self, param: impl Into<Cow<'static, str>>) -> Self {
        self.param = Some(param.into());
        self
    }

    #[must_use]
    pub fn challenge(mut self, challenge: String) -> Self {
        self.challenge = Some(challenge);
        self
    }

    #[must_use]
    pub fn retry_after_s(mut self, seconds: i64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Something of ours broke: logged with its chain, told as little as possible.
    #[must_use]
    pub fn broken(error: &(dyn std::error::Error + 'static), what: &str) -> Self {
        if TooBusy::is_behind(error) {
            tracing::warn!(error, "{what}");
            return Self::of(StatusCode::SERVICE_UNAVAILABLE);
        }
        tracing::error!(error, "{what}");
        Self::of(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// What a status says by itself, where nothing more is known.
    fn of(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::NOT_FOUND => ("not_found", "There is no such operation; /openapi.json lists them all."),
            StatusCode::METHOD_NOT_ALLOWED => (
                "method_not_allowed",
                "This address does not take this method; the header Allow lists those that it takes.",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => ("body_too_large", "The body is too large."),
            StatusCode::SERVICE_UNAVAILABLE => {
                ("temporarily_unavailable", "There is too much to do at the moment. Try again in a minute.")
            }
            status if status.is_server_error() => ("server_error", "Something broke on our side. Try again later."),
            _ => ("invalid_request", "The request cannot be read."),
        };
        Self::new(status, code, detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A refusal as it is sent, in the form of RFC 9457.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// RFC 9457 §4.2.1: the status tells the kind; `code` tells the rest.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'static str,
    /// The status in words.
    #[schema(example = "Conflict")]
    title: &'static str,
    #[schema(example = 409)]
    status: u16,
    /// For programs. It never changes.
    #[schema(example = "number_not_linked")]
    code: &'static str,
    /// A sentence for people: what is wrong and what to do.
    #[schema(example = "The number is not linked to WhatsApp. Ask the workspace to link it again.")]
    detail: String,
    /// The field, parameter or header at fault, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "number_id")]
    param: Option<Cow<'static, str>>,
    /// Names this call in the logs. Quote it when you ask for help.
    #[schema(example = "req_019b76da7c0075b8a7a6d8d5d8c1d3f2")]
    request_id: String,
}

/// Whether programs call this path, so that whatever happens they get JSON and no page.
pub(super) fn is_for_programs(path: &str) -> bool {
    path == "/v1"
        || matches!(path, "/oauth/token" | "/oauth/revoke" | "/openapi.json")
        || ["/v1/", "/.well-known/"].iter().any(|start| path.starts_with(start))
}

/// An answer that says all it has to say, though it is a failure and plain text: the health checks of machines.
#[derive(Clone, Copy)]
pub(super) struct Plain;

/// Whether this is a refusal of a library of ours: a status and, at best, a line of text that nobody wrote for its reader.
pub(super) fn is_bare(response: &Response) -> bool {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    (status.is_client_error() || status.is_server_error())
        && kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"))
        && response.extensions().get::<Plain>().is_none()
}

/// Middleware over everything: writes the problem's body, which names the request. A program gets one in any case.
pub async fn render_problems(request_id: RequestId, request: Request, next: Next) -> Response {
    let for_program = is_for_programs(request.uri().path());
    let mut response = next.run(request).await;
    let bare = for_program && is_bare(&response);
    let status = response.status();
    let problem = response.extensions_mut().remove::<Problem>().or_else(|| bare.then(|| Problem::of(status)));
    let Some(problem) = problem else { return response };
    let body = ProblemBody {
        kind: "about:blank",
        title: problem.status.canonical_reason().unwrap_or("Refused"),
        status: problem.status.as_u16(),
        code: problem.code,
        detail: problem.detail,
        param: problem.param,
        request_id: request_id.0,
    };
    let mut rendered = refilled(response, (problem.status, Json(body)).into_response());
    let headers = rendered.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(Ok(challenge)) = problem.challenge.as_deref().map(HeaderValue::from_str) {
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    if let Some(seconds) = problem.retry_after_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    rendered
}

/// `new` in the place of `old`, whose headers it keeps where it has none itself: `Allow` (RFC 9110 §15.5.6), who may read it
/// from elsewhere, cookies.
pub(super) fn refilled(old: Response, mut new: Response) -> Response {
    let (mut head, _) = old.into_parts();
    head.headers.remove(header::CONTENT_TYPE);
    head.headers.remove(header::CONTENT_LENGTH);
    for (name, value) in new.headers() {
        head.headers.insert(name, value.clone());
    }
    *new.headers_mut() = head.headers;
    new
}
