//! Endpoints and what was tried, as the API shows them.

use serde::Serialize;
use utoipa::ToSchema;

use super::attempt::Attempt;
use super::endpoint::Endpoint;
use super::endpoints::Secrets;
use crate::platform::Timestamp;

/// A webhook endpoint.
#[derive(Serialize, ToSchema)]
#[schema(as = Webhook)]
pub struct WebhookView {
    #[schema(example = "whe_019b76da7c0075b8a7a6d8d5d8c1d3f2")]
    id: String,
    /// Where events are brought.
    #[schema(example = "https://app.example.com/hook")]
    url: String,
    description: String,
    /// Of which kinds it is told; of every kind when it is empty.
    #[schema(example = json!(["message.received", "grant.revoked"]))]
    events: Vec<&'static str>,
    /// `active`, `paused`, or `disabled` by us.
    #[schema(example = "active")]
    state: &'static str,
    /// Why it is disabled: `failing` for five days, or `gone` (it answered 410).
    #[schema(required)]
    reason: Option<String>,
    /// Since when nothing has arrived. RFC 3339, UTC.
    #[schema(required, format = DateTime)]
    failing_since: Option<String>,
    /// RFC 3339, UTC.
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<Endpoint> for WebhookView {
    fn from(endpoint: Endpoint) -> Self {
        Self {
            id: endpoint.id,
            url: endpoint.url,
            description: endpoint.description,
            events: endpoint.filter.kinds().iter().map(|kind| kind.name()).collect(),
            state: endpoint.state.name(),
            reason: endpoint.reason,
            failing_since: endpoint.failing_since.map(Timestamp::rfc3339),
            created_at: endpoint.created_at.rfc3339(),
        }
    }
}

/// A webhook endpoint that was just added.
#[derive(Serialize, ToSchema)]
#[schema(as = NewWebhookAnswer)]
pub struct NewWebhookView {
    #[serde(flatten)]
    pub endpoint: WebhookView,
    /// Give it to a library of Standard Webhooks, which checks the signatures with it.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub secret: String,
}

/// An app's webhook endpoints.
#[derive(Serialize, ToSchema)]
pub struct WebhookList {
    /// Oldest first.
    pub data: Vec<WebhookView>,
}

/// A secret that signs.
#[derive(Serialize, ToSchema)]
pub struct WebhookSecret {
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: String,
    /// Until when, if it is being replaced. RFC 3339, UTC.
    #[schema(required, format = DateTime)]
    until: Option<String>,
}

/// The secrets of a webhook endpoint.
#[derive(Serialize, ToSchema)]
pub struct SecretList {
    /// Newest first.
    data: Vec<WebhookSecret>,
}

impl From<Secrets> for SecretList {
    fn from(secrets: Secrets) -> Self {
        let mut data = vec![WebhookSecret { secret: secrets.newest.reveal(), until: None }];
        data.extend(
            secrets
                .old
                .map(|old| WebhookSecret { secret: old.reveal(), until: secrets.old_until.map(Timestamp::rfc3339) }),
        );
        Self { data }
    }
}

/// One try to tell an endpoint of one event.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookAttempt)]
pub struct AttemptView {
    #[schema(example = "try_019b76da7c0075b8a7a6d8d5d8c1d3f2")]
    id: String,
    /// The event, also the header `webhook-id`.
    #[schema(example = "evt_019b76da7c0075b8a7a6d8d5d8c1d3f4")]
    event_id: String,
    #[serde(rename = "type")]
    #[schema(example = "message.received")]
    kind: String,
    /// 1 for the first try.
    attempt: i64,
    /// `delivered`; `again`: it will be tried again; `failed`: that was the last try; `recovered`: it failed, and arrived when it
    /// was told again; `test`: a sample.
    #[schema(example = "delivered")]
    outcome: &'static str,
    /// What the receiver answered, if it did.
    #[schema(required, example = 204)]
    status: Option<i64>,
    /// Why there was no answer: `address_refused`, `not_resolved`, `not_connected`, `tls`, `timed_out` or `broke_off`.
    #[schema(required)]
    failure: Option<String>,
    /// The first kilobyte of the answer.
    answer: String,
    /// Milliseconds.
    took_ms: i64,
    /// RFC 3339, UTC.
    #[schema(format = DateTime)]
    at: String,
    /// When it is tried again. RFC 3339, UTC.
    #[schema(required, format = DateTime)]
    next_at: Option<String>,
}

impl From<Attempt> for AttemptView {
    fn from(attempt: Attempt) -> Self {
        Self {
            id: attempt.id,
            event_id: attempt.event_id,
            kind: attempt.kind,
            attempt: attempt.number,
            outcome: attempt.outcome.name(),
            status: attempt.status,
            failure: attempt.failure,
            answer: attempt.answer,
            took_ms: attempt.took_ms,
            at: attempt.at.rfc3339(),
            next_at: attempt.next_at.map(Timestamp::rfc3339),
        }
    }
}

/// A page of tries.
#[derive(Serialize, ToSchema)]
pub struct AttemptList {
    /// Newest first.
    pub data: Vec<AttemptView>,
    /// Send it as `after` to get the next page, of older tries; `null` on the last page.
    #[schema(required, example = "try_019b76da7c0075b8a7a6d8d5d8c1d3f2")]
    pub next: Option<String>,
}

/// How many events are told again.
#[derive(Serialize, ToSchema)]
pub struct Recovered {
    pub events: i64,
}
