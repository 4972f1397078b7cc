//! Adding an endpoint, and changing what it says.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::endpoint::failed;
use super::keeper::{At, Keeper, Permitted, Place};
use crate::events::webhooks::disable::host_of;
use crate::events::{
    Deed, Endpoint, EndpointError, EndpointRefusal, Kind, Owner, Wish, WishRefusal, change_endpoint, create_endpoint,
};
use crate::platform::Env;
use crate::platform::outbound::UrlRefusal;
use crate::platform::web::{FieldErrors, Form, Page, Shell, StatusPage, Words, redirect};

/// What somebody typed.
#[derive(Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    url: String,
    description: String,
}

/// Kinds that begin with the same word.
pub(super) struct Group {
    pub key: &'static str,
    pub title: String,
    pub choices: Vec<Choice>,
}

pub(super) struct Choice {
    pub name: &'static str,
    pub words: String,
    /// Others can be asked for already.
    pub is_told: bool,
    pub ticked: bool,
}

/// What an owner can hear of. No workspace is told what is about an app as a whole.
pub(super) fn groups(owner: &Owner, ticked: &[&str]) -> Vec<Group> {
    let is_offered = |kind: &Kind| *kind != Kind::AppSuspended || matches!(owner, Owner::App(_));
    let offered: Vec<Kind> = Kind::ALL.into_iter().filter(is_offered).collect();
    // To a workspace it is the access of others.
    let words = |key: String, group: &str| match owner {
        Owner::Workspace(_) if group == "grant" => format!("{key}-workspace"),
        _ => key,
    };
    let choice = |kind: &Kind| Choice {
        name: kind.name(),
        words: words(kind.words(), kind.group()),
        is_told: kind.is_told(),
        ticked: ticked.contains(&kind.name()),
    };
    let group = |kinds: &[Kind]| {
        let key = kinds.first().map_or("", |kind| kind.group());
        Group { key, title: words(format!("events-group-{key}"), key), choices: kinds.iter().map(choice).collect() }
    };
    offered.chunk_by(|one, next| one.group() == next.group()).map(group).collect()
}

/// The endpoint whose form this is.
struct Editing {
    page: String,
    host: String,
}

#[derive(Template)]
#[template(path = "events/webhook_form.html")]
struct FormPage {
    shell: Shell,
    place: Place,
    errors: FieldErrors,
    title: &'static str,
    refused: &'static str,
    button: &'static str,
    action: String,
    back: String,
    editing: Option<Editing>,
    url_hint: &'static str,
    typed: Typed,
    groups: Vec<Group>,
}

impl FormPage {
    fn new(env: &Env, keeper: &impl Keeper, typed: Typed, ticked: &[&str], errors: FieldErrors) -> Self {
        let place = Place::of(keeper);
        let on_this_machine = env.config.outbound.allow_loopback;
        Self {
            shell: keeper.shell(),
            errors,
            title: "webhook-new",
            refused: "webhook-new-refused",
            button: "webhook-add",
            action: format!("{}/new", place.list),
            back: place.list.clone(),
            editing: None,
            url_hint: if on_this_machine { "webhook-url-hint-loopback" } else { "webhook-url-hint" },
            typed,
            groups: groups(&keeper.owner(), ticked),
            place,
        }
    }

    fn of_endpoint(self, endpoint: &Endpoint) -> Self {
        let page = format!("{}/{}", self.place.list, endpoint.id);
        Self {
            title: "webhook-edit-title",
            refused: "webhook-refused",
            button: "webhook-save",
            action: format!("{page}/edit"),
            back: page.clone(),
            editing: Some(Editing { page, host: host_of(&endpoint.url) }),
            ..self
        }
    }
}

fn wish(env: &Env, form: &Form<Typed>) -> Result<Wish, WishRefusal> {
    Wish::check(&form.fields.url, &form.fields.description, form.all("events"), env.config.outbound.reach())
}

fn errors(words: &Words, refusal: &WishRefusal) -> FieldErrors {
    let key = match refusal {
        WishRefusal::Url(refusal) => match refusal {
            UrlRefusal::TooLong => "webhook-url-too-long",
            UrlRefusal::NotAnAddress => "webhook-url-not-an-address",
            UrlRefusal::NotHttps => "webhook-url-not-https",
            UrlRefusal::Userinfo => "webhook-url-userinfo",
            UrlRefusal::Fragment => "webhook-url-fragment",
            UrlRefusal::NotAFullName => "webhook-url-not-a-full-name",
            UrlRefusal::LocalName => "webhook-url-local-name",
            UrlRefusal::NotPublic => "webhook-url-not-public",
        },
        WishRefusal::Kind(_) => "webhook-events-unknown",
        WishRefusal::Description => "webhook-description-long",
    };
    FieldErrors::one(refusal.field(), words.text(key))
}

pub(super) async fn show_new<K: Keeper>(State(env): State<Env>, Permitted(keeper): Permitted<K>) -> Response {
    Page::ok(FormPage::new(&env, &keeper, Typed::default(), &[], FieldErrors::default())).into_response()
}

pub(super) async fn post_new<K: Keeper>(
    State(env): State<Env>,
    Permitted(keeper): Permitted<K>,
    form: Form<Typed>,
) -> Result<Response, StatusPage> {
    let words = keeper.shell().words;
    let errors = match wish(&env, &form) {
        Err(refusal) => errors(&words, &refusal),
        Ok(wish) => match create_endpoint(&env, &keeper.who(), &keeper.owner(), wish).await {
            Ok(endpoint) => {
                return Ok(redirect(&format!("{}/{}?done=added", Place::of(&keeper).list, endpoint.id)));
            }
            Err(EndpointError::Refused(EndpointRefusal::TooMany)) => {
                FieldErrors::one("url", words.text("webhook-too-many"))
            }
            Err(error) => return Err(failed(&error)),
        },
    };
    let ticked: Vec<&str> = form.all("events").collect();
    let page = FormPage::new(&env, &keeper, form.fields.clone(), &ticked, errors);
    Ok(Page(StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

pub(super) async fn show_edit<K: Keeper>(State(env): State<Env>, at: At<K>) -> Response {
    let At { keeper, endpoint, .. } = at;
    let typed = Typed { url: endpoint.url.clone(), description: endpoint.description.clone() };
    let ticked: Vec<&str> = endpoint.filter.kinds().iter().map(|kind| kind.name()).collect();
    let page = FormPage::new(&env, &keeper, typed, &ticked, FieldErrors::default());
    Page::ok(page.of_endpoint(&endpoint)).into_response()
}

pub(super) async fn post_edit<K: Keeper>(
    State(env): State<Env>,
    at: At<K>,
    form: Form<Typed>,
) -> Result<Response, StatusPage> {
    match wish(&env, &form) {
        Ok(wish) => {
            let deed = Deed::Change(Box::new(wish));
            let changed = change_endpoint(&env, &at.keeper.who(), &at.owner, &at.endpoint.id, deed).await;
            changed.map_err(|error| failed(&error))?;
            Ok(redirect(&format!("{}?done=changed", at.page())))
        }
        Err(refusal) => {
            let errors = errors(&at.keeper.shell().words, &refusal);
            let ticked: Vec<&str> = form.all("events").collect();
            let page = FormPage::new(&env, &at.keeper, form.fields.clone(), &ticked, errors).of_endpoint(&at.endpoint);
            Ok(Page(StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}
