//! What text may hold. PostgreSQL keeps no U+0000 in a text, and no honest caller sends one: it is refused at the door, on
//! either database, before it becomes a failure of ours.

use axum::extract::Request;
use axum::http::{StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::problem::is_for_programs;
use super::{Problem, StatusPage};

/// Whether both databases can keep this text.
#[must_use]
pub fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}

/// Middleware over everything: refuses what nobody could look up. Bodies are judged where they are read.
pub async fn refuse_unstorable(request: Request, next: Next) -> Response {
    if is_storable_address(request.uri()) {
        next.run(request).await
    } else if is_for_programs(request.uri().path()) {
        Problem::new(StatusCode::BAD_REQUEST, "invalid_request", "An address cannot hold the character U+0000.")
            .into_response()
    } else {
        StatusPage::unreadable().into_response()
    }
}

fn is_storable_address(uri: &Uri) -> bool {
    // Escapes are undone once, and this one has only one spelling.
    !uri.path().contains("%00") && !uri.query().is_some_and(|query| query.contains("%00"))
}
