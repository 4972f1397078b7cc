//! The endpoints of an owner, and how each of them stands.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};

use super::keeper::{Keeper, Permitted, Place};
use crate::events::webhooks::disable::host_of;
use crate::events::webhooks::endpoint::ENDPOINTS_MAX;
use crate::events::{Endpoint, EndpointState, list_endpoints};
use crate::platform::Env;
use crate::platform::web::{Markup, Notice, Page, Shell, StatusPage, Tone, Words};

/// Kinds that a row names; the others it counts.
const NAMED_MAX: usize = 3;

/// How an endpoint stands, in a word and a sentence.
pub(super) struct Standing {
    pub tone: &'static str,
    pub words: &'static str,
    pub why: Option<Markup>,
}

impl Standing {
    pub fn of(words: &Words, endpoint: &Endpoint) -> Self {
        match (endpoint.state, endpoint.failing_since) {
            (EndpointState::Paused, _) => Self { tone: "", words: "webhook-state-paused", why: None },
            (EndpointState::Disabled, _) => {
                let is_gone = endpoint.reason.as_deref() == Some("gone");
                let why = if is_gone { "webhook-why-gone" } else { "webhook-why-failing" };
                Self { tone: "bad", words: "webhook-state-disabled", why: Some(words.msg(why).into()) }
            }
            (EndpointState::Active, Some(since)) => {
                let why = words.msg("webhook-failing-since").time("since", since).into();
                Self { tone: "warn", words: "webhook-state-failing", why: Some(why) }
            }
            (EndpointState::Active, None) => Self { tone: "good", words: "webhook-state-active", why: None },
        }
    }
}

struct Row {
    id: String,
    /// The rest of the address may be a secret.
    host: String,
    description: String,
    kinds: Vec<&'static str>,
    more: usize,
    standing: Standing,
}

impl Row {
    fn of(words: &Words, endpoint: Endpoint) -> Self {
        let kinds = endpoint.filter.kinds();
        Self {
            host: host_of(&endpoint.url),
            kinds: kinds.iter().take(NAMED_MAX).map(|kind| kind.name()).collect(),
            more: kinds.len().saturating_sub(NAMED_MAX),
            standing: Standing::of(words, &endpoint),
            id: endpoint.id,
            description: endpoint.description,
        }
    }
}

#[derive(Template)]
#[template(path = "events/webhooks.html")]
struct ListPage {
    shell: Shell,
    place: Place,
    rows: Vec<Row>,
    /// No further one can be added.
    full: bool,
}

/// What was just done.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    done: String,
}

pub(super) async fn show<K: Keeper>(
    State(env): State<Env>,
    Query(asked): Query<Asked>,
    Permitted(keeper): Permitted<K>,
) -> Result<Response, StatusPage> {
    let endpoints = list_endpoints(&env, &keeper.owner())
        .await
        .map_err(|error| StatusPage::broken(&error, "endpoints could not be listed"))?;
    let deleted = (asked.done == "deleted").then_some(Notice { tone: Tone::Done, words: "webhook-done-deleted" });
    let shell = Shell { notice: deleted, ..keeper.shell() };
    let page = ListPage {
        full: i64::try_from(endpoints.len()).unwrap_or(i64::MAX) >= ENDPOINTS_MAX,
        rows: endpoints.into_iter().map(|endpoint| Row::of(&shell.words, endpoint)).collect(),
        place: Place::of(&keeper),
        shell,
    };
    Ok(Page::ok(page).into_response())
}
