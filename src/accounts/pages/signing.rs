//! Signing up, in and out.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum_extra::extract::cookie::CookieJar;

use super::carry::Carry;
use super::wanted::wanted_page;
use super::{Room, Visitor};
use crate::accounts::password::PasswordRefusal;
use crate::accounts::{
    Invitation, NewPerson, SignInError, SignInRefusal, SignUpError, SignUpRefusal, Standing, Waiting, end_session,
    open_session, sign_in, sign_up, sign_up_invited,
};
use crate::platform::Env;
use crate::platform::limits::TooOften;
use crate::platform::secret::PlainSecret;
use crate::platform::web::{
    FieldErrors, Form, FormRefusal, NoFields, Page, Shell, StatusPage, Words, no_session_cookie, no_wanted_cookie,
    redirect, session_cookie,
};

pub(super) fn routes() -> Router<Room> {
    Router::new()
        .route("/sign-in", get(show_sign_in).post(post_sign_in))
        .route("/sign-up", get(show_sign_up).post(post_sign_up))
        .route("/sign-out", post(post_sign_out))
}

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignInPage {
    shell: Shell,
    errors: FieldErrors,
    carry: String,
    email: String,
    /// The app that waits behind the sign-in.
    waiting: Option<Waiting>,
    /// Somebody is signed in, and the app wants them to prove it again.
    again: bool,
    /// The name of the workspace that somebody was invited to.
    invited_to: Option<String>,
    may_sign_up: bool,
    /// Whether they go on to a page that they opened before.
    goes_on: bool,
    /// Whether the browser came back without our cookie.
    no_cookie: bool,
}

async fn show_sign_in(State(room): State<Room>, Query(carry): Query<Carry>, visitor: Visitor) -> Response {
    if let Some(signed_in_at) = visitor.signed_in_at {
        let needed = waiting(&room, &carry).await.and_then(|waiting| waiting.sign_in_after);
        if needed.is_none_or(|needed| signed_in_at >= needed) {
            return redirect(&carry.target());
        }
    }
    sign_in_page(&room, &visitor, &carry, None, StatusCode::OK, FieldErrors::default()).await
}

/// The app's request that waits behind the sign-in, if any.
async fn waiting(room: &Room, carry: &Carry) -> Option<Waiting> {
    room.destination.waiting(carry.request()?).await
}

/// `email`: what was typed; without it, the address that an invitation or an app expects, when there is one.
async fn sign_in_page(
    room: &Room,
    visitor: &Visitor,
    carry: &Carry,
    email: Option<String>,
    status: StatusCode,
    errors: FieldErrors,
) -> Response {
    let waiting = waiting(room, carry).await;
    let invitation = match open_invitation(&room.env, carry).await {
        Ok(invitation) => invitation,
        Err(broken) => return broken.into_response(),
    };
    let (invited_to, invited) = invitation.map(|invitation| (invitation.workspace_name, invitation.email)).unzip();
    let may_sign_up = room.env.config.server.open_sign_up || invited.is_some();
    let hint = waiting.as_ref().and_then(|waiting| waiting.login_hint.clone());
    let page = SignInPage {
        shell: visitor.shell(),
        errors,
        carry: carry.query(),
        email: email.or(invited).or(hint).unwrap_or_default(),
        again: visitor.person.is_some(),
        waiting,
        invited_to,
        may_sign_up,
        goes_on: wanted_page(&room.env, &visitor.browser).is_some(),
        no_cookie: status == StatusCode::FORBIDDEN,
    };
    Page(status, page).into_response()
}

/// The invitation that waits behind the sign-in, while it can be accepted.
async fn open_invitation(env: &Env, carry: &Carry) -> Result<Option<Invitation>, StatusPage> {
    let found = carry.find_invitation(env).await;
    let found = found.map_err(|error| StatusPage::broken(&error, "an invitation could not be looked up"))?;
    Ok(found.filter(|invitation| invitation.standing(env.now()) == Standing::Open))
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
    form: Result<Form<SignInForm>, FormRefusal>,
) -> Response {
    let SignInForm { email, password } = match form {
        Ok(form) => form.fields,
        Err(FormRefusal::NoCookie) => {
            let nothing = FieldErrors::default();
            return sign_in_page(&room, &visitor, &carry, None, StatusCode::FORBIDDEN, nothing).await;
        }
        Err(refusal) => return refusal.into_response(),
    };
    match sign_in(&room.env, &visitor.who(), &email, password, user_agent(&headers)).await {
        Ok((_, token)) => {
            let to = carry.target_or(wanted_page(&room.env, &visitor.browser));
            signed_in(&room.env, &visitor, &to, &token)
        }
        Err(SignInError::Refused(refusal)) => {
            let (status, text) = sign_in_refusal(&visitor.words, refusal);
            let errors = FieldErrors::one("email", text);
            sign_in_page(&room, &visitor, &carry, Some(email), status, errors).await
        }
        Err(error) => StatusPage::broken(&error, "a sign-in failed").into_response(),
    }
}

fn sign_in_refusal(words: &Words, refusal: SignInRefusal) -> (StatusCode, String) {
    match refusal {
        SignInRefusal::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, words.text("sign-in-wrong")),
        SignInRefusal::TooOften(wait) => (StatusCode::TOO_MANY_REQUESTS, too_often(words, wait)),
    }
}

/// How long to wait, in a sentence.
pub(super) fn too_often(words: &Words, wait: TooOften) -> String {
    words.msg("sign-in-too-often").count("seconds", wait.retry_after_s).plain(&[])
}

/// Whatever page was wanted before, it is forgotten now: the next one to sign in here may be somebody else.
fn signed_in(env: &Env, visitor: &Visitor, to: &str, token: &PlainSecret) -> Response {
    let mut cookies = CookieJar::new().add(session_cookie(env, token));
    if visitor.browser.wanted().is_some() {
        cookies = cookies.add(no_wanted_cookie(env));
    }
    (cookies, redirect(to)).into_response()
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
    invited_to: Option<String>,
    new: NewPerson,
}

async fn show_sign_up(State(env): State<Env>, Query(carry): Query<Carry>, visitor: Visitor) -> Response {
    if visitor.person.is_some() {
        return redirect(&carry.target());
    }
    let invitation = match open_invitation(&env, &carry).await {
        Ok(invitation) => invitation,
        Err(broken) => return broken.into_response(),
    };
    if invitation.is_none() && !env.config.server.open_sign_up {
        return StatusPage::not_found().into_response();
    }
    let (invited_to, email) = invitation.map(|invitation| (invitation.workspace_name, invitation.email)).unzip();
    let page = SignUpPage {
        shell: visitor.shell(),
        errors: FieldErrors::default(),
        carry: carry.query(),
        invited_to,
        new: NewPerson { email: email.unwrap_or_default(), ..NewPerson::default() },
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
    let invitation = match open_invitation(&env, &carry).await {
        Ok(invitation) => invitation,
        Err(broken) => return broken.into_response(),
    };
    let (new, who) = (form.fields, visitor.who());
    let made = match carry.token().filter(|_| invitation.is_some()) {
        Some(token) => sign_up_invited(&env, &who, &token, new.clone()).await,
        None => sign_up(&env, &who, new.clone()).await,
    };
    match made {
        Ok(person) => match open_session(&env, &who, &person, user_agent(&headers)).await {
            // A page that was wanted before belongs to others: a new account is in no workspace but its own.
            Ok(token) => signed_in(&env, &visitor, &carry.target(), &token),
            Err(error) => StatusPage::broken(&error, "a new account could not sign in").into_response(),
        },
        Err(SignUpError::Refused(SignUpRefusal::Closed)) => StatusPage::not_found().into_response(),
        Err(SignUpError::Refused(refusal)) => {
            let (status, field, text) = sign_up_refusal(&visitor.words, refusal);
            let page = SignUpPage {
                shell: visitor.shell(),
                errors: FieldErrors::one(field, text),
                carry: carry.query(),
                invited_to: invitation.map(|invitation| invitation.workspace_name),
                new: NewPerson { password: String::new(), ..new },
            };
            Page(status, page).into_response()
        }
        Err(error) => StatusPage::broken(&error, "a sign-up failed").into_response(),
    }
}

fn sign_up_refusal(words: &Words, refusal: SignUpRefusal) -> (StatusCode, &'static str, String) {
    let (field, key) = match refusal {
        SignUpRefusal::TooOften(wait) => {
            return (StatusCode::TOO_MANY_REQUESTS, "email", too_often(words, wait));
        }
        SignUpRefusal::Email(_) => ("email", "sign-up-email"),
        SignUpRefusal::Name => ("name", "sign-up-name"),
        SignUpRefusal::Password(refusal) => ("password", password_refusal(refusal)),
        SignUpRefusal::EmailTaken => ("email", "sign-up-taken"),
        SignUpRefusal::NotInvited | SignUpRefusal::Closed => ("email", "sign-up-not-invited"),
    };
    (StatusCode::UNPROCESSABLE_ENTITY, field, words.text(key))
}

/// The key of the sentence about a password that will not do.
pub(super) fn password_refusal(refusal: PasswordRefusal) -> &'static str {
    match refusal {
        PasswordRefusal::TooShort => "sign-up-too-short",
        PasswordRefusal::TooLong => "sign-up-too-long",
        PasswordRefusal::TellsTheOwner => "sign-up-tells",
    }
}

async fn post_sign_out(
    State(env): State<Env>,
    Query(carry): Query<Carry>,
    visitor: Visitor,
    _form: Form<NoFields>,
) -> Response {
    if let Some(token) = visitor.browser.session()
        && let Err(error) = end_session(&env, &visitor.who(), token).await
    {
        return StatusPage::broken(&error, "a sign-out failed").into_response();
    }
    let to = format!("/sign-in{}", carry.query());
    (CookieJar::new().add(no_session_cookie(&env)), redirect(&to)).into_response()
}
