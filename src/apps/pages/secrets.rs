//! Making and ending secrets.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::overview::overview_page;
use super::{OwnApp, Room, SecretRow};
use crate::accounts::Visitor;
use crate::apps::App;
use crate::apps::secrets::{SECRET_PREFIX, SecretError, SecretRefusal, create_secret, live_secrets, revoke_secret};
use crate::platform::Env;
use crate::platform::secret::PlainSecret;
use crate::platform::web::{FieldErrors, Form, NoFields, Page, Shell, StatusPage, redirect};

#[derive(Template)]
#[template(path = "apps/secret.html")]
struct SecretPage {
    shell: Shell,
    app: App,
    /// This is the only page on which it ever stands.
    secret: String,
    /// The app itself is new, too.
    registered: bool,
}

pub(super) fn secret_page(visitor: &Visitor, app: App, secret: &PlainSecret, registered: bool) -> Response {
    let page = SecretPage { shell: visitor.shell(), app, secret: secret.reveal().to_owned(), registered };
    Page::ok(page).into_response()
}

pub(super) async fn post_new(
    State(room): State<Room>,
    OwnApp { visitor, app }: OwnApp,
    _form: Form<NoFields>,
) -> Response {
    match create_secret(&room.env, &visitor.who(), &app).await {
        Ok(secret) => secret_page(&visitor, app, &secret, false),
        Err(SecretError::Refused(SecretRefusal::NoSuchApp)) => StatusPage::not_found().into_response(),
        Err(SecretError::Refused(refusal)) => {
            let key = match refusal {
                SecretRefusal::PublicApp => "app-secrets-public",
                _ => "app-secrets-two",
            };
            let errors = FieldErrors::one("secrets", visitor.words.text(key));
            overview_page(&room, StatusCode::UNPROCESSABLE_ENTITY, visitor.shell(), app, errors).await
        }
        Err(error) => StatusPage::broken(&error, "a secret could not be made").into_response(),
    }
}

#[derive(Template)]
#[template(path = "apps/revoke.html")]
struct RevokePage {
    shell: Shell,
    app: App,
    secret: SecretRow,
    secret_prefix: &'static str,
    is_last: bool,
}

pub(super) async fn show_revoke(
    State(env): State<Env>,
    Path((_, secret_id)): Path<(String, String)>,
    OwnApp { visitor, app }: OwnApp,
) -> Response {
    let secrets = match live_secrets(&env, &app).await {
        Ok(secrets) => secrets,
        Err(error) => return StatusPage::broken(&error, "secrets could not be listed").into_response(),
    };
    let is_last = secrets.len() == 1;
    let Some(secret) = secrets.into_iter().find(|secret| secret.id == secret_id) else {
        return StatusPage::not_found().into_response();
    };
    let secret = SecretRow::from(secret);
    Page::ok(RevokePage { shell: visitor.shell(), app, secret, secret_prefix: SECRET_PREFIX, is_last }).into_response()
}

/// A second press changes nothing and leads to the same page.
pub(super) async fn post_revoke(
    State(env): State<Env>,
    Path((_, secret_id)): Path<(String, String)>,
    OwnApp { visitor, app }: OwnApp,
    _form: Form<NoFields>,
) -> Response {
    match revoke_secret(&env, &visitor.who(), &app, &secret_id).await {
        Ok(_) => redirect(&format!("/developers/apps/{}?done=secret-revoked", app.id)),
        Err(error) => StatusPage::broken(&error, "a secret could not be ended").into_response(),
    }
}
