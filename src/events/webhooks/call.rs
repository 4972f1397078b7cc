//! One signed request to an endpoint, and what is kept of it.

use super::attempt::{Attempt, Outcome};
use super::endpoint::Endpoint;
use super::signature::{SigningSecret, signatures, timestamp};
use crate::events::Saved;
use crate::platform::outbound::{Answer, Failure, Headers, OutboundUrl};
use crate::platform::{Env, Timestamp};

/// Where to, and what signs.
pub(super) struct Route {
    pub endpoint: Endpoint,
    pub secrets: Vec<SigningSecret>,
}

/// What one call came to.
pub(super) struct Exchange {
    at: Timestamp,
    took_ms: i64,
    pub result: Result<Answer, Failure>,
}

/// What was told, and what came of it.
pub(super) struct Told<'a> {
    pub saved: &'a Saved,
    pub grant_id: &'a str,
    /// 1 for the first try.
    pub number: i64,
    pub outcome: Outcome,
    pub next_at: Option<Timestamp>,
}

/// The headers of Standard Webhooks ("Webhook headers"), as every receiver of an event gets them.
#[must_use]
pub fn webhook_headers(secrets: &[SigningSecret], event_id: &str, at: Timestamp, body: &[u8]) -> Headers {
    let moment = timestamp(at);
    Headers::default()
        .with("content-type", "application/json")
        .with("webhook-id", event_id)
        .with("webhook-timestamp", &moment)
        .with("webhook-signature", &signatures(secrets, event_id, &moment, body))
}

/// Sends `body`, signed.
pub(super) async fn call(env: &Env, route: &Route, event_id: &str, body: Vec<u8>) -> Exchange {
    let at = env.now();
    let headers = webhook_headers(&route.secrets, event_id, at, &body);
    // What may be called can have been narrowed since the address was given.
    let result = match OutboundUrl::check(&route.endpoint.url, env.config.outbound.reach()) {
        Ok(url) => env.outbound.post(&url, headers, body).await,
        Err(_) => Err(Failure::AddressRefused),
    };
    // The clock may be set back meanwhile.
    Exchange { at, took_ms: env.now().since_ms(at).max(0), result }
}

pub(super) fn attempt(env: &Env, endpoint: &Endpoint, told: &Told<'_>, exchange: Exchange) -> Attempt {
    let (status, answer, failure) = match exchange.result {
        Ok(answer) => (Some(i64::from(answer.status)), answer.body, None),
        Err(failure) => (None, String::new(), Some(failure.word().to_owned())),
    };
    Attempt {
        id: env.id("try"),
        endpoint_id: endpoint.id.clone(),
        event_id: told.saved.id.clone(),
        kind: told.saved.event.kind.name().to_owned(),
        subject: told.saved.event.subject.id().to_owned(),
        grant_id: told.grant_id.to_owned(),
        number: told.number,
        outcome: told.outcome,
        status,
        failure,
        answer,
        took_ms: exchange.took_ms,
        at: exchange.at,
        next_at: told.next_at,
    }
}
