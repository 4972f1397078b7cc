//! How a handler of `/v1` gets the authority of its caller, at this moment and later.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::{AppCaller, Authority, Bearer};
use crate::platform::web::Problem;

impl<S: Send + Sync> FromRequestParts<S> for Authority {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        found(parts)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for AppCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        found(parts)
    }
}

/// There for operations of the table that are lasting.
impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        found(parts)
    }
}

/// What the check that stands before every `/v1` route has put there.
fn found<T: Clone + Send + Sync + 'static>(parts: &Parts) -> Result<T, Problem> {
    parts.extensions.get::<T>().cloned().ok_or_else(|| {
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "Send an access token: Authorization: Bearer …")
            .challenge(String::from("Bearer"))
    })
}
