//! The developer pages: whoever is signed in may register apps.

mod delete;
mod form;
mod list;
mod logo;
mod mistakes;
mod overview;
mod own;
mod quickstart;
mod secrets;

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

use super::change::{ChangeError, ChangeRefusal};
use super::{Grants, SecretInfo};
use crate::platform::Env;
use crate::platform::web::{Markup, StatusPage};

pub use logo::logo_routes;
pub use own::OwnApp;

/// The pages of this room. `grants` tells how many workspaces use an app, and ends that when the app is deleted.
pub fn routes(env: Env, grants: Arc<dyn Grants>) -> Router {
    Router::new()
        .route("/developers", get(list::show))
        .route("/developers/apps/new", get(form::show_new).post(form::post_new))
        .route("/developers/apps/{app}", get(overview::show))
        .route("/developers/apps/{app}/edit", get(form::show_edit).post(form::post_edit))
        .route("/developers/apps/{app}/secrets", post(secrets::post_new))
        .route("/developers/apps/{app}/secrets/{secret}/revoke", get(secrets::show_revoke).post(secrets::post_revoke))
        .route("/developers/apps/{app}/logo", post(logo::post_logo))
        .route("/developers/apps/{app}/logo/remove", post(logo::post_remove))
        .route("/developers/apps/{app}/delete", get(delete::show).post(delete::post))
        .with_state(Room { env, grants })
}

#[derive(Clone, FromRef)]
struct Room {
    env: Env,
    grants: Arc<dyn Grants>,
}

/// What was just done, from an address such as `?done=changed`.
#[derive(serde::Deserialize)]
struct Outcome {
    #[serde(default)]
    done: String,
}

/// A live secret as a table shows it.
struct SecretRow {
    id: String,
    hint: String,
    created: Markup,
    used: Option<Markup>,
}

impl From<SecretInfo> for SecretRow {
    fn from(secret: SecretInfo) -> Self {
        Self {
            id: secret.id,
            hint: secret.hint,
            created: Markup::time(secret.created_at),
            used: secret.last_used_at.map(Markup::time),
        }
    }
}

/// Stands for an app that has no logo: the first letters of the first two words of its name.
fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect()
}

/// A change that failed for a reason that its form does not show: the app is gone meanwhile, or something broke.
fn failed(error: &ChangeError) -> Response {
    match error {
        ChangeError::Refused(ChangeRefusal::NoSuchApp) => StatusPage::not_found().into_response(),
        _ => StatusPage::broken(error, "an app could not be changed").into_response(),
    }
}
