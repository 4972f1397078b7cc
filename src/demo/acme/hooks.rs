//! What Acme CRM is told by webhooks: it checks each with the published library, and takes it once.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;
use standardwebhooks::Webhook;

/// Events that Acme remembers, to know one that comes again.
const REMEMBERED: usize = 200;

/// What came in, newest last.
#[derive(Default)]
pub struct Inbox(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    secret: Option<String>,
    taken: VecDeque<Taken>,
    /// Acme can be too busy, once.
    is_busy: bool,
    turned_away: Vec<String>,
}

/// An event whose signature was right.
#[derive(Debug, Clone)]
pub struct Taken {
    pub id: String,
    pub body: Value,
}

impl Taken {
    /// Such as `message.received`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap_or_default()
    }

    /// The text of a message that came in.
    #[must_use]
    pub fn text(&self) -> &str {
        self.body["data"]["text"]["body"].as_str().unwrap_or_default()
    }
}

impl Inbox {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// With which secret events are signed from now on.
    pub fn expects(&self, secret: String) {
        self.memory().secret = Some(secret);
    }

    #[must_use]
    pub fn is_told(&self) -> bool {
        self.memory().secret.is_some()
    }

    /// Turns the next event away with 503.
    pub fn is_busy_once(&self) {
        self.memory().is_busy = true;
    }

    /// All events that were taken, oldest first.
    #[must_use]
    pub fn taken(&self) -> Vec<Taken> {
        self.memory().taken.iter().cloned().collect()
    }

    /// Ids of events that were turned away.
    #[must_use]
    pub fn turned_away(&self) -> Vec<String> {
        self.memory().turned_away.clone()
    }

    /// What Acme answers to an event.
    pub fn comes(&self, headers: &HeaderMap, body: &Bytes) -> StatusCode {
        let mut memory = self.memory();
        let Some(webhook) = memory.secret.as_deref().and_then(|secret| Webhook::new(secret).ok()) else {
            return StatusCode::NOT_FOUND;
        };
        if webhook.verify(body, headers).is_err() {
            return StatusCode::BAD_REQUEST;
        }
        let id = headers.get("webhook-id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
        if std::mem::take(&mut memory.is_busy) {
            memory.turned_away.push(id);
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        // The same event may come twice: the id tells.
        if memory.taken.iter().all(|taken| taken.id != id) {
            memory.taken.push_back(Taken { id, body: serde_json::from_slice(body).unwrap_or_default() });
            if memory.taken.len() > REMEMBERED {
                memory.taken.pop_front();
            }
        }
        StatusCode::NO_CONTENT
    }
}
