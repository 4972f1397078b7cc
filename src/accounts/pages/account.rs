//! One's own account: name, password, and where one is signed in.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum_extra::extract::cookie::CookieJar;

use super::signing::{password_refusal, too_often};
use super::{Done, Room, SignedIn};
use crate::accounts::device::device;
use crate::accounts::{
    AccountError, AccountRefusal, BrowserSession, change_name, change_password, end_other_sessions, end_session_of,
    sessions,
};
use crate::platform::Env;
use crate::platform::web::{
    FieldErrors, Form, Markup, NoFields, Page, Shell, StatusPage, Words, redirect, session_cookie,
};

pub(super) fn routes() -> Router<Room> {
    Router::new()
        .route("/account", get(show))
        .route("/account/name", post(post_name))
        .route("/account/password", post(post_password))
        .route("/account/sessions/end-others", post(post_end_others))
        .route("/account/sessions/{session}/end", post(post_end_session))
}

const DONE: &[(&str, &str)] = &[
    ("name", "account-done-name"),
    ("password", "account-done-password"),
    ("session", "account-done-session"),
    ("others", "account-done-others"),
];

#[derive(Template)]
#[template(path = "accounts/account.html")]
struct AccountPage {
    shell: Shell,
    errors: FieldErrors,
    /// The key of the headline over the errors.
    refused: &'static str,
    /// As it is, or as it was typed.
    own_name: String,
    email: String,
    sessions: Vec<SessionRow>,
}

struct SessionRow {
    id: String,
    device: String,
    address: String,
    last_seen: Markup,
    is_this: bool,
}

fn session_row(words: &Words, session: BrowserSession, this: &str) -> SessionRow {
    let device = match device(&session.user_agent) {
        (Some(browser), Some(system)) => {
            words.msg("session-browser-on").plain(&[("browser", browser), ("system", system)])
        }
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => words.text("session-unknown"),
    };
    SessionRow {
        is_this: session.id == this,
        id: session.id,
        device,
        address: session.address,
        last_seen: Markup::time(session.last_seen_at),
    }
}

/// What is shown of the account besides what the database holds: an outcome, or what was typed and why it was refused.
struct Shown {
    done: Done,
    status: StatusCode,
    name: Option<String>,
    refused: &'static str,
    errors: FieldErrors,
}

async fn page(env: &Env, here: &SignedIn, shown: Shown) -> Response {
    let sessions = match sessions(env, &here.person.id).await {
        Ok(sessions) => sessions,
        Err(error) => return StatusPage::broken(&error, "sessions could not be listed").into_response(),
    };
    let words = &here.visitor.words;
    let page = AccountPage {
        shell: Shell { notice: shown.done.notice(DONE), ..here.visitor.shell() },
        errors: shown.errors,
        refused: shown.refused,
        own_name: shown.name.unwrap_or_else(|| here.person.name.clone()),
        email: here.person.email.clone(),
        sessions: sessions.into_iter().map(|session| session_row(words, session, here.session_id())).collect(),
    };
    Page(shown.status, page).into_response()
}

async fn show(State(env): State<Env>, Query(done): Query<Done>, here: SignedIn) -> Response {
    let errors = FieldErrors::default();
    page(&env, &here, Shown { done, status: StatusCode::OK, name: None, refused: "account-refused", errors }).await
}

#[derive(serde::Deserialize)]
struct NameForm {
    name: String,
}

async fn post_name(State(env): State<Env>, here: SignedIn, form: Form<NameForm>) -> Response {
    let name = form.fields.name;
    match change_name(&env, &here.visitor.who(), &here.person, &name).await {
        Ok(()) => redirect("/account?done=name"),
        Err(AccountError::Refused(refusal)) => refused(&env, &here, Some(name), refusal).await,
        Err(error) => StatusPage::broken(&error, "a name could not be changed").into_response(),
    }
}

#[derive(serde::Deserialize)]
struct PasswordForm {
    current: String,
    new: String,
}

async fn post_password(State(env): State<Env>, here: SignedIn, form: Form<PasswordForm>) -> Response {
    let PasswordForm { current, new } = form.fields;
    match change_password(&env, &here.visitor.who(), &here.person, here.session_id(), current, new).await {
        Ok(token) => {
            (CookieJar::new().add(session_cookie(&env, &token)), redirect("/account?done=password")).into_response()
        }
        Err(AccountError::Refused(AccountRefusal::Overtaken)) => redirect("/sign-in"),
        Err(AccountError::Refused(refusal)) => refused(&env, &here, None, refusal).await,
        Err(error) => StatusPage::broken(&error, "a password could not be changed").into_response(),
    }
}

async fn refused(env: &Env, here: &SignedIn, name: Option<String>, refusal: AccountRefusal) -> Response {
    let words = &here.visitor.words;
    let unchanged = (StatusCode::UNPROCESSABLE_ENTITY, "password-refused");
    let (status, headline) = match refusal {
        AccountRefusal::TooOften(_) => (StatusCode::TOO_MANY_REQUESTS, unchanged.1),
        AccountRefusal::Name => (unchanged.0, "account-refused"),
        _ => unchanged,
    };
    let (field, text) = match refusal {
        AccountRefusal::Name => ("name", words.text("sign-up-name")),
        AccountRefusal::WrongPassword | AccountRefusal::NoAccount | AccountRefusal::Overtaken => {
            ("current", words.text("password-wrong"))
        }
        AccountRefusal::Password(refusal) => ("new", words.text(password_refusal(refusal))),
        AccountRefusal::TooOften(wait) => ("current", too_often(words, wait)),
    };
    let errors = FieldErrors::one(field, text);
    page(env, here, Shown { done: Done::default(), status, name, refused: headline, errors }).await
}

async fn post_end_session(
    State(env): State<Env>,
    here: SignedIn,
    Path(session_id): Path<String>,
    _form: Form<NoFields>,
) -> Response {
    match end_session_of(&env, &here.visitor.who(), &here.person, &session_id).await {
        Ok(()) => redirect("/account?done=session"),
        Err(error) => StatusPage::broken(&error, "a session could not be ended").into_response(),
    }
}

async fn post_end_others(State(env): State<Env>, here: SignedIn, _form: Form<NoFields>) -> Response {
    match end_other_sessions(&env, &here.visitor.who(), &here.person, here.session_id()).await {
        Ok(()) => redirect("/account?done=others"),
        Err(error) => StatusPage::broken(&error, "sessions could not be ended").into_response(),
    }
}
