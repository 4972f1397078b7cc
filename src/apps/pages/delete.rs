//! Deleting an app: a page that says what will stop, and the name typed by hand.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::{OwnApp, Room, failed};
use crate::accounts::Visitor;
use crate::apps::{App, change};
use crate::platform::web::{FieldErrors, Form, Markup, Page, Shell, StatusPage, redirect};

#[derive(Template)]
#[template(path = "apps/delete.html")]
struct DeletePage {
    shell: Shell,
    errors: FieldErrors,
    title: String,
    /// How many workspaces lose it.
    ended: Markup,
    app: App,
}

pub(super) async fn show(State(room): State<Room>, OwnApp { visitor, app }: OwnApp) -> Response {
    delete_page(&room, StatusCode::OK, &visitor, app, FieldErrors::default()).await
}

async fn delete_page(room: &Room, status: StatusCode, visitor: &Visitor, app: App, errors: FieldErrors) -> Response {
    let count = match room.grants.live_count(&app.id).await {
        Ok(count) => count,
        Err(error) => return StatusPage::broken(&error, "live grants could not be counted").into_response(),
    };
    let page = DeletePage {
        shell: visitor.shell(),
        errors,
        title: visitor.words.msg("app-delete").plain(&[("app", &app.name)]),
        ended: visitor.words.msg("app-delete-grants").count("count", count).into(),
        app,
    };
    Page(status, page).into_response()
}

#[derive(serde::Deserialize)]
pub(super) struct Confirmation {
    #[serde(default)]
    confirm: String,
}

pub(super) async fn post(
    State(room): State<Room>,
    OwnApp { visitor, app }: OwnApp,
    form: Form<Confirmation>,
) -> Response {
    if form.fields.confirm.trim() != app.name {
        let errors = FieldErrors::one("confirm", visitor.words.text("app-delete-not-the-name"));
        return delete_page(&room, StatusCode::UNPROCESSABLE_ENTITY, &visitor, app, errors).await;
    }
    match change::delete(&room.env, &visitor.who(), Arc::clone(&room.grants), &app).await {
        Ok(()) => redirect("/developers?done=deleted"),
        Err(error) => failed(&error),
    }
}
