//! Who sends and receives in these tests.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Extension, Router};
use grantline::access::{Authority, ScopeSet};
use grantline::messages::{self, Files, Grants, Inbox, Sender};
use grantline::numbers::{self, MessageSink as _, MessageTold, Number};
use grantline::on;
use grantline::platform::jobs::{Job, Progress};
use grantline::platform::web::{assign_request_id, render_problems};
use grantline_whatsapp::{Chat, Content, DownloadFailure, MessageRef, Outgoing, SendFailure};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tower::ServiceExt as _;

use crate::actors::{Answer, Person};
use crate::world::World;

pub const ANNS_PHONE: &str = "447700900123";
pub const BOBS_PHONE: &str = "447700900456";

/// A person's workspace with its numbers.
pub struct Office<'w> {
    pub world: &'w World,
    pub owner: Person<'w>,
    pub id: String,
}

impl<'w> Office<'w> {
    pub async fn opens(world: &'w World, owner: &str) -> Self {
        let owner = world.person(owner).await;
        let mut tx = world.env().db.read().await.expect("a connection");
        let id: String = on!(&mut tx, connection => sqlx::query_scalar(
            "select member.workspace_id from member join person on person.id = member.person_id where person.email = $1")
            .bind(&owner.email).fetch_one(connection).await)
        .expect("a workspace");
        Self { world, owner, id }
    }

    /// Puts a number into the workspace as it is after linking: its id.
    pub async fn number(&self, phone: &str, state: &'static str) -> String {
        let (id, workspace, phone) = (self.world.env().id("num"), self.id.clone(), phone.to_owned());
        let (number_id, now) = (id.clone(), self.world.env().now());
        let insert = self.world.env().db.write(move |tx| {
            Box::pin(async move {
                on!(tx, connection => sqlx::query(
                    "insert into number (id, workspace_id, phone, name, connector, state, created_by, created_at, changed_at)
                     select $1, $2, $3, $4, 'sandbox', $5, created_by, $6, $6 from workspace where id = $2")
                    .bind(&number_id).bind(&workspace).bind(&phone).bind(format!("Desk {}", &phone[9..])).bind(state)
                    .bind(now).execute(connection).await.map(drop))
            })
        });
        insert.await.map_err(|error: sqlx::Error| error).expect("the number is new");
        id
    }

    /// Puts a number into another state: the one before.
    pub async fn number_becomes(&self, number_id: &str, state: &str) -> String {
        let (id, state) = (number_id.to_owned(), state.to_owned());
        let before = self.known(number_id).await.state.name().to_owned();
        let update = self.world.env().db.write(move |tx| {
            Box::pin(async move {
                on!(tx, connection => sqlx::query("update number set state = $2 where id = $1")
                    .bind(&id).bind(&state).execute(connection).await.map(drop))
            })
        });
        update.await.map_err(|error: sqlx::Error| error).expect("the number is there");
        before
    }

    pub async fn known(&self, number_id: &str) -> Number {
        numbers::number(self.world.env(), &self.id, number_id).await.expect("storage").expect("the number")
    }

    /// An app with a grant for all numbers.
    pub fn app(&self, grant: &str) -> App<'w> {
        self.app_for(grant, None)
    }

    /// An app with a grant for some numbers.
    pub fn app_for(&self, grant: &str, numbers: Option<&[&str]>) -> App<'w> {
        let authority = Authority {
            grant_id: grant.to_owned(),
            app_id: String::from("app_acme"),
            app_name: String::from("Shop"),
            workspace_name: String::from("Ann"),
            workspace_id: self.id.clone(),
            scopes: "messages:send messages:read".parse::<ScopeSet>().expect("scopes"),
            numbers: numbers.map(|numbers| numbers.iter().map(|id| (*id).to_owned()).collect()),
        };
        App { world: self.world, authority, files: Files::new(Arc::new(Carrier::default())) }
    }

    /// WhatsApp tells something about a number.
    pub async fn hears(&self, number_id: &str, told: MessageTold) {
        let inbox = Inbox(self.world.env().clone());
        inbox.told(&self.known(number_id).await, told).await.expect("it is kept");
    }

    pub async fn receives(&self, number_id: &str, wa_id: &str, body: &str) {
        self.receives_from(number_id, wa_id, bob(), Content::Text(body.to_owned()), None).await;
    }

    /// Bob writes: to the number, or in a group.
    pub async fn receives_from(
        &self,
        number_id: &str,
        wa_id: &str,
        chat: Chat,
        content: Content,
        reply_to: Option<MessageRef>,
    ) {
        let (wa_id, from, at) = (wa_id.to_owned(), BOBS_PHONE.to_owned(), self.world.env().now());
        self.hears(number_id, MessageTold::Received { wa_id, chat, from, content, reply_to, at }).await;
    }

    /// What receivers will be told about this workspace: kind and data, in no order.
    pub async fn events(&self) -> Vec<(String, Value)> {
        let mut tx = self.world.env().db.read().await.expect("a connection");
        let rows: Vec<(String, String)> = on!(&mut tx, connection => sqlx::query_as(
            "select kind, data from event where subject = $1 order by created_at, id")
            .bind(&self.id).fetch_all(connection).await)
        .expect("events");
        rows.into_iter().map(|(kind, data)| (kind, serde_json::from_str(&data).expect("JSON"))).collect()
    }

    /// The events about messages, counted by kind: `message.queued 1, message.sent 1`.
    pub async fn news(&self) -> String {
        let mut counts = std::collections::BTreeMap::<String, usize>::new();
        for (kind, _) in self.events().await {
            *counts.entry(kind).or_default() += 1;
        }
        counts.into_iter().map(|(kind, count)| format!("{kind} {count}")).collect::<Vec<_>>().join(", ")
    }

    /// The audit entries of this workspace that are about messages: everything that they hold, as one text each.
    pub async fn audit(&self) -> Vec<String> {
        let mut tx = self.world.env().db.read().await.expect("a connection");
        let rows: Vec<(String, String, String, String, String)> = on!(&mut tx, connection => sqlx::query_as(
            "select actor_kind, actor_id, action, target_id, detail from audit_entry
             where workspace_id = $1 and target_kind = 'message' order by seq")
            .bind(&self.id).fetch_all(connection).await)
        .expect("entries");
        rows.into_iter()
            .map(|(kind, id, action, target, detail)| format!("{kind} {id} {action} {target} {detail}"))
            .collect()
    }
}

/// An app that calls the API with a live token: the bearer check has let it through.
#[derive(Clone)]
pub struct App<'w> {
    pub world: &'w World,
    pub authority: Authority,
    files: Files,
}

impl App<'_> {
    /// The same app, for which WhatsApp's files come through this carrier.
    pub fn over(self, carrier: &Arc<Carrier>) -> Self {
        self.through(carrier.clone())
    }

    pub fn through(self, sender: Arc<dyn Sender>) -> Self {
        Self { files: Files::new(sender), ..self }
    }

    /// Hands in a file.
    pub async fn hands_in(&self, mime_type: &str, query: &str, bytes: impl Into<Body>) -> Answer {
        self.calls(Method::POST, &format!("/v1/media{query}"), &[("content-type", mime_type)], bytes).await
    }

    /// Hands in a file that is taken: its id.
    pub async fn holds(&self, mime_type: &str, bytes: &str) -> String {
        let answer = self.hands_in(mime_type, "", bytes.to_owned()).await.is(201);
        answer.json()["id"].as_str().expect("an id").to_owned()
    }

    pub async fn sends(&self, body: &Value) -> Answer {
        self.calls(Method::POST, "/v1/messages", &[], body.to_string()).await
    }

    pub async fn sends_once(&self, key: &str, body: &Value) -> Answer {
        self.calls(Method::POST, "/v1/messages", &[("idempotency-key", key)], body.to_string()).await
    }

    /// Sends a text to Bob: the message's id.
    pub async fn texts(&self, number_id: &str, body: &str) -> String {
        let answer = self.sends(&text(Some(number_id), body)).await.is(202);
        answer.json()["id"].as_str().expect("an id").to_owned()
    }

    pub async fn gets(&self, path: &str) -> Answer {
        self.calls(Method::GET, path, &[], String::new()).await
    }

    pub async fn state_of(&self, message_id: &str) -> String {
        let message = self.gets(&format!("/v1/messages/{message_id}")).await.is(200).json();
        let reason = message["reason"].as_str().map(|reason| format!(" {reason}")).unwrap_or_default();
        format!("{}{reason}", message["state"].as_str().expect("a state"))
    }

    pub async fn calls(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let (operations, _) = messages::api_routes().split_for_parts();
        let operations = operations.layer(Extension(self.files.clone())).with_state(self.world.env().clone());
        self.calls_on(operations, method, path, headers, body).await
    }

    /// The same on some of the room's operations, as they stand behind the bearer check.
    pub async fn calls_on(
        &self,
        operations: Router,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path).extension(self.authority.clone());
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).expect("a request");
        let router = operations
            .layer(from_fn(render_problems))
            .layer(from_fn_with_state(self.world.env().clone(), assign_request_id));
        let response = router.oneshot(request).await.expect("the router answers");
        let (head, body) = response.into_parts();
        let body = body.collect().await.expect("the body can be read").to_bytes();
        Answer { status: head.status, headers: head.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

/// A text to Bob, as an app asks for it.
pub fn text(number_id: Option<&str>, body: &str) -> Value {
    let mut asked = json!({ "to": format!("+{BOBS_PHONE}"), "type": "text", "text": { "body": body } });
    if let Some(number_id) = number_id {
        asked["number_id"] = number_id.into();
    }
    asked
}

/// `404 number_not_found number_id: The sentence.`
pub fn refusal(answer: &Answer) -> String {
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{answer}");
    let problem = answer.json();
    let word = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
    assert!(word("request_id").starts_with("req_"), "{answer}");
    assert_eq!(word("type"), "about:blank", "{answer}");
    let param = problem["param"].as_str().map(|param| format!(" {param}")).unwrap_or_default();
    format!("{} {}{param}: {}", answer.status.as_u16(), word("code"), word("detail"))
}

/// The chat with Bob.
pub fn bob() -> Chat {
    Chat::Person(BOBS_PHONE.to_owned())
}

/// The words of a text that was handed over.
pub fn body_of(message: &Outgoing) -> String {
    match &message.content {
        Content::Text(body) => body.clone(),
        other => panic!("a text was to be handed over, not {other:?}"),
    }
}

/// Where WhatsApp has a file: the number, and its id of the message.
type FilePlace = (String, String);

/// WhatsApp's side: takes texts, or does what it was told.
#[derive(Default)]
pub struct Carrier {
    /// What was handed over: number and text.
    pub taken: Mutex<Vec<(String, Outgoing)>>,
    tried: Mutex<usize>,
    refusals: Mutex<HashMap<String, VecDeque<SendFailure>>>,
    held: Mutex<HashMap<String, Arc<Notify>>>,
    files: Mutex<HashMap<FilePlace, Result<Vec<u8>, DownloadFailure>>>,
}

impl Carrier {
    /// The next hand-overs from a number fail like this, one after the other.
    pub fn refuses(&self, number_id: &str, failures: &[SendFailure]) {
        let mut refusals = self.refusals.lock().expect("no test panics while it holds this");
        refusals.entry(number_id.to_owned()).or_default().extend(failures);
    }

    /// Hand-overs from a number hang until it is released.
    pub fn holds(&self, number_id: &str) {
        let mut held = self.held.lock().expect("no test panics while it holds this");
        held.insert(number_id.to_owned(), Arc::new(Notify::new()));
    }

    pub fn releases(&self, number_id: &str) {
        let held = self.held.lock().expect("no test panics while it holds this").remove(number_id);
        held.expect("it is held").notify_one();
    }

    /// WhatsApp has this file, or says this when it is asked for it.
    pub fn has(&self, number_id: &str, wa_id: &str, file: Result<&str, DownloadFailure>) {
        let file = file.map(|text| text.as_bytes().to_vec());
        let mut files = self.files.lock().expect("no test panics while it holds this");
        files.insert((number_id.to_owned(), wa_id.to_owned()), file);
    }

    pub fn bodies(&self) -> Vec<String> {
        let taken = self.taken.lock().expect("no test panics while it holds this");
        taken.iter().map(|(_, text)| body_of(text)).collect()
    }

    pub fn tries(&self) -> usize {
        *self.tried.lock().expect("no test panics while it holds this")
    }
}

#[async_trait]
impl Sender for Carrier {
    async fn send(&self, number_id: &str, text: Outgoing) -> Result<(), SendFailure> {
        *self.tried.lock().expect("no test panics while it holds this") += 1;
        let held = self.held.lock().expect("no test panics while it holds this").get(number_id).cloned();
        if let Some(bell) = held {
            bell.notified().await;
        }
        let mut refusals = self.refusals.lock().expect("no test panics while it holds this");
        if let Some(failure) = refusals.get_mut(number_id).and_then(VecDeque::pop_front) {
            return Err(failure);
        }
        self.taken.lock().expect("no test panics while it holds this").push((number_id.to_owned(), text));
        Ok(())
    }

    async fn download(&self, number_id: &str, wa_id: &str) -> Result<Vec<u8>, DownloadFailure> {
        let files = self.files.lock().expect("no test panics while it holds this");
        files.get(&(number_id.to_owned(), wa_id.to_owned())).cloned().unwrap_or(Err(DownloadFailure::Gone))
    }
}

/// Which grants have ended, and what their apps are called.
#[derive(Default)]
pub struct Ledger {
    pub ended: Mutex<HashSet<String>>,
}

#[async_trait]
impl Grants for Ledger {
    async fn is_live(&self, grant_id: &str) -> anyhow::Result<bool> {
        Ok(!self.ended.lock().expect("no test panics while it holds this").contains(grant_id))
    }

    async fn app_name(&self, _workspace_id: &str, grant_id: &str) -> anyhow::Result<Option<String>> {
        Ok((grant_id == "gr_acme").then(|| String::from("Acme <CRM>")))
    }
}

/// The queue with its workers.
pub struct Queue {
    pub carrier: Arc<Carrier>,
    pub ledger: Arc<Ledger>,
    pub workers: Vec<Job>,
}

impl Queue {
    pub fn of(world: &World) -> Self {
        let (carrier, ledger) = (Arc::new(Carrier::default()), Arc::new(Ledger::default()));
        let (sender, grants): (Arc<dyn Sender>, Arc<dyn Grants>) = (carrier.clone(), ledger.clone());
        let workers = messages::jobs(world.env(), &sender, &grants);
        Self { carrier, ledger, workers }
    }

    /// The workers work until none finds anything.
    pub async fn works(&self) {
        for _ in 0..100 {
            let mut idle = true;
            for worker in &self.workers {
                idle &= worker.run_once().await.expect("the worker works") == Progress::Idle;
            }
            if idle {
                return;
            }
        }
        panic!("the queue finds no end");
    }
}
