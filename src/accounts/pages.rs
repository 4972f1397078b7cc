//! Signing up, in and out.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{FromRef, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum_extra::extract::cookie::CookieJar;

use super::password::PasswordRefusal;
use super::sign_in::{SignInError, SignInRefusal};
use super::{Destination, NewPerson, SignUpError, SignUpRefusal, Visitor, end_session, sign_in, sign_up};
use crate::platform::Env;
use crate::platform::secret::PlainSecret;
use crate::platform::web::{
    FieldErrors, Form, Page, Shell, StatusPage, Words, no_session_cookie, redirect, session_cookie,
};

/// The pages of this room. `destination` tells which app waits behind a sign-in.
pub fn routes(env: Env, destination: Arc<dyn Destination>) -> Router {
    Router::new()
        .route("/sign-in", get(show_sign_in).post(post_sign_in))
        .route("/sign-up", get(show_sign_up).post(post_sign_up))
        .route("/sign-out", post(post_sign_out))
        .with_state(Room { env, destination })
}

#[derive(Clone, FromRef)]
struct Room {
    env: Env,
    destination: Arc<dyn Destination>,
}

/// The authorization request that somebody was on the way to answer: its handle, never an address to go to.
#[derive(Clone, Default, serde::Deserialize)]
struct Carry {
    #[serde(default)]
    request: String,
}

impl Carry {
    /// Only our own alphabet goes back into an address.
    fn handle(&self) -> Option<&str> {
        let plain = self.request.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        (plain && (1..=100).contains(&self.request.len())).then_some(self.request.as_str())
    }

    fn query(&self) -> String {
        self.handle().map(|handle| format!("?request={handle}")).unwrap_or_default()
    }

    /// Where to go once signed in.
    fn target(&self) -> String {
        self.handle().map_or_else(|| String::from("/"), |handle| format!("/oauth/consent/{handle}"))
    }
}

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignInPage {
    shell: Shell,
    errors: FieldErrors,
    carry: String,
    email: String,
    app_name: Option<String>,
    open_sign_up: bool,
}

async fn show_sign_in(State(room): State<Room>, Query(carry): Query<Carry>, visitor: Visitor) -> Response {
    if visitor.person.is_some() {
        return redirect(&carry.target());
    }
    Page::ok(sign_in_page(&room, &visitor, &carry, String::new(), FieldErrors::default()).await).into_response()
}

async fn sign_in_page(room: &Room, visitor: &Visitor, carry: &Carry, email: String, errors: FieldErrors) -> SignInPage {
    let app_name = match carry.handle() {
        Some(handle) => room.destination.app_name(handle).await,
        None => None,
    };
    SignInPage {
        shell: visitor.shell(),
        errors,
        carry: carry.query(),
        email,
        app_name,
        open_sign_up: room.env.config.server.open_sign_up,
    }
}

#[derive(serde::Deserialize)]
struct SignInForm {
    email: String,
    password: String,
}

async fn post_sign_in(
    State(room): State<Room>,
    Query(carry): Query<Carry>,
    visitor: Visitor,
    headers: HeaderMap,
    form: Form<SignInForm>,
) -> Response {
    let SignInForm { email, password } = form.fields;
    match sign_in(&room.env, &visitor.who(), &email, password, user_agent(&headers)).await {
        Ok((_, token)) => signed_in(&room.env, &carry, &token),
        Err(SignInError::Refused(refusal)) => {
            let (status, text) = sign_in_refusal(&visitor.words, refusal);
            let errors = FieldErrors::one("email", text);
            Page(status, sign_in_page(&room, &visitor, &carry, email, errors).await).into_response()
        }
        Err(error) => StatusPage::broken(&error, "a sign-in failed").into_response(),
    }
}

fn sign_in_refusal(words: &Words, refusal: SignInRefusal) -> (StatusCode, String) {
    match refusal {
        SignInRefusal::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, words.text("sign-in-wrong")),
        SignInRefusal::TooOften(wait) => {
            let text = words.msg("sign-in-too-often").count("seconds", wait.retry_after_s).plain(&[]);
            (StatusCode::TOO_MANY_REQUESTS, text)
        }
    }
}

fn signed_in(env: &Env, carry: &Carry, token: &PlainSecret) -> Response {
    (CookieJar::new().add(session_cookie(env, token)), redirect(&carry.target())).into_response()
}

fn user_agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[derive(Template)]
#[template(path = "accounts/sign_up.html")]
struct SignUpPage {
    shell: Shell,
    errors: FieldErrors,
    carry: String,
    new: NewPerson,
}

async fn show_sign_up(State(env): State<Env>, Query(carry): Query<Carry>, visitor: Visitor) -> Response {
    if !env.config.server.open_sign_up {
        return StatusPage::not_found().into_response();
    }
    let page = SignUpPage {
        shell: visitor.shell(),
        errors: FieldErrors::default(),
        carry: carry.query(),
        new: NewPerson::default(),
    };
    Page::ok(page).into_response()
}

async fn post_sign_up(
    State(env): State<Env>,
    Query(carry): Query<Carry>,
    visitor: Visitor,
    headers: HeaderMap,
    form: Form<NewPerson>,
) -> Response {
    if !env.config.server.open_sign_up {
        return StatusPage::not_found().into_response();
    }
    let new = form.fields;
    let (email, password) = (new.email.clone(), new.password.clone());
    match sign_up(&env, &visitor.who(), new.clone()).await {
        Ok(_) => match sign_in(&env, &visitor.who(), &email, password, user_agent(&headers)).await {
            Ok((_, token)) => signed_in(&env, &carry, &token),
            Err(error) => StatusPage::broken(&error, "a new account could not sign in").into_response(),
        },
        Err(SignUpError::Refused(refusal)) => {
            let (field, key) = sign_up_refusal(refusal);
            let errors = FieldErrors::one(field, visitor.words.text(key));
            let new = NewPerson { password: String::new(), ..new };
            let page = SignUpPage { shell: visitor.shell(), errors, carry: carry.query(), new };
            Page(StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(error) => StatusPage::broken(&error, "a sign-up failed").into_response(),
    }
}

fn sign_up_refusal(refusal: SignUpRefusal) -> (&'static str, &'static str) {
    match refusal {
        SignUpRefusal::Email(_) => ("email", "sign-up-email"),
        SignUpRefusal::Name => ("name", "sign-up-name"),
        SignUpRefusal::Password(PasswordRefusal::TooShort) => ("password", "sign-up-too-short"),
        SignUpRefusal::Password(PasswordRefusal::TooLong) => ("password", "sign-up-too-long"),
        SignUpRefusal::Password(PasswordRefusal::TellsTheOwner) => ("password", "sign-up-tells"),
        SignUpRefusal::EmailTaken => ("email", "sign-up-taken"),
    }
}

#[derive(serde::Deserialize)]
struct NoFields {}

async fn post_sign_out(State(env): State<Env>, visitor: Visitor, _form: Form<NoFields>) -> Response {
    if let Some(token) = visitor.browser.session()
        && let Err(error) = end_session(&env, &visitor.who(), token).await
    {
        return StatusPage::broken(&error, "a sign-out failed").into_response();
    }
    (CookieJar::new().add(no_session_cookie(&env)), redirect("/sign-in")).into_response()
}
