//! How a handler of `/v1` gets the authority of its caller.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::Authority;
use crate::platform::web::Problem;

impl<S: Send + Sync> FromRequestParts<S> for Authority {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        // Put there by the bearer check that stands before every `/v1` route.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "Send an access token: Authorization: Bearer …")
                .challenge(String::from("Bearer"))
        })
    }
}
