//! The audit log's page.

use askama::Template;
use axum::Router;
use axum::extract::{FromRequestParts, Query, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::{Choices, Extract, Filter, Place, Recorded, choices, read};
use crate::platform::Env;
use crate::platform::web::{Markup, Page, Shell, StatusPage, Words};

/// Somebody who looks at a workspace's log. `accounts` knows who that is; `app.rs` brings the two together.
pub trait Reader: FromRequestParts<Env, Rejection = Response> + Send + 'static {
    fn workspace_id(&self) -> &str;

    fn needs_the_right(&self) -> Result<(), StatusPage>;

    /// The frame around the page.
    fn shell(&self) -> Shell;
}

pub fn routes<R: Reader>(env: Env) -> Router {
    Router::new().route("/w/{workspace}/audit", get(show::<R>)).with_state(env)
}

/// The filters and the place, as they stand in the address. A place that is no number is the newest.
#[derive(Clone, Default, serde::Deserialize)]
#[serde(default)]
struct Asked {
    action: String,
    person: String,
    before: String,
    after: String,
}

impl Asked {
    fn place(&self) -> Place {
        match (self.before.parse(), self.after.parse()) {
            (Ok(seq), _) => Place::Before(seq),
            (_, Ok(seq)) => Place::After(seq),
            _ => Place::Newest,
        }
    }
}

/// The address of another page under the same filters.
fn address(filter: &Filter, place: Place) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("action", &filter.action), ("person", &filter.person)] {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    match place {
        Place::Newest => {}
        Place::Before(seq) => drop(query.append_pair("before", &seq.to_string())),
        Place::After(seq) => drop(query.append_pair("after", &seq.to_string())),
    }
    format!("?{}", query.finish())
}

/// One entry of a filter's list.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

struct Row {
    seq: i64,
    at: Markup,
    /// A name of somebody's, else words of ours.
    actor_name: String,
    actor_words: &'static str,
    what: String,
    action: String,
    target_name: Option<String>,
    target_id: String,
    address: String,
    request_id: String,
    details: Vec<(String, String)>,
}

/// What an entry may tell of its target, the friendliest first.
const NAMES: [&str; 4] = ["name", "app", "email", "host"];

fn row(words: &Words, entry: Recorded) -> Row {
    let details = details(&entry.detail);
    Row {
        seq: entry.seq,
        at: Markup::moment(entry.at),
        actor_words: match entry.actor_kind.as_str() {
            "operator" => "audit-actor-operator",
            "stranger" => "audit-actor-stranger",
            _ => "audit-actor-system",
        },
        actor_name: entry.actor_name,
        what: action_words(words, &entry.action),
        target_name: NAMES
            .iter()
            .find_map(|name| details.iter().find(|(key, _)| key == name))
            .map(|(_, name)| name.clone()),
        action: entry.action,
        target_id: entry.target_id,
        address: entry.address,
        request_id: entry.request_id,
        details,
    }
}

/// What happened, in words. `grant.created` is `audit-grant-created` in the language files. Entries outlive versions of the program: one that this
/// version knows no words for is still shown.
#[must_use]
pub fn action_words(words: &Words, action: &str) -> String {
    let key = format!("audit-{}", action.replace('.', "-"));
    if words.has(&key) { words.text(&key) } else { words.text("audit-unnamed") }
}

/// The members of a flat JSON object as text.
fn details(json: &str) -> Vec<(String, String)> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    object.into_iter().map(|(key, value)| (key, text(value))).collect()
}

#[derive(Template)]
#[template(path = "audit/log.html")]
struct LogPage {
    shell: Shell,
    workspace: String,
    people: Vec<Choice>,
    actions: Vec<Choice>,
    filtered: bool,
    at_newest: bool,
    rows: Vec<Row>,
    newer: Option<String>,
    older: Option<String>,
}

fn page(shell: Shell, filter: &Filter, place: Place, choices: Choices, extract: Extract) -> LogPage {
    let words = shell.words.clone();
    let people = choices.people.into_iter().map(|(id, name)| Choice {
        chosen: id == filter.person,
        label: if name.is_empty() { id.clone() } else { name },
        value: id,
    });
    let actions = choices.actions.into_iter().map(|action| Choice {
        chosen: action == filter.action,
        label: action_words(&words, &action),
        value: action,
    });
    LogPage {
        workspace: shell.workspace.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
        people: people.collect(),
        actions: actions.collect(),
        filtered: !filter.is_empty(),
        at_newest: place == Place::Newest,
        rows: extract.entries.into_iter().map(|entry| row(&words, entry)).collect(),
        newer: extract.newer.map(|place| address(filter, place)),
        older: extract.older.map(|place| address(filter, place)),
        shell,
    }
}

async fn show<R: Reader>(
    State(env): State<Env>,
    Query(asked): Query<Asked>,
    reader: R,
) -> Result<Response, StatusPage> {
    reader.needs_the_right()?;
    let place = asked.place();
    let filter = Filter { action: asked.action, person: asked.person };
    let broken = |error: &sqlx::Error| StatusPage::broken(error, "the audit log could not be read");
    let choices = choices(&env, reader.workspace_id()).await.map_err(|error| broken(&error))?;
    let extract = read(&env, reader.workspace_id(), &filter, place).await.map_err(|error| broken(&error))?;
    Ok(Page::ok(page(reader.shell(), &filter, place, choices, extract)).into_response())
}
