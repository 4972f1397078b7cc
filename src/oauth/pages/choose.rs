//! For which workspace, and as whom.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::cookie::CookieJar;

use super::{consent_path, invalid, to_sign_in, viewer};
use crate::accounts::{Visitor, end_session};
use crate::oauth::review::{Choices, choices, choose};
use crate::platform::Env;
use crate::platform::secret::PlainSecret;
use crate::platform::web::{FieldErrors, Form, NoFields, Page, Shell, StatusPage, no_session_cookie, redirect};

#[derive(Template)]
#[template(path = "oauth/choose_workspace.html")]
struct ChoosePage {
    shell: Shell,
    errors: FieldErrors,
    handle: String,
    choices: Choices,
    /// Whether there are enough workspaces to search among them.
    searchable: bool,
    /// What is searched for.
    q: String,
}

/// More workspaces than this are easier found than read.
const READ_AT_ONCE: usize = 8;

impl ChoosePage {
    fn has_any(&self) -> bool {
        self.choices.rows.iter().any(|row| row.obstacle.is_none())
    }
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Search {
    q: String,
}

pub async fn show(
    State(env): State<Env>,
    Path(handle): Path<String>,
    Query(search): Query<Search>,
    visitor: Visitor,
) -> Response {
    page(&env, &visitor, &PlainSecret::received(&handle), search, FieldErrors::default()).await
}

async fn page(env: &Env, visitor: &Visitor, handle: &PlainSecret, search: Search, errors: FieldErrors) -> Response {
    let Some(viewer) = viewer(visitor) else { return to_sign_in(env, visitor, handle).await };
    match choices(env, handle, &viewer).await {
        Ok(mut choices) => {
            let searchable = choices.rows.len() > READ_AT_ONCE;
            let q = search.q.trim().to_owned();
            choices.rows.retain(|row| row.membership.workspace.name.to_lowercase().contains(&q.to_lowercase()));
            let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            let handle = handle.reveal().to_owned();
            Page(status, ChoosePage { shell: visitor.shell(), errors, handle, choices, searchable, q }).into_response()
        }
        Err(error) => invalid::no_review(visitor, handle, error),
    }
}

#[derive(serde::Deserialize)]
pub struct Picked {
    #[serde(default)]
    workspace: String,
}

pub async fn pick(
    State(env): State<Env>,
    Path(handle): Path<String>,
    visitor: Visitor,
    form: Form<Picked>,
) -> Response {
    let handle = PlainSecret::received(&handle);
    let Some(viewer) = viewer(&visitor) else { return to_sign_in(&env, &visitor, &handle).await };
    match choose(&env, &handle, &viewer, form.fields.workspace).await {
        Ok(true) => redirect(&consent_path(&handle)),
        Ok(false) => {
            let errors = FieldErrors::one("workspace", visitor.words.text("choose-missing"));
            page(&env, &visitor, &handle, Search::default(), errors).await
        }
        Err(error) => invalid::no_review(&visitor, &handle, error),
    }
}

/// Signs out and keeps the question for whoever signs in next.
pub async fn another_account(
    State(env): State<Env>,
    Path(handle): Path<String>,
    visitor: Visitor,
    _form: Form<NoFields>,
) -> Response {
    let handle = PlainSecret::received(&handle);
    if let Some(token) = visitor.browser.session()
        && let Err(error) = end_session(&env, &visitor.who(), token).await
    {
        return StatusPage::broken(&error, "a sign-out failed").into_response();
    }
    (CookieJar::new().add(no_session_cookie(&env)), to_sign_in(&env, &visitor, &handle).await).into_response()
}
