//! The form that asks which number to link.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::link::{find, to};
use super::view::Chosen;
use super::{Room, minutes, retry_later};
use crate::accounts::{InWorkspace, Right};
use crate::numbers::{self, LinkError, LinkRefusal, LinkRequest, PhoneRefusal};
use crate::platform::web::{FieldErrors, Form, NoFields, Page, Shell, StatusPage, Words};

#[derive(Template)]
#[template(path = "numbers/start.html")]
struct StartPage {
    shell: Shell,
    errors: FieldErrors,
    base: String,
    workspace: String,
    simulated: bool,
    typed: Typed,
}

/// What was typed.
#[derive(Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Typed {
    phone: String,
    label: String,
    /// The handle of an app's request that waits for the number.
    request: String,
}

impl StartPage {
    fn new(room: &Room, member: &InWorkspace, typed: Typed, errors: FieldErrors) -> Self {
        Self {
            shell: member.shell("numbers"),
            errors,
            base: format!("/w/{}/numbers", member.id()),
            workspace: member.membership.workspace.name.clone(),
            simulated: room.sessions.connector() == "sandbox",
            typed,
        }
    }
}

/// The page's query: a number of the workspace that is to be linked again, an app's request that waits.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    number: String,
    request: String,
}

pub async fn show(
    State(room): State<Room>,
    member: InWorkspace,
    Query(asked): Query<Asked>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageNumbers)?;
    let known = numbers::number(room.env(), member.id(), &asked.number)
        .await
        .map_err(|error| StatusPage::broken(&error, "a number could not be read"))?;
    let phone = known.map(|number| number.international()).unwrap_or_default();
    let typed = Typed { phone, request: asked.request, ..Typed::default() };
    Ok(Page::ok(StartPage::new(&room, &member, typed, FieldErrors::default())).into_response())
}

pub async fn post(State(room): State<Room>, member: InWorkspace, form: Form<Typed>) -> Result<Response, StatusPage> {
    member.needs(Right::ManageNumbers)?;
    start(&room, &member, form.fields).await
}

/// The same number once more, after an attempt that failed.
pub async fn post_again(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, id)): Path<(String, String)>,
    Query(chosen): Query<Chosen>,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageNumbers)?;
    let attempt = find(&room, &member, &id).await?;
    let request = chosen.request().unwrap_or_default().to_owned();
    start(&room, &member, Typed { phone: attempt.phone.international(), label: String::new(), request }).await
}

async fn start(room: &Room, member: &InWorkspace, typed: Typed) -> Result<Response, StatusPage> {
    let request = LinkRequest {
        workspace_id: member.id().to_owned(),
        person_id: member.person.id.clone(),
        phone: typed.phone.clone(),
        name: typed.label.clone(),
    };
    let chosen = Chosen::for_request(typed.request.clone());
    match numbers::start_link(&room.sessions, &member.visitor.who(), request).await {
        Ok(attempt_id) | Err(LinkError::Refused(LinkRefusal::UnderWay { attempt_id })) => {
            Ok(to(member, &attempt_id, &chosen))
        }
        Err(LinkError::Refused(refusal)) => {
            let (status, field, text) = refused(&member.visitor.words, &refusal);
            let page = StartPage::new(room, member, typed, FieldErrors::one(field, text));
            let page = Page(status, page).into_response();
            Ok(if let LinkRefusal::TooOften(wait) = refusal { retry_later(wait, page) } else { page })
        }
        Err(error) => Err(StatusPage::broken(&error, "linking a number could not be started")),
    }
}

fn refused(words: &Words, refusal: &LinkRefusal) -> (StatusCode, &'static str, String) {
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    match refusal {
        LinkRefusal::Phone(phone) => (wrong, "phone", words.text(phone_words(*phone))),
        LinkRefusal::Name => (wrong, "label", words.text("link-label-wrong")),
        LinkRefusal::TooOften(wait) => {
            let text = words.msg("link-too-often").count("minutes", minutes(*wait)).plain(&[]);
            (StatusCode::TOO_MANY_REQUESTS, "phone", text)
        }
        LinkRefusal::AlreadyLinkedHere { .. } => (StatusCode::CONFLICT, "phone", words.text("link-already-here")),
        LinkRefusal::AlreadyLinkedElsewhere => (StatusCode::CONFLICT, "phone", words.text("link-already-elsewhere")),
        LinkRefusal::UnderWay { .. } => (StatusCode::CONFLICT, "phone", words.text("link-under-way")),
    }
}

fn phone_words(refusal: PhoneRefusal) -> &'static str {
    match refusal {
        PhoneRefusal::Empty => "phone-empty",
        PhoneRefusal::NotANumber => "phone-not-a-number",
        PhoneRefusal::NoCountryCode => "phone-no-country-code",
        PhoneRefusal::UnknownCountry => "phone-unknown-country",
        PhoneRefusal::TooShort => "phone-too-short",
        PhoneRefusal::TooLong => "phone-too-long",
        PhoneRefusal::NotAssigned => "phone-not-assigned",
    }
}
