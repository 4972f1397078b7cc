//! What a person sees of Acme CRM.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use askama::Template;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use reqwest::Method;
use serde_json::json;
use url::Url;

use super::client::{Access, AcmeClient, ApiAnswer, Asked};
use super::hooks::{Inbox, Taken};
use crate::platform::web::{Page, asset_routes, redirect};

/// Of what Acme wants to be told.
pub const EVENTS: [&str; 2] = ["message.received", "grant.revoked"];

/// Events that its page shows.
const TOLD_SHOWN: usize = 5;

/// Acme serves one customer: whoever looks at it.
#[derive(Clone)]
struct Acme {
    client: Arc<AcmeClient>,
    memory: Arc<Mutex<Memory>>,
    inbox: Arc<Inbox>,
    /// Where the story goes on.
    story_url: String,
}

#[derive(Default)]
struct Memory {
    asked: Option<Asked>,
    access: Option<Access>,
    workspace: String,
    last: Option<Outcome>,
}

/// What Grantline answered last, as Acme shows it.
#[derive(Clone)]
struct Outcome {
    request: String,
    words: String,
    body: String,
}

/// Acme's whole site.
pub fn routes(client: Arc<AcmeClient>, inbox: Arc<Inbox>, story_url: String) -> Router {
    Router::new()
        .route("/", get(show_home))
        .route("/connect", post(post_connect))
        .route("/callback", get(come_back))
        .route("/send", post(post_send))
        .route("/numbers", post(post_numbers))
        .route("/refresh", post(post_refresh))
        .route("/webhooks", post(take_event))
        .with_state(Acme { client, memory: Arc::default(), inbox, story_url })
        .merge(asset_routes())
}

impl Acme {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn access(&self) -> Option<Access> {
        self.memory().access.clone()
    }

    fn remember(&self, outcome: Outcome) {
        self.memory().last = Some(outcome);
    }
}

#[derive(Template)]
#[template(path = "demo/acme.html")]
struct HomePage {
    story_url: String,
    server: String,
    /// The workspace that Acme is connected to.
    workspace: Option<String>,
    scopes: String,
    last: Option<Outcome>,
    /// What came by webhook, newest first.
    told: Vec<Taken>,
}

async fn show_home(State(acme): State<Acme>) -> Response {
    let memory = acme.memory();
    let page = HomePage {
        story_url: acme.story_url.clone(),
        server: acme.story_url.trim_start_matches("http://").to_owned(),
        workspace: memory.access.is_some().then(|| memory.workspace.clone()),
        scopes: memory.access.as_ref().map(|access| access.scope.clone()).unwrap_or_default(),
        last: memory.last.clone(),
        told: acme.inbox.taken().into_iter().rev().take(TOLD_SHOWN).collect(),
    };
    drop(memory);
    Page::ok(page).into_response()
}

/// Grantline tells something.
async fn take_event(State(acme): State<Acme>, headers: HeaderMap, body: Bytes) -> StatusCode {
    acme.inbox.comes(&headers, &body)
}

async fn post_connect(State(acme): State<Acme>) -> Response {
    let asked = acme.client.ask();
    let url = asked.url.to_string();
    let mut memory = acme.memory();
    memory.asked = Some(asked);
    memory.last = None;
    drop(memory);
    redirect(&url)
}

async fn come_back(State(acme): State<Acme>, OriginalUri(address): OriginalUri) -> Response {
    let asked = acme.memory().asked.take();
    let address = Url::parse(&format!("http://acme.invalid{address}"));
    let (Some(asked), Ok(address)) = (asked, address) else { return redirect("/") };
    let outcome = match acme.client.came_back(asked, &address).await {
        Ok(access) => {
            listen(&acme).await;
            let account = acme.client.call(&access, Method::GET, "/v1/account", None).await;
            let mut memory = acme.memory();
            let name = account.as_ref().ok().and_then(|answer| answer.body["workspace_name"].as_str());
            memory.workspace = name.unwrap_or("a workspace").to_owned();
            let body = format!("scope: {}", access.scope);
            memory.access = Some(access);
            Outcome { request: String::from("POST /oauth/token"), words: String::from("200 OK"), body }
        }
        Err(error) => failed("POST /oauth/token", &error),
    };
    acme.remember(outcome);
    redirect("/")
}

/// From the first connection on Acme wants to hear of messages, and of the end.
async fn listen(acme: &Acme) {
    if !acme.inbox.is_told() {
        match acme.client.listen(&EVENTS).await {
            Ok(secret) => acme.inbox.expects(secret),
            Err(error) => acme.remember(failed("POST /v1/webhooks", &error)),
        }
    }
}

#[derive(serde::Deserialize)]
struct SendForm {
    to: String,
    text: String,
}

async fn post_send(State(acme): State<Acme>, axum::Form(form): axum::Form<SendForm>) -> Response {
    let mut body = json!({ "to": form.to, "type": "text", "text": { "body": form.text } });
    if let Some(number) = first_number(&acme).await {
        body["number_id"] = number;
    }
    call(&acme, Method::POST, "/v1/messages", Some(body)).await
}

/// A number to send from, as far as Acme may know of any: needed only where its access covers several.
async fn first_number(acme: &Acme) -> Option<serde_json::Value> {
    let access = acme.access()?;
    let account = acme.client.call(&access, Method::GET, "/v1/account", None).await.ok()?;
    if let Some(number) = account.body["number_ids"].get(0) {
        return Some(number.clone());
    }
    let numbers = acme.client.call(&access, Method::GET, "/v1/numbers", None).await.ok()?;
    numbers.body["data"].get(0).map(|number| number["id"].clone())
}

/// A call that may go too far: numbers are an optional permission.
async fn post_numbers(State(acme): State<Acme>) -> Response {
    call(&acme, Method::GET, "/v1/numbers", None).await
}

async fn call(acme: &Acme, method: Method, path: &str, body: Option<serde_json::Value>) -> Response {
    if let Some(access) = acme.access() {
        let request = format!("{method} {path}");
        let outcome = match acme.client.call(&access, method, path, body).await {
            Ok(answer) => shown(&answer),
            Err(error) => failed(&request, &error),
        };
        acme.remember(outcome);
    }
    redirect("/")
}

async fn post_refresh(State(acme): State<Acme>) -> Response {
    if let Some(access) = acme.access() {
        let outcome = match acme.client.refresh(&access).await {
            Ok(fresh) => {
                let body = format!("scope: {}", fresh.scope);
                acme.memory().access = Some(fresh);
                Outcome { request: String::from("POST /oauth/token"), words: String::from("200 OK"), body }
            }
            Err(error) => failed("POST /oauth/token", &error),
        };
        acme.remember(outcome);
    }
    redirect("/")
}

fn shown(answer: &ApiAnswer) -> Outcome {
    let status = reqwest::StatusCode::from_u16(answer.status).ok().and_then(|status| status.canonical_reason());
    Outcome {
        request: answer.request.clone(),
        words: format!("{} {}", answer.status, status.unwrap_or_default()),
        body: serde_json::to_string_pretty(&answer.body).unwrap_or_default(),
    }
}

fn failed(request: &str, error: &anyhow::Error) -> Outcome {
    Outcome { request: request.to_owned(), words: String::from("Refused"), body: format!("{error:#}") }
}
