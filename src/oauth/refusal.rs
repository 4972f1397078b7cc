//! Refusals of the token endpoint, in the words of RFC 6749 §5.2.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// The codes of RFC 6749 §5.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    UnsupportedGrantType,
    InvalidScope,
    ServerError,
}

/// Why the token endpoint refused. `description` is for the developer of the app: ASCII, no quotes (RFC 6749 §5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthRefusal {
    pub code: Code,
    pub description: &'static str,
    /// Answer with `WWW-Authenticate: Basic`: the client tried that scheme (RFC 6749 §5.2).
    pub challenge: bool,
}

impl OAuthRefusal {
    #[must_use]
    pub const fn new(code: Code, description: &'static str) -> Self {
        Self { code, description, challenge: false }
    }

    /// Something of ours broke: logged with its chain, told as little as possible.
    #[must_use]
    pub fn broken(error: &(dyn std::error::Error + 'static), what: &str) -> Self {
        tracing::error!(error, "{what}");
        Self::new(Code::ServerError, "something broke on our side, try again later")
    }

    const fn word_and_status(&self) -> (&'static str, StatusCode) {
        match self.code {
            Code::InvalidRequest => ("invalid_request", StatusCode::BAD_REQUEST),
            Code::InvalidClient => ("invalid_client", StatusCode::UNAUTHORIZED),
            Code::InvalidGrant => ("invalid_grant", StatusCode::BAD_REQUEST),
            Code::UnsupportedGrantType => ("unsupported_grant_type", StatusCode::BAD_REQUEST),
            Code::InvalidScope => ("invalid_scope", StatusCode::BAD_REQUEST),
            Code::ServerError => ("server_error", StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

impl IntoResponse for OAuthRefusal {
    fn into_response(self) -> Response {
        let (word, status) = self.word_and_status();
        let body = Json(json!({ "error": word, "error_description": self.description }));
        let mut response = (status, body).into_response();
        if self.challenge {
            let challenge = HeaderValue::from_static("Basic realm=\"Grantline\", charset=\"UTF-8\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
