//! What the bearer of a live token may do.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::ScopeSet;
use crate::platform::web::Problem;

/// A grant as it stands at this moment, found by a token. The rooms' API reads it; only `oauth` makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    pub grant_id: String,
    pub app_id: String,
    pub workspace_id: String,
    pub scopes: ScopeSet,
    /// The numbers it covers; `None` for all of the workspace, including ones linked later.
    pub numbers: Option<Vec<String>>,
}

impl Authority {
    #[must_use]
    pub fn covers(&self, number_id: &str) -> bool {
        self.numbers.as_ref().is_none_or(|numbers| numbers.iter().any(|id| id == number_id))
    }
}

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
