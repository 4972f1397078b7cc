//! The pages on which a person answers an app's question, and those that list what was answered.

mod access;
mod activity;
mod apps;
mod authorize;
mod choose;
mod connected;
mod consent;
mod invalid;
mod permissions;
mod returning;
mod rules;
mod terms;

use axum::Router;
use axum::extract::FromRef;
use axum::response::Response;
use axum::routing::{get, post};

pub use connected::routes as connected_routes;

use super::bearer::LiveGrants;
use super::review::{Viewer, waiting};
use crate::accounts::Visitor;
use crate::platform::Env;
use crate::platform::secret::PlainSecret;
use crate::platform::web::redirect;

/// `live` learns at once when an answer changes what an app may do.
pub fn routes(env: Env, live: LiveGrants) -> Router {
    Router::new()
        .route("/oauth/authorize", get(authorize::authorize))
        .route("/oauth/consent/{handle}", get(consent::show).post(consent::answer))
        .route("/oauth/consent/{handle}/deny", post(consent::refuse))
        .route("/oauth/consent/{handle}/workspace", get(choose::show).post(choose::pick))
        .route("/oauth/consent/{handle}/account", post(choose::another_account))
        .with_state(Room { env, live })
}

#[derive(Clone, FromRef)]
struct Room {
    env: Env,
    live: LiveGrants,
}

/// Who looks at a question; nobody when nobody is signed in.
fn viewer(visitor: &Visitor) -> Option<Viewer> {
    let (person, session_id) = (visitor.person.clone()?, visitor.session_id.clone()?);
    Some(Viewer { person, session_id, signed_in_at: visitor.signed_in_at? })
}

/// The way to the sign-in page and back, which only a question that can still be answered is worth.
async fn to_sign_in(env: &Env, visitor: &Visitor, handle: &PlainSecret) -> Response {
    match waiting(env, handle).await {
        Ok(_) => redirect(&sign_in_path(handle)),
        Err(error) => invalid::no_review(visitor, handle, error),
    }
}

fn sign_in_path(handle: &PlainSecret) -> String {
    format!("/sign-in?request={}", handle.reveal())
}

fn consent_path(handle: &PlainSecret) -> String {
    format!("/oauth/consent/{}", handle.reveal())
}
