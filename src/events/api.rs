//! The feed of events: a page at a time, with patience, or as a stream.

use std::collections::VecDeque;
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

use super::feed::{FeedError, LookUp, Reader, last_place};
use super::view::EventView;
use super::{Hearer, Saved};
use crate::access::{Authority, Bearer};
use crate::platform::limits::Held;
use crate::platform::web::{Problem, ProblemBody, Query};
use crate::platform::{Env, Timestamp};

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

/// Where the caller begins.
#[derive(Clone, Copy)]
enum Begin {
    First,
    Behind(i64),
    /// With what happens from now on.
    Now,
}

/// What the caller asks for.
#[derive(Clone, Copy)]
struct Asked {
    begin: Begin,
    limit: usize,
    wait_s: i64,
}

/// Read events
///
/// What happened in the workspace, in its order, as far as the grant covers it: a number's events only when it covers the
/// number, and each kind only with its scope. The section `webhooks` of this document lists every kind with its scope, its `data`
/// and a sample, and so does the page `/developers/events`.
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
            Without it, from the first event that is kept; with `now`, from the next one that happens."),
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
    let hearer = Hearer::Grant(authority);
    let after = match asked.begin {
        Begin::First => None,
        Begin::Behind(place) => Some(place),
        Begin::Now => {
            let last = last_place(&env, &hearer.subject()).await;
            Some(last.map_err(|error| Problem::broken(&error, "the last place of the events could not be read"))?)
        }
    };
    let mut reader = Reader::new(&env, hearer, look_up);
    if streams {
        // The first look says whether the place is one to go on from, while there is still a status to say it with.
        let first = reader.wait(after, asked.limit, env.now()).await.map_err(problem)?;
        let waiting = first.events.into_iter().map(told).collect();
        let stream = Stream { reader, place: first.next, limit: asked.limit, waiting, tell: told };
        return Ok(stream.answer(env, None));
    }
    let patience = asked.wait_s.min(i64::try_from(env.config.server.request_timeout_s).unwrap_or(0) - BEFORE_TIMEOUT_S);
    let page = reader.wait(after, asked.limit, env.now().plus_s(patience.max(0))).await.map_err(problem)?;
    let next = page.next.to_string();
    Ok(JsonAnswer(EventList { data: page.events.into_iter().map(EventView::from).collect(), next }).into_response())
}

fn wants_stream(headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepts.split(',').any(|one| one.split(';').next().is_some_and(|kind| kind.trim() == "text/event-stream"))
}

/// How far somebody came who opens a stream again.
pub(super) fn last_event_id(headers: &HeaderMap) -> Option<String> {
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
    let begin = match last_event_id.or(query.after).as_deref() {
        None => Begin::First,
        Some("now") => Begin::Now,
        Some(place) => {
            let place = place.parse().ok().filter(|place| *place >= 0);
            Begin::Behind(place.ok_or_else(unknown_place)?)
        }
    };
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE_DEFAULT);
    Ok(Asked { begin, limit, wait_s: wait_s.unwrap_or(0) })
}

fn invalid(param: &'static str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_request", detail).param(param)
}

fn unknown_place() -> Problem {
    invalid("after", "`after` must be the `next` of a page, the id of an event of the stream, or `now`.")
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

pub(super) type Told = Result<SentEvent, axum::Error>;

/// Events as they come, after those that wait already. It ends with the access, without a word: the next call says why.
pub(super) struct Stream {
    pub reader: Reader,
    /// Behind which it goes on.
    pub place: i64,
    /// How many events are read at once.
    pub limit: usize,
    pub waiting: VecDeque<Told>,
    pub tell: fn(Saved) -> Told,
}

impl Stream {
    /// `held` is what it takes as long as it is open.
    pub(super) fn answer(self, env: Env, held: Option<Held>) -> Response {
        let until = env.now().plus_s(STREAM_S);
        let events = stream::unfold((self, held), move |(mut stream, held)| {
            let env = env.clone();
            async move {
                let told = stream.next(&env, until).await?;
                Some((told, (stream, held)))
            }
        });
        let mut response = Sse::new(events).keep_alive(KeepAlive::default()).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    async fn next(&mut self, env: &Env, until: Timestamp) -> Option<Told> {
        loop {
            if let Some(told) = self.waiting.pop_front() {
                return Some(told);
            }
            if env.now() >= until || self.reader.is_stopping() {
                return None;
            }
            let page = self.reader.wait(Some(self.place), self.limit, until).await.ok()?;
            self.place = page.next;
            self.waiting.extend(page.events.into_iter().map(self.tell));
        }
    }
}

fn told(saved: Saved) -> Told {
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
