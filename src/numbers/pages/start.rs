//! The form that asks which number to link.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::link::{find, to};
use super::view::Chosen;
use super::{Room, minutes, retry_later};
use crate::accounts::{InWorkspace, Right};
use crate::numbers::{self, Country, LinkError, LinkRefusal, LinkRequest, Phone, PhoneRefusal};
use crate::platform::web::{FieldErrors, Form, NoFields, Page, Shell, StatusPage, Words};

#[derive(Template)]
#[template(path = "numbers/start.html")]
struct StartPage {
    shell: Shell,
    errors: FieldErrors,
    base: String,
    workspace: String,
    simulated: bool,
    countries: Vec<Choice>,
    typed: Typed,
}

/// A country in the list.
struct Choice {
    code: &'static str,
    /// Its name and its calling code.
    text: String,
}

/// The countries in the order of the reader's alphabet, in which an accent does not make another letter.
fn countries(words: &Words) -> Vec<Choice> {
    let choice = |country: Country| {
        let name = words.text(&format!("country-{}", country.code()));
        let calling = country.calling_code().to_string();
        let text = words.msg("link-country-option").plain(&[("country", &name), ("code", &calling)]);
        Choice { code: country.code(), text }
    };
    let mut all: Vec<Choice> = Country::all().map(choice).collect();
    all.sort_by_cached_key(|country| {
        let letters = country.text.nfkd().filter(|letter| !is_combining_mark(*letter));
        letters.flat_map(char::to_lowercase).collect::<String>()
    });
    all
}

/// What was typed.
#[derive(Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The code of a country, or nothing.
    country: String,
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
            countries: countries(&member.visitor.words),
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
    headers: HeaderMap,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageNumbers)?;
    let all = numbers::in_workspace(room.env(), member.id())
        .await
        .map_err(|error| StatusPage::broken(&error, "the numbers could not be listed"))?;
    let again = all.iter().find(|number| number.id == asked.number);
    let last = again.or_else(|| all.iter().filter(|number| number.linked_at.is_some()).max_by_key(|one| one.linked_at));
    let country = match last {
        Some(number) => Country::of_phone(&Phone::of_digits(&number.phone)),
        None => country_of_reader(&headers),
    };
    let phone = again.map(|number| number.international()).unwrap_or_default();
    let country = country.map(|country| country.code().to_owned()).unwrap_or_default();
    let typed = Typed { phone, country, request: asked.request, ..Typed::default() };
    Ok(Page::ok(StartPage::new(&room, &member, typed, FieldErrors::default())).into_response())
}

fn country_of_reader(headers: &HeaderMap) -> Option<Country> {
    let languages = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Country::of_reader(languages.unwrap_or_default())
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
    start(&room, &member, Typed { phone: attempt.phone.international(), request, ..Typed::default() }).await
}

async fn start(room: &Room, member: &InWorkspace, typed: Typed) -> Result<Response, StatusPage> {
    let request = LinkRequest {
        workspace_id: member.id().to_owned(),
        person_id: member.person.id.clone(),
        phone: typed.phone.clone(),
        country: Country::of_code(&typed.country),
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
        LinkRefusal::ServerPaused => (StatusCode::SERVICE_UNAVAILABLE, "phone", words.text("link-server-paused")),
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
