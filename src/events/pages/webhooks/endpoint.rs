//! One endpoint: how it stands, its secrets, a test, and what came of each try.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::form::{Group, groups};
use super::keeper::{At, Keeper, Place};
use super::list::Standing;
use super::tries::Try;
use crate::events::webhooks::disable::host_of;
use crate::events::{
    AgainError, AgainRefusal, EndpointError, EndpointRefusal, EndpointState, Secrets, Wanted, attempts,
};
use crate::platform::Env;
use crate::platform::web::{FieldErrors, Markup, Notice, Page, Shell, StatusPage, Tone};

/// Tries on one page.
const TRIES_MAX: usize = 20;

/// What the address says; anything unknown counts as not said.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    done: String,
    /// `yes`: only what was given up.
    failed: String,
    /// The tries before the one of this id.
    before: String,
    /// The test that was just sent.
    tested: String,
    /// How many facts are being told again.
    recovered: String,
}

/// What a page says besides what is so.
#[derive(Default)]
pub(super) struct Said {
    pub asked: Asked,
    pub errors: FieldErrors,
    pub secrets: Option<Secrets>,
}

/// Secrets that somebody asked to see.
struct Shown {
    newest: String,
    old: Option<String>,
}

impl From<Secrets> for Shown {
    fn from(secrets: Secrets) -> Self {
        Self { newest: secrets.newest.reveal(), old: secrets.old.map(|old| old.reveal()) }
    }
}

#[derive(Template)]
#[template(path = "events/webhook.html")]
struct EndpointPage {
    shell: Shell,
    place: Place,
    errors: FieldErrors,
    /// This page's address.
    page: String,
    host: String,
    url: String,
    description: String,
    kinds: Vec<&'static str>,
    added: Markup,
    standing: Standing,
    is_active: bool,
    is_paused: bool,
    secrets: Option<Shown>,
    /// Until when the secret before the present one signs.
    old_until: Option<Markup>,
    groups: Vec<Group>,
    tested: Option<Try>,
    tries: Vec<Try>,
    kept: Markup,
    failed: bool,
    at_newest: bool,
    older: Option<String>,
    recovered: Option<Markup>,
}

impl<K: Keeper> At<K> {
    /// The address of the endpoint's page.
    pub fn page(&self) -> String {
        format!("{}/{}", Place::of(&self.keeper).list, self.endpoint.id)
    }
}

/// A deed that failed for a reason that no form shows.
pub(super) fn failed(error: &EndpointError) -> StatusPage {
    match error {
        EndpointError::Refused(EndpointRefusal::NoSuchEndpoint) => StatusPage::not_found(),
        _ => StatusPage::broken(error, "an endpoint could not be shown or changed"),
    }
}

fn notice(done: &str) -> Option<Notice> {
    let words = match done {
        "added" => "webhook-done-added",
        "changed" => "webhook-done-changed",
        "paused" => "webhook-done-paused",
        "resumed" => "webhook-done-resumed",
        "rotated" => "webhook-done-rotated",
        "old-ended" => "webhook-done-old-ended",
        "again" => "webhook-done-again",
        _ => return None,
    };
    Some(Notice { tone: Tone::Done, words })
}

/// The address of the tries before one of them.
fn older(failed: bool, last: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if failed {
        query.append_pair("failed", "yes");
    }
    format!("?{}#tries", query.append_pair("before", last).finish())
}

pub(super) async fn show<K: Keeper>(
    State(env): State<Env>,
    Query(asked): Query<Asked>,
    at: At<K>,
) -> Result<Response, StatusPage> {
    endpoint_page(&env, at, StatusCode::OK, Said { asked, ..Said::default() }).await
}

/// The page of an endpoint, also as the answer to one of its own forms.
pub(super) async fn endpoint_page<K: Keeper>(
    env: &Env,
    at: At<K>,
    status: StatusCode,
    said: Said,
) -> Result<Response, StatusPage> {
    let failed = said.asked.failed == "yes";
    let before = (!said.asked.before.is_empty()).then(|| said.asked.before.clone());
    let at_newest = before.is_none();
    let wanted = Wanted { before, failed, limit: TRIES_MAX as i64 + 1 };
    let mut found = attempts(env, &at.owner, &at.endpoint.id, &wanted).await.map_err(|error| match error {
        AgainError::Refused(AgainRefusal::NoSuchEndpoint) => StatusPage::not_found(),
        _ => StatusPage::broken(&error, "tries could not be listed"),
    })?;
    let has_older = found.len() > TRIES_MAX;
    found.truncate(TRIES_MAX);
    let (now, page) = (env.now(), at.page());
    let At { keeper, owner, endpoint } = at;
    let shell = Shell { notice: notice(&said.asked.done), ..keeper.shell() };
    let words = &shell.words;
    let tested = found.iter().find(|one| one.id == said.asked.tested).cloned();
    let recovered = said.asked.recovered.parse::<u32>().ok();
    let page = EndpointPage {
        place: Place::of(&keeper),
        errors: said.errors,
        page,
        host: host_of(&endpoint.url),
        kinds: endpoint.filter.kinds().iter().map(|kind| kind.name()).collect(),
        added: Markup::time(endpoint.created_at),
        standing: Standing::of(words, &endpoint),
        is_active: endpoint.state == EndpointState::Active,
        is_paused: endpoint.state == EndpointState::Paused,
        secrets: said.secrets.map(Shown::from),
        old_until: endpoint.old_secret_until.filter(|until| *until > now).map(Markup::moment),
        groups: groups(&owner, &[]),
        tested: tested.map(|one| Try::of(words, one, now)),
        kept: words.msg("webhook-tries-kept").count("days", env.config.events.attempts_kept_days).into(),
        failed,
        at_newest,
        older: found.last().filter(|_| has_older).map(|last| older(failed, &last.id)),
        tries: found.into_iter().map(|one| Try::of(words, one, now)).collect(),
        recovered: recovered.map(|count| words.msg("webhook-recovered").count("count", count).into()),
        url: endpoint.url,
        description: endpoint.description,
        shell,
    };
    Ok(Page(status, page).into_response())
}
