//! The API of what was tried: look at it, tell it again, send a test.

use axum::Json as JsonAnswer;
use axum::extract::{Path, State as FromState};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::again::{AgainError, AgainRefusal, Wanted, attempts, recover, resend};
use super::attempt::Outcome;
use super::endpoint_api::{invalid, owner_of, problem};
use super::test_event::{SampleError, send_sample};
use super::view::{AttemptList, AttemptView, Recovered};
use crate::access::AppCaller;
use crate::events::Kind;
use crate::platform::web::{Json, Problem, ProblemBody, Query};
use crate::platform::{Env, Timestamp};

const PAGE_DEFAULT: i64 = 20;
const PAGE_MAX: i64 = 100;

pub(super) fn attempt_routes() -> OpenApiRouter<Env> {
    OpenApiRouter::new()
        .routes(routes!(post_test))
        .routes(routes!(get_attempts))
        .routes(routes!(post_resend))
        .routes(routes!(post_recover))
}

/// Which sample to send.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Sample {
    /// A kind of the catalogue.
    #[serde(rename = "type")]
    #[schema(example = "message.received")]
    kind: String,
}

/// Send a test event
///
/// Brings the catalogue's sample of a kind to the endpoint at once, whatever its state and filter, marked `"test": true`, and
/// answers with what came of it. It is not tried again.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/test", operation_id = "test_webhook", tag = "webhooks",
    params(("id" = String, Path, description = "The endpoint's id.", example = "whe_019b76da7c0075b8a7a6d8d5d8c1d3f2")),
    request_body = Sample,
    responses(
        (status = OK, description = "What came of it.", body = AttemptView),
        (status = BAD_REQUEST, description = "`invalid_json`; `invalid_request`: there is no such kind.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "`webhook_not_found`: the app has no such endpoint.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "`too_many_requests`: ten tests a minute are enough.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn post_test(
    FromState(env): FromState<Env>,
    caller: AppCaller,
    Path(id): Path<String>,
    Json(sample): Json<Sample>,
) -> Result<JsonAnswer<AttemptView>, Problem> {
    let kind = Kind::named(&sample.kind)
        .ok_or_else(|| invalid("type", "`type` must be a kind of the catalogue, such as message.received."))?;
    let made = send_sample(&env, &owner_of(&caller), &id, kind).await.map_err(|error| match error {
        SampleError::TooOften(wait) => {
            let detail = "An endpoint can be tested ten times a minute. Wait as long as Retry-After says.";
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail).retry_after_s(wait.retry_after_s)
        }
        SampleError::Endpoint(error) => problem(error),
    })?;
    Ok(JsonAnswer(made.into()))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct AttemptQuery {
    outcome: Option<String>,
    after: Option<String>,
    limit: Option<String>,
}

/// List what was tried
///
/// The tries of an endpoint, newest first. They are kept for some days.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}/attempts", operation_id = "list_webhook_attempts", tag = "webhooks",
    params(
        ("id" = String, Path, description = "The endpoint's id.", example = "whe_019b76da7c0075b8a7a6d8d5d8c1d3f2"),
        ("outcome" = Option<String>, Query, nullable = false, description = "`failed`: only events that were given up."),
        ("after" = Option<String>, Query, nullable = false, description = "Go on behind this try: the `next` of a page."),
        ("limit" = Option<usize>, Query, nullable = false, minimum = 1, maximum = 100,
         description = "How many at most; 20 without it."),
    ),
    responses(
        (status = OK, description = "A page of tries.", body = AttemptList),
        (status = BAD_REQUEST, description = "`invalid_request`: a parameter is unknown or wrong.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "`webhook_not_found`: the app has no such endpoint.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn get_attempts(
    FromState(env): FromState<Env>,
    caller: AppCaller,
    Path(id): Path<String>,
    Query(query): Query<AttemptQuery>,
) -> Result<JsonAnswer<AttemptList>, Problem> {
    let limit = query.limit.map(|text| {
        let limit = text.parse::<i64>().ok().filter(|limit| (1..=PAGE_MAX).contains(limit));
        limit.ok_or_else(|| invalid("limit", format!("`limit` must be a whole number from 1 to {PAGE_MAX}.")))
    });
    let limit = limit.transpose()?.unwrap_or(PAGE_DEFAULT);
    let failed = match query.outcome.as_deref() {
        None => false,
        Some(outcome) if outcome == Outcome::Failed.name() => true,
        Some(_) => return Err(invalid("outcome", "`outcome` can be `failed`.")),
    };
    // One more than is asked for tells whether there is another page.
    let wanted = Wanted { before: query.after, failed, limit: limit + 1 };
    let mut found = attempts(&env, &owner_of(&caller), &id, &wanted).await.map_err(again_problem)?;
    let has_more = found.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = found.last().filter(|_| has_more).map(|last| last.id.clone());
    Ok(JsonAnswer(AttemptList { data: found.into_iter().map(AttemptView::from).collect(), next }))
}

/// Tell an event again
///
/// Brings the event of a try to the endpoint once more, whatever came of it, under the same `webhook-id`, and apart from the order of
/// its number.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/attempts/{attempt}/resend", operation_id = "resend_webhook_event", tag = "webhooks",
    params(
        ("id" = String, Path, description = "The endpoint's id.", example = "whe_019b76da7c0075b8a7a6d8d5d8c1d3f2"),
        ("attempt" = String, Path, description = "The try's id.", example = "try_019b76da7c0075b8a7a6d8d5d8c1d3f2"),
    ),
    responses(
        (status = ACCEPTED, description = "It will be told."),
        (status = NOT_FOUND, description = "`webhook_not_found`; `attempt_not_found`.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "`webhook_not_active`: it is paused or disabled; `access_ended`: the grant under which \
            the event was told has ended; `only_a_test`: tests are not told again.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = GONE, description = "`events_forgotten`: the event is no longer kept.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn post_resend(
    FromState(env): FromState<Env>,
    caller: AppCaller,
    Path((id, attempt)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    resend(&env, &owner_of(&caller), &id, &attempt).await.map_err(again_problem)?;
    Ok(StatusCode::ACCEPTED)
}

/// From when on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Since {
    /// RFC 3339.
    #[schema(format = DateTime, example = "2026-01-01T00:00:00Z")]
    since: String,
}

/// Tell again what was given up
///
/// Brings all events to the endpoint that were given up since a moment and did not arrive later: 10,000 at most with one call.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/recover", operation_id = "recover_webhook_events", tag = "webhooks",
    params(("id" = String, Path, description = "The endpoint's id.", example = "whe_019b76da7c0075b8a7a6d8d5d8c1d3f2")),
    request_body = Since,
    responses(
        (status = ACCEPTED, description = "They will be told.", body = Recovered),
        (status = BAD_REQUEST, description = "`invalid_json`; `invalid_request`: `since` is no moment.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "`webhook_not_found`: the app has no such endpoint.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "`webhook_not_active`: it is paused or disabled.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn post_recover(
    FromState(env): FromState<Env>,
    caller: AppCaller,
    Path(id): Path<String>,
    Json(since): Json<Since>,
) -> Result<(StatusCode, JsonAnswer<Recovered>), Problem> {
    let since = Timestamp::of_rfc3339(&since.since)
        .ok_or_else(|| invalid("since", "`since` must be a moment such as 2026-01-01T00:00:00Z."))?;
    let recovered = recover(&env, &owner_of(&caller), &id, since).await.map_err(again_problem)?;
    Ok((StatusCode::ACCEPTED, JsonAnswer(Recovered { events: recovered })))
}

fn again_problem(error: AgainError) -> Problem {
    match error {
        AgainError::Refused(refusal) => {
            let (status, code) = match refusal {
                AgainRefusal::NoSuchEndpoint => (StatusCode::NOT_FOUND, "webhook_not_found"),
                AgainRefusal::NoSuchAttempt => (StatusCode::NOT_FOUND, "attempt_not_found"),
                AgainRefusal::NotActive => (StatusCode::CONFLICT, "webhook_not_active"),
                AgainRefusal::Forgotten => (StatusCode::GONE, "events_forgotten"),
                AgainRefusal::AccessEnded => (StatusCode::CONFLICT, "access_ended"),
                AgainRefusal::OnlyATest => (StatusCode::CONFLICT, "only_a_test"),
            };
            Problem::new(status, code, refusal.to_string())
        }
        AgainError::Storage(error) => Problem::broken(&error, "webhook attempts could not be read"),
    }
}
