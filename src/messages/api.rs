//! The API of messages.

mod media;
mod new;

use axum::Json as JsonAnswer;
use axum::extract::{Path, State as FromState};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use grantline_whatsapp::FileKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::new::NewMessage;
pub(super) use self::new::{NewText, body_of};
use super::media::types_of;
use super::view::MessageView;
use super::{
    Accepted, Direction, Filter, IdempotencyKey, Kind, ListError, ListRefusal, NumberRefusal, SendError, SendRefusal,
    State, find, list, send,
};
use crate::access::Authority;
use crate::audit::{Actor, Who};
use crate::platform::Env;
use crate::platform::web::{ClientAddress, Json, Problem, ProblemBody, Query, RequestId};

const PAGE_DEFAULT: usize = 20;
/// When to look again after a number's queue was full: some of it has left by then, or the number is held up for longer.
const QUEUE_FULL_RETRY_S: i64 = 60;
const PAGE_MAX: usize = 100;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The operations of this room, to be put behind the bearer check. They find [`super::Files`] among the request's extensions.
#[must_use]
pub fn api_routes() -> OpenApiRouter<Env> {
    OpenApiRouter::new()
        .routes(routes!(get_messages, post_message))
        .routes(routes!(get_message))
        .routes(routes!(media::get_media))
        .routes(routes!(media::post_media))
}

/// Send a message
///
/// The message is queued; its number hands it to WhatsApp, in the order in which that number's messages were taken. What
/// becomes of it is told by its `state`. A message that cannot be handed over is tried again for a day. A file is handed in
/// first, with `POST /v1/media`.
///
/// With an `Idempotency-Key` the same request can be sent again, at any time, without sending the message twice. The key is
/// remembered as long as the message; a request that was refused is not remembered.
#[utoipa::path(
    post,
    path = "/v1/messages",
    operation_id = "send_message",
    tag = "messages",
    params((
        "Idempotency-Key" = Option<String>, Header, nullable = false, min_length = 1, max_length = 255,
        description = "Your name for this request: 1 to 255 visible ASCII characters, such as a UUID.",
        example = "8e03978e-40d5-43e8-bc93-6894a57f9324",
    )),
    request_body = NewMessage,
    responses(
        (status = ACCEPTED, description = "The message, queued; or as it is by now, when the key was known.",
         body = MessageView, headers(
            ("Location" = String, description = "Where the message is found."),
            ("Idempotency-Replayed" = bool, description = "`true` when an earlier request with this key was answered again."),
        )),
        (status = BAD_REQUEST, description = "`invalid_json`; `invalid_request`: a field is missing, unknown or wrong, the file is of a \
            type that such a message cannot carry, or `reply_to` stands in another chat; `number_required`: the grant covers several linked numbers.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "`number_not_found`: the grant covers no such number; `media_not_found`: your app \
            handed in no such file, or it is no longer kept; `message_not_found`: the grant covers no such message to answer.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "`number_not_linked`: the number is not linked to WhatsApp.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = PAYLOAD_TOO_LARGE, description = "`body_too_large`: the request is larger than 64 KiB.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = UNSUPPORTED_MEDIA_TYPE, description = "`unsupported_media_type`: the body is not `application/json`.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "`idempotency_key_reused`: the key was used for another request.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "`too_many_requests`: the grant makes more calls a minute than it may. \
            `queue_full`: as many messages wait to leave this number as may wait. \
            `Retry-After` says when to try again.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn post_message(
    FromState(env): FromState<Env>,
    authority: Authority,
    ClientAddress(address): ClientAddress,
    RequestId(request_id): RequestId,
    headers: HeaderMap,
    Json(new): Json<NewMessage>,
) -> Result<Response, Problem> {
    let key = idempotency_key(&headers)?;
    let new = new.read()?;
    let actor = Actor::App { id: authority.grant_id.clone(), name: authority.app_name.clone() };
    let who = Who { actor, address, request_id };
    let Accepted { message, replayed } = send(&env, &authority, &who, new, key).await.map_err(send_problem)?;
    let mut response = (StatusCode::ACCEPTED, JsonAnswer(MessageView::of(&message))).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("/v1/messages/{}", message.id)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    if replayed {
        response.headers_mut().insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

pub(super) fn invalid(param: &'static str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_request", detail).param(param)
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, Problem> {
    let mut sent = headers.get_all(&IDEMPOTENCY_KEY).iter();
    match (sent.next(), sent.next()) {
        (None, _) => Ok(None),
        (Some(key), None) => IdempotencyKey::parse(key.as_bytes())
            .map(Some)
            .map_err(|_| invalid("Idempotency-Key", "`Idempotency-Key` must be 1 to 255 visible ASCII characters.")),
        (Some(_), Some(_)) => Err(invalid("Idempotency-Key", "`Idempotency-Key` must be there once.")),
    }
}

fn send_problem(error: SendError) -> Problem {
    match error {
        SendError::Refused(SendRefusal::Number(NumberRefusal::NotFound)) => number_not_found(),
        SendError::Refused(SendRefusal::Number(NumberRefusal::NotLinked)) => Problem::new(
            StatusCode::CONFLICT,
            "number_not_linked",
            "The number is not linked to WhatsApp. Ask the workspace to link it again; GET /v1/numbers tells its state.",
        )
        .param("number_id"),
        SendError::Refused(SendRefusal::Number(NumberRefusal::Several)) => Problem::new(
            StatusCode::BAD_REQUEST,
            "number_required",
            "This grant covers several linked numbers. Say in `number_id` which one sends; GET /v1/numbers lists them.",
        )
        .param("number_id"),
        SendError::Refused(SendRefusal::KeyReused) => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency_key_reused",
            "This `Idempotency-Key` was used for another request. Use a new one for each message.",
        )
        .param("Idempotency-Key"),
        SendError::Refused(SendRefusal::QueueFull) => Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "queue_full",
            "As many messages wait to leave this number as may wait. Send more when some have left; GET /v1/messages?state=queued lists them.",
        )
        .param("number_id")
        .retry_after_s(QUEUE_FULL_RETRY_S),
        SendError::Refused(SendRefusal::NoMedia(kind)) => Problem::new(
            StatusCode::NOT_FOUND,
            "media_not_found",
            "Your app handed in no such file, or it is no longer kept. POST /v1/media takes it and answers its id.",
        )
        .param(format!("{}.media_id", Kind::from(kind).name())),
        SendError::Refused(SendRefusal::WrongType(kind)) => wrong_type(kind),
        SendError::Refused(SendRefusal::NoSuchReply) => message_not_found().param("reply_to"),
        SendError::Refused(SendRefusal::ReplyElsewhere) => {
            invalid("reply_to", "`reply_to` must be a message of the same number and the same chat.")
        }
        SendError::Storage(error) => Problem::broken(&error, "a message could not be taken"),
    }
}

fn wrong_type(kind: FileKind) -> Problem {
    let (param, taken) = (Kind::from(kind).name(), types_of(kind).join(", "));
    let detail =
        format!("A message of the type `{param}` carries {taken}; this file was handed in with another Content-Type.");
    invalid("media_id", detail).param(format!("{param}.media_id"))
}

pub(super) fn message_not_found() -> Problem {
    let detail = "There is no such message, or this grant does not cover its number.";
    Problem::new(StatusCode::NOT_FOUND, "message_not_found", detail)
}

fn number_not_found() -> Problem {
    let detail = "This grant covers no such number. GET /v1/numbers lists those that it covers.";
    Problem::new(StatusCode::NOT_FOUND, "number_not_found", detail).param("number_id")
}

/// Look at a message
#[utoipa::path(
    get,
    path = "/v1/messages/{id}",
    operation_id = "get_message",
    tag = "messages",
    params(("id" = String, Path, description = "The message's id.", example = "msg_019b76da7c0075b8a7a6d8d5d8c1d3f2")),
    responses(
        (status = OK, description = "The message.", body = MessageView),
        (status = NOT_FOUND, description = "`message_not_found`: the grant covers no such message.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn get_message(
    FromState(env): FromState<Env>,
    authority: Authority,
    Path(id): Path<String>,
) -> Result<JsonAnswer<MessageView>, Problem> {
    let found = find(&env, &authority, &id).await;
    let found = found.map_err(|error| Problem::broken(&error, "a message could not be looked up"))?;
    Ok(JsonAnswer(MessageView::of(&found.ok_or_else(message_not_found)?)))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ListQuery {
    number_id: Option<String>,
    direction: Option<String>,
    state: Option<String>,
    after: Option<String>,
    limit: Option<String>,
}

/// A page of messages.
#[derive(Serialize, ToSchema)]
struct MessageList {
    /// Newest first.
    data: Vec<MessageView>,
    /// Send it as `after` to get the next page, of older messages; `null` on the last page.
    #[schema(required, example = "msg_019b76da7c0075b8a7a6d8d5d8c1d3f2")]
    next: Option<String>,
}

/// List messages
///
/// Messages of the numbers that the grant covers, sent by any app or received, newest first. Ask again with `after` for
/// older ones; messages that are new meanwhile do not move the pages.
#[utoipa::path(
    get,
    path = "/v1/messages",
    operation_id = "list_messages",
    tag = "messages",
    params(
        ("number_id" = Option<String>, Query, nullable = false, description = "Only messages of this number."),
        ("direction" = Option<Direction>, Query, nullable = false, description = "Only messages that went out, or came in."),
        ("state" = Option<State>, Query, nullable = false, description = "Only messages in this state."),
        ("after" = Option<String>, Query, nullable = false, description = "Go on behind this message: the `next` of a page."),
        ("limit" = Option<usize>, Query, nullable = false, minimum = 1, maximum = 100,
         description = "How many at most; 20 without it."),
    ),
    responses(
        (status = OK, description = "A page of messages.", body = MessageList),
        (status = BAD_REQUEST, description = "`invalid_request`: a parameter is unknown or wrong.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "`number_not_found`: the grant covers no such number.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn get_messages(
    FromState(env): FromState<Env>,
    authority: Authority,
    Query(query): Query<ListQuery>,
) -> Result<JsonAnswer<MessageList>, Problem> {
    let listed = list(&env, &authority, filter_of(query)?).await.map_err(|error| match error {
        ListError::Refused(ListRefusal::NumberNotFound) => number_not_found(),
        ListError::Refused(ListRefusal::UnknownCursor) => {
            invalid("after", "`after` must be the `next` of a page of this list.")
        }
        ListError::Storage(error) => Problem::broken(&error, "messages could not be listed"),
    })?;
    let data = listed.messages.iter().map(MessageView::of).collect();
    Ok(JsonAnswer(MessageList { data, next: listed.next }))
}

fn filter_of(query: ListQuery) -> Result<Filter, Problem> {
    let limit = match query.limit.as_deref() {
        None => PAGE_DEFAULT,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=PAGE_MAX).contains(limit))
            .ok_or_else(|| invalid("limit", format!("`limit` must be a whole number from 1 to {PAGE_MAX}.")))?,
    };
    let direction = query.direction.map(|text| text.parse()).transpose();
    let direction = direction.map_err(|_| invalid("direction", "`direction` must be `out` or `in`."))?;
    let state = query.state.map(|text| text.parse()).transpose().map_err(|_| {
        let all = State::ALL.map(|state| format!("`{}`", state.name())).join(", ");
        invalid("state", format!("`state` must be one of {all}."))
    })?;
    Ok(Filter { number_id: query.number_id, direction, state, after: query.after, limit })
}
