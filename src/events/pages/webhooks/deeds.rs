//! What is done to an endpoint with one press.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::endpoint::{Said, endpoint_page, failed};
use super::keeper::{At, Keeper, Place};
use crate::events::webhooks::disable::host_of;
use crate::events::{Deed, change_endpoint, endpoint_secrets};
use crate::platform::Env;
use crate::platform::web::{Form, NoFields, Page, Shell, StatusPage, redirect};

impl<K: Keeper> At<K> {
    /// Does it and goes to `to`.
    async fn does(&self, env: &Env, deed: Deed, to: &str) -> Result<Response, StatusPage> {
        let done = change_endpoint(env, &self.keeper.who(), &self.owner, &self.endpoint.id, deed).await;
        done.map_err(|error| failed(&error))?;
        Ok(redirect(to))
    }
}

pub(super) async fn pause<K: Keeper>(
    State(env): State<Env>,
    at: At<K>,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    at.does(&env, Deed::Pause, &format!("{}?done=paused", at.page())).await
}

pub(super) async fn resume<K: Keeper>(
    State(env): State<Env>,
    at: At<K>,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    at.does(&env, Deed::Resume, &format!("{}?done=resumed", at.page())).await
}

pub(super) async fn rotate<K: Keeper>(
    State(env): State<Env>,
    at: At<K>,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    at.does(&env, Deed::RotateSecret, &format!("{}?done=rotated", at.page())).await
}

pub(super) async fn end_old_secret<K: Keeper>(
    State(env): State<Env>,
    at: At<K>,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    at.does(&env, Deed::EndOldSecret, &format!("{}?done=old-ended", at.page())).await
}

/// Answers with the page itself: a secret stands in no page that merely opening an address brings.
pub(super) async fn show_secret<K: Keeper>(
    State(env): State<Env>,
    at: At<K>,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    let secrets = endpoint_secrets(&env, &at.owner, &at.endpoint.id).await.map_err(|error| failed(&error))?;
    endpoint_page(&env, at, StatusCode::OK, Said { secrets: Some(secrets), ..Said::default() }).await
}

#[derive(Template)]
#[template(path = "events/webhook_delete.html")]
struct DeletePage {
    shell: Shell,
    place: Place,
    /// The endpoint's own page.
    page: String,
    host: String,
    title: String,
}

pub(super) async fn show_delete<K: Keeper>(at: At<K>) -> Response {
    let (page, host) = (at.page(), host_of(&at.endpoint.url));
    let shell = at.keeper.shell();
    let title = shell.words.msg("webhook-delete").plain(&[("host", &host)]);
    Page::ok(DeletePage { shell, place: Place::of(&at.keeper), page, host, title }).into_response()
}

pub(super) async fn post_delete<K: Keeper>(
    State(env): State<Env>,
    at: At<K>,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    at.does(&env, Deed::Delete, &format!("{}?done=deleted", Place::of(&at.keeper).list)).await
}
