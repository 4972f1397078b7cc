//! API refusals in the form of RFC 9457.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::RequestId;

/// Why an API call was refused. `code` is stable and for programs, `detail` is a sentence for the person who reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub status: StatusCode,
    pub code: &'static str,
    pub detail: String,
    /// The field or parameter at fault, when there is one.
    pub param: Option<&'static str>,
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
    pub fn param(mut self, param: &'static str) -> Self {
        self.param = Some(param);
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
        tracing::error!(error, "{what}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "Something broke on our side. Try again later.")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Middleware over everything: writes the problem's body, which names the request.
pub async fn render_problems(request_id: RequestId, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let mut body = serde_json::json!({
        "title": problem.status.canonical_reason().unwrap_or("Refused"),
        "status": problem.status.as_u16(),
        "code": problem.code,
        "detail": problem.detail,
        "request_id": request_id.0,
    });
    if let Some(param) = problem.param {
        body["param"] = param.into();
    }
    let mut rendered = (problem.status, Json(body)).into_response();
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
