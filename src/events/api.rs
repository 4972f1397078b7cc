//! The feed of events: a page at a time, with patience, or as a stream.

use std::sync::Arc;

use axum::Json as JsonAnswer;
use axum::extract::State as FromState;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event as SentEvent, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::feed::{FeedError, LookUp, Page, Reader};
use super::{Hearer, Saved, Subject};
use crate::access::{Authority, Bearer};
use crate::platform::Env;
use crate::platform::web::{Problem, ProblemBody, Query};

const PAGE_DEFAULT: usize = 50;
const PAGE_MAX: usize = 200;
/// Seconds for which a caller may wait for news.
const WAIT_MAX_S: i64 = 30;
/// A request that is given up answers nothing: who waits is answered this much earlier.
const BEFORE_TIMEOUT_S: i64 = 5;
/// A stream ends after this long, and its reader opens it again: connections that nobody reads do not stay for ever.
const STREAM_S: i64 = 3600;

const LAST_EVENT_ID: &str = "last-event-id";

/// The operations of this room, to be put behind the bearer check.
#[must_use]
pub fn api_routes() -> OpenApiRouter<Env> {
    OpenApiRouter::new().routes(routes!(get_events))
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
#[schema(as = Event, example = json!({
    "id": "evt_019b76da7c0075b8a7a6d8d5d8c1d3f4", "type": "number.state_changed", "timestamp": "2026-01-01T00:00:00.000Z",
    "workspace_id": "wsp_019b76da7c0075b8a7a6d8d5d8c1d3f0",
    "data": { "id": "num_019b76da7c0075b8a7a6d8d5d8c1d3f1", "state": "linked" }
}))]
struct EventView {
    /// The same however often the event is told.
    id: String,
    /// What happened, such as `message.received`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// When. RFC 3339, UTC.
    #[schema(format = DateTime)]
    timestamp: String,
    #[schema(required)]
    workspace_id: Option<String>,
    /// What it happened to, as it was then.
    data: serde_json::Value,
}

impl From<Saved> for EventView {
    fn from(saved: Saved) -> Self {
        Self {
            id: saved.id,
            kind: saved.event.kind.name(),
            timestamp: saved.created_at.rfc3339(),
            workspace_id: match saved.event.subject {
                Subject::Workspace(id) => Some(id),
                Subject::App(_) => None,
            },
            data: saved.event.data,
        }
    }
}

/// A page of events.
#[derive(Serialize, ToSchema)]
struct EventList {
    /// In the order in which they happened.
    data: Vec<EventView>,
    /// Send it as `after` to go on. It is there on every page, also on one without events.
    #[schema(example = "1042")]
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct FeedQuery {
    after: Option<String>,
    limit: Option<String>,
    wait: Option<String>,
}

/// What the caller asks for.
#[derive(Clone, Copy)]
struct Asked {
    after: Option<i64>,
    limit: usize,
    wait_s: i64,
}

/// Read events
///
/// What happened in the workspace, in its order, as far as the grant covers it: a number's events only when it covers the
/// number, and each kind only with its scope. `message.received` needs `messages:read`; what becomes of a message that goes
/// out, `messages:read`, or `messages:send` when the app sent it; `number.linked`, `number.unlinked` and `number.state_changed`,
/// `numbers:read`; `number.link_code_issued`, `numbers:manage`. `grant.created` and `grant.changed` are told of the app's own grant.
///
/// Keep `next`, and send it as `after` once the page is dealt with: then nothing is missed, and after a crash the last page
/// comes again. With `wait` the answer comes as soon as there is something to tell. With `Accept: text/event-stream` the events come as
/// they happen, each with its place as `id`: send the last one as `Last-Event-ID`, or as `after`, to go on.
#[utoipa::path(
    get,
    path = "/v1/events",
    operation_id = "list_events",
    tag = "events",
    params(
        ("after" = Option<String>, Query, nullable = false, description = "Go on behind this place: the `next` of a page. \
            Without it, from the first event that is kept."),
        ("limit" = Option<usize>, Query, nullable = false, minimum = 1, maximum = 200,
         description = "How many at most; 50 without it."),
        ("wait" = Option<i64>, Query, nullable = false, minimum = 0, maximum = 30,
         description = "Seconds to wait when there is nothing yet; 0 without it."),
    ),
    responses(
        (status = OK, description = "A page of events.", body = EventList),
        (status = BAD_REQUEST, description = "`invalid_request`: a parameter is unknown or wrong.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = GONE, description = "`events_forgotten`: events behind this place are no longer kept. Begin anew without `after`.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn get_events(
    FromState(env): FromState<Env>,
    authority: Authority,
    bearer: Bearer,
    headers: HeaderMap,
    Query(query): Query<FeedQuery>,
) -> Result<Response, Problem> {
    let streams = wants_stream(&headers);
    let asked = asked(query, streams.then(|| last_event_id(&headers)).flatten())?;
    let look_up: LookUp = Arc::new(move || {
        let bearer = bearer.clone();
        Box::pin(async move { Ok(bearer.authority().await?.map(Hearer::Grant)) })
    });
    let mut reader = Reader::new(&env, Hearer::Grant(authority), look_up);
    if streams {
        // The first look says whether the place is one to go on from, while there is still a status to say it with.
        let first = reader.wait(asked.after, asked.limit, env.now()).await.map_err(problem)?;
        return Ok(stream(env, reader, asked.limit, first));
    }
    let patience = asked.wait_s.min(i64::try_from(env.config.server.request_timeout_s).unwrap_or(0) - BEFORE_TIMEOUT_S);
    let page = reader.wait(asked.after, asked.limit, env.now().plus_s(patience.max(0))).await.map_err(problem)?;
    let next = page.next.to_string();
    Ok(JsonAnswer(EventList { data: page.events.into_iter().map(EventView::from).collect(), next }).into_response())
}

fn wants_stream(headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepts.split(',').any(|one| one.split(';').next().is_some_and(|kind| kind.trim() == "text/event-stream"))
}

fn last_event_id(headers: &HeaderMap) -> Option<String> {
    headers.get(LAST_EVENT_ID)?.to_str().ok().map(ToOwned::to_owned)
}

fn asked(query: FeedQuery, last_event_id: Option<String>) -> Result<Asked, Problem> {
    let number = |param: &'static str, text: &str, from: i64, to: i64| {
        let number = text.parse::<i64>().ok().filter(|number| (from..=to).contains(number));
        number.ok_or_else(|| invalid(param, format!("`{param}` must be a whole number from {from} to {to}.")))
    };
    let limit = query.limit.map(|text| number("limit", &text, 1, PAGE_MAX as i64)).transpose()?;
    let wait_s = query.wait.map(|text| number("wait", &text, 0, WAIT_MAX_S)).transpose()?;
    // A browser that opens a stream again sends both: where it began, and how far it came.
    let after = last_event_id.or(query.after).map(|text| text.parse::<i64>().ok().filter(|after| *after >= 0));
    let after = after.map(|after| after.ok_or_else(unknown_place)).transpose()?;
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE_DEFAULT);
    Ok(Asked { after, limit, wait_s: wait_s.unwrap_or(0) })
}

fn invalid(param: &'static str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_request", detail).param(param)
}

fn unknown_place() -> Problem {
    invalid("after", "`after` must be the `next` of a page, or the id of an event of the stream.")
}

fn problem(error: FeedError) -> Problem {
    match error {
        FeedError::Forgotten => {
            let detail = "Events behind this place are no longer kept. Begin anew without `after`.";
            Problem::new(StatusCode::GONE, "events_forgotten", detail).param("after")
        }
        FeedError::Unknown => unknown_place(),
        FeedError::Ended => {
            let detail = "The access ended while you waited. Refresh the token, or ask for access again.";
            Problem::new(StatusCode::UNAUTHORIZED, "invalid_token", detail)
                .challenge(String::from("Bearer realm=\"Grantline\", error=\"invalid_token\""))
        }
        FeedError::Storage(error) => Problem::broken(&error, "events could not be read"),
        FeedError::Access(error) => Problem::broken(&*error, "the access of a reader of events could not be looked up"),
    }
}

/// Events as they come, beginning with `first`. It ends with the access, without a word: the next call says why.
fn stream(env: Env, reader: Reader, limit: usize, first: Page) -> Response {
    let until = env.now().plus_s(STREAM_S);
    let begun = (reader, first.next, first.events.into_iter());
    let events = stream::unfold(begun, move |(mut reader, mut place, mut waiting)| {
        let env = env.clone();
        async move {
            loop {
                if let Some(saved) = waiting.next() {
                    let told = told(saved);
                    return Some((told, (reader, place, waiting)));
                }
                if env.now() >= until || reader.is_stopping() {
                    return None;
                }
                let page = reader.wait(Some(place), limit, until).await.ok()?;
                place = page.next;
                waiting = page.events.into_iter();
            }
        }
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::default()).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn told(saved: Saved) -> Result<SentEvent, axum::Error> {
    let event = SentEvent::default().id(saved.seq.to_string()).event(saved.event.kind.name());
    event.json_data(EventView::from(saved))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_what_the_caller_accepts() {
        let accepts = |text: &'static str| {
            wants_stream(&HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(text))]))
        };
        assert!(accepts("text/event-stream") && accepts("application/json;q=0.5, text/event-stream;q=1"));
        assert!(!accepts("*/*") && !accepts("application/json") && !wants_stream(&HeaderMap::new()));
    }
}
