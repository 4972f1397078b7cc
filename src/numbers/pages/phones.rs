//! The phones of the simulated WhatsApp: the list, and who may use them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{FromRef, FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use grantline_whatsapp::sandbox::rules::MAGIC_RECIPIENTS;
use grantline_whatsapp::sandbox::{PhoneError, PhoneSummary, Sandbox};

use super::phone;
use crate::accounts::{self, Right, Visitor};
use crate::numbers::{self, Phone};
use crate::platform::Env;
use crate::platform::web::{FieldErrors, Form, Page, Shell, StatusPage, redirect};

/// What the handlers share.
#[derive(Clone, FromRef)]
pub struct Phones {
    pub env: Env,
    pub sandbox: Arc<Sandbox>,
}

/// The pages of simulated phones, for servers whose connector is the sandbox.
pub fn sandbox_routes(env: Env, sandbox: Arc<Sandbox>) -> Router {
    Router::new()
        .route("/sandbox/phones", get(show).post(post_phone))
        .route("/sandbox/phones/{number}", get(phone::show_devices))
        .route("/sandbox/phones/{number}/link", get(phone::show_link))
        .route("/sandbox/phones/{number}/scan", post(phone::post_scan))
        .route("/sandbox/phones/{number}/code", get(phone::show_code).post(phone::post_code))
        .route("/sandbox/phones/{number}/confirm", post(phone::post_confirm))
        .route("/sandbox/phones/{number}/devices/{device}/unlink", post(phone::post_unlink))
        .route("/sandbox/phones/{number}/chats", get(phone::show_chats).post(phone::post_chat))
        .route("/sandbox/phones/{number}/chats/{peer}", get(phone::show_chat).post(phone::post_text))
        .route("/sandbox/phones/{number}/chats/{peer}/read", post(phone::post_read))
        .with_state(Phones { env, sandbox })
}

/// Whoever holds simulated phones. On a machine of one's own (the demo) that is anyone, and all of them. Elsewhere a person
/// holds the phones of the numbers that they may manage, linked or being linked; to them the others do not exist.
pub struct Holder {
    pub visitor: Visitor,
    /// The workspaces whose phones these are; none for all phones.
    workspaces: Option<Vec<String>>,
}

impl<S: Send + Sync> FromRequestParts<S> for Holder
where
    Env: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let (visitor, env) = (Visitor::from_request_parts(parts, state).await?, Env::from_ref(state));
        if are_open(&env) {
            return Ok(Self { visitor, workspaces: None });
        }
        let Some(person) = &visitor.person else { return Err(redirect("/sign-in")) };
        let broken = |error| StatusPage::broken(&error, "memberships could not be looked up").into_response();
        let all = accounts::memberships(&env, &person.id).await.map_err(broken)?;
        let managed = all.into_iter().filter(|membership| membership.role.may(Right::ManageNumbers));
        let workspaces = Some(managed.map(|membership| membership.workspace.id).collect());
        let holder = Self { visitor, workspaces };
        let path = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
        if let Some(number) = path.map_or(None, |Path(path)| path.get("number").cloned()) {
            let held = holder.held(&env, vec![number]).await.map_err(StatusPage::into_response)?;
            if held.is_empty() {
                return Err(StatusPage::not_found().into_response());
            }
        }
        Ok(holder)
    }
}

impl Holder {
    /// Those of these phones that are theirs.
    async fn held(&self, env: &Env, phones: Vec<String>) -> Result<HashSet<String>, StatusPage> {
        let Some(workspaces) = &self.workspaces else { return Ok(phones.into_iter().collect()) };
        let held = numbers::phones_of(env, workspaces, &phones).await;
        held.map(|held| held.into_iter().collect())
            .map_err(|error| StatusPage::broken(&error, "the numbers of simulated phones could not be read"))
    }
}

/// Whether anybody may use every simulated phone.
pub fn are_open(env: &Env) -> bool {
    is_loopback(&env.config.server.base_url)
}

/// Whether an address leads to this very machine.
fn is_loopback(base_url: &str) -> bool {
    let url = url::Url::parse(base_url);
    url.is_ok_and(|url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    })
}

#[derive(Template)]
#[template(path = "sandbox/phones.html")]
struct PhonesPage {
    shell: Shell,
    errors: FieldErrors,
    phones: Vec<Row>,
    typed: Typed,
    /// Whether the reader holds all phones, and may add some.
    all: bool,
}

struct Row {
    phone: PhoneSummary,
    shown: String,
}

impl PhonesPage {
    /// The numbers that behave in their own way: the last digits and the key of what happens.
    fn magic(&self) -> Vec<(&'static str, String)> {
        MAGIC_RECIPIENTS.iter().map(|magic| (magic.suffix, format!("sandbox-magic-{}", magic.suffix))).collect()
    }
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Typed {
    number: String,
    name: String,
}

async fn page(phones: &Phones, holder: &Holder, typed: Typed, errors: FieldErrors) -> Result<PhonesPage, StatusPage> {
    let all = phones.sandbox.phones();
    let held = holder.held(&phones.env, all.iter().map(|phone| phone.number.clone()).collect()).await?;
    let rows = all.into_iter().filter(|phone| held.contains(&phone.number));
    let rows = rows.map(|phone| Row { shown: Phone::of_digits(&phone.number).international(), phone });
    let shell = holder.visitor.shell();
    Ok(PhonesPage { shell, errors, phones: rows.collect(), typed, all: holder.workspaces.is_none() })
}

async fn show(State(phones): State<Phones>, holder: Holder) -> Result<Response, StatusPage> {
    Ok(Page::ok(page(&phones, &holder, Typed::default(), FieldErrors::default()).await?).into_response())
}

async fn post_phone(State(phones): State<Phones>, holder: Holder, form: Form<Typed>) -> Result<Response, StatusPage> {
    if holder.workspaces.is_some() {
        return Err(StatusPage::forbidden());
    }
    let typed = form.fields;
    let (name, somebody) = (typed.name.trim(), holder.visitor.words.text("sandbox-somebody"));
    let added = phones.sandbox.add_phone(&typed.number, if name.is_empty() { &somebody } else { name });
    match added {
        Ok(phone) => Ok(redirect(&format!("/sandbox/phones/{}", phone.number))),
        Err(error) => {
            let errors = FieldErrors::one("number", error_text(&holder, error));
            Ok(Page(StatusCode::UNPROCESSABLE_ENTITY, page(&phones, &holder, typed, errors).await?).into_response())
        }
    }
}

/// Why an action on a phone did not work, in the reader's language.
pub fn error_text(holder: &Holder, error: PhoneError) -> String {
    let words = &holder.visitor.words;
    words.text(error_words(error))
}

fn error_words(error: PhoneError) -> &'static str {
    match error {
        PhoneError::BadNumber => "sandbox-bad-number",
        PhoneError::NotOnWhatsapp => "sandbox-not-on-whatsapp",
        PhoneError::NoSuchPhone => "sandbox-no-such-phone",
        PhoneError::SandboxFull => "sandbox-full",
        PhoneError::Offline => "sandbox-offline",
        PhoneError::CodeShape => "sandbox-code-shape",
        PhoneError::NoSuchCode => "sandbox-no-such-code",
        PhoneError::WrongCode => "sandbox-wrong-code",
        PhoneError::CodeExpired => "sandbox-code-expired",
        PhoneError::TooManyAttempts => "sandbox-too-many-attempts",
        PhoneError::QrStale => "sandbox-qr-stale",
        PhoneError::QrUnknown => "sandbox-qr-unknown",
        PhoneError::AnswerFirst => "sandbox-answer-first",
        PhoneError::AlreadyAsked => "sandbox-already-asked",
        PhoneError::NoPrompt => "sandbox-no-prompt",
        PhoneError::WrongNumber => "sandbox-wrong-number",
        PhoneError::DeviceLimit => "sandbox-device-limit",
        PhoneError::NoSuchDevice => "sandbox-no-such-device",
        PhoneError::NoSuchChat => "sandbox-no-such-chat",
        PhoneError::BadText => "sandbox-bad-text",
        PhoneError::BadMessage => "sandbox-bad-message",
        PhoneError::NoSuchMessage => "sandbox-no-such-message",
        PhoneError::NotYours => "sandbox-not-yours",
        PhoneError::TooLate => "sandbox-too-late",
        PhoneError::NoWords => "sandbox-no-words",
        PhoneError::BadVote => "sandbox-bad-vote",
        PhoneError::NoSuchGroup => "sandbox-no-such-group",
        PhoneError::BadGroup => "sandbox-bad-group",
        PhoneError::BadPicture => "sandbox-bad-picture",
        PhoneError::BadName => "sandbox-bad-name",
        PhoneError::Refused => "sandbox-refused",
        PhoneError::Throttled => "sandbox-throttled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_this_machine() {
        for own in ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"] {
            assert!(is_loopback(own), "{own}");
        }
        for other in ["https://wa.example.com", "http://localhost.example.com", "http://10.0.0.1", ""] {
            assert!(!is_loopback(other), "{other}");
        }
    }
}
