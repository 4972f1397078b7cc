//! Somebody's server that is told by webhooks: a real one on this machine, and it does as the test says.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use grantline::audit::Who;
use grantline::events::{Endpoint, Owner, Wish, create_endpoint};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};

use crate::world::World;

/// What came in with one request.
#[derive(Debug, Clone)]
pub struct Heard {
    pub id: String,
    pub timestamp: String,
    pub signature: String,
    pub body: Value,
    /// The same, as it came.
    pub raw: String,
}

impl Heard {
    pub fn kind(&self) -> &str {
        self.body["type"].as_str().expect("a kind")
    }

    /// What [`happens`](super::telling::happens) told.
    pub fn told(&self) -> &str {
        self.body["data"]["told"].as_str().unwrap_or_default()
    }
}

/// How a request is answered.
#[derive(Clone)]
pub enum Reply {
    Status(u16),
    With(u16, &'static str, &'static str),
    /// Says 200 once the gate is opened.
    Waits(Arc<Notify>),
}

#[derive(Clone)]
struct Shared {
    heard: mpsc::UnboundedSender<Heard>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    /// When no other reply is left.
    usual: Arc<Mutex<Reply>>,
}

pub struct Receiver {
    pub url: String,
    heard: mpsc::UnboundedReceiver<Heard>,
    shared: Shared,
}

impl Receiver {
    /// Takes everything.
    pub async fn starts() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (sender, heard) = mpsc::unbounded_channel();
        let shared = Shared { heard: sender, replies: Arc::default(), usual: Arc::new(Mutex::new(Reply::Status(204))) };
        let router = Router::new().route("/hook", post(take)).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url: format!("http://127.0.0.1:{port}/hook"), heard, shared }
    }

    /// To the next requests, one each; those after them as usual.
    pub fn answers(&self, replies: impl IntoIterator<Item = Reply>) {
        self.shared.replies.lock().expect("nobody panics").extend(replies);
    }

    pub fn usually(&self, reply: Reply) {
        *self.shared.usual.lock().expect("nobody panics") = reply;
    }

    /// All that came in until now and was not asked for yet.
    pub fn heard(&mut self) -> Vec<Heard> {
        std::iter::from_fn(|| self.heard.try_recv().ok()).collect()
    }

    /// What was told in it.
    pub fn told(&mut self) -> Vec<String> {
        self.heard().iter().map(|heard| heard.told().to_owned()).collect()
    }

    pub fn kinds(&mut self) -> Vec<String> {
        self.heard().iter().map(|heard| heard.kind().to_owned()).collect()
    }

    /// The next request, when it comes.
    pub async fn hears(&mut self) -> Heard {
        self.heard.recv().await.expect("the server runs")
    }

    /// An endpoint that leads here, for these kinds, or for every kind.
    pub async fn listens(&self, world: &World, owner: &Owner, kinds: &[&str]) -> Endpoint {
        let wish = Wish::check(&self.url, "", kinds.iter().copied(), world.env().config.outbound.reach());
        let wish = wish.expect("it can be called");
        create_endpoint(world.env(), &Who::operator(), owner, wish).await.expect("it is added")
    }
}

async fn take(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let heard = Heard {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
        body: serde_json::from_slice(&body).unwrap_or_default(),
        raw: String::from_utf8_lossy(&body).into_owned(),
    };
    let reply = shared.replies.lock().expect("nobody panics").pop_front();
    let reply = reply.unwrap_or_else(|| shared.usual.lock().expect("nobody panics").clone());
    let _ = shared.heard.send(heard);
    match reply {
        Reply::Status(status) => StatusCode::from_u16(status).expect("a status").into_response(),
        Reply::With(status, name, value) => {
            (StatusCode::from_u16(status).expect("a status"), [(name, value)], "not now").into_response()
        }
        Reply::Waits(gate) => {
            gate.notified().await;
            StatusCode::OK.into_response()
        }
    }
}
