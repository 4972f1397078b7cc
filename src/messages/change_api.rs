//! The API of changes: editing a message, taking it back, and saying that it was read.

use axum::Json as JsonAnswer;
use axum::extract::{FromRef, Path, State as FromState};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::api::{NewText, body_of, invalid, message_not_found};
use super::view::MessageView;
use super::{ChangeError, ChangeRefusal, Desk, delete, edit, mark_read};
use crate::access::Authority;
use crate::audit::{Actor, Who};
use crate::numbers::{self, OfWhatsapp};
use crate::platform::Env;
use crate::platform::web::{ClientAddress, Json, Object, Problem, ProblemBody, RequestId};

/// When to look again at a message that is being handed over, or changed by somebody else.
const BUSY_RETRY_S: i64 = 5;

/// The operations that need a number's session, to be put behind the bearer check.
#[must_use]
pub fn change_routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(patch_message, delete_message)).routes(routes!(post_read))
}

impl FromRef<Desk> for Env {
    fn from_ref(desk: &Desk) -> Self {
        desk.env.clone()
    }
}

/// What a message shall say: as a text, or beside its picture, film or document.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": { "body": "Your table is booked for Friday at 20:00." } }))]
struct MessageEdit {
    #[schema(value_type = NewText, inline)]
    text: Object<NewText>,
}

fn who(authority: &Authority, address: String, request_id: String) -> Who {
    let actor = Actor::App { id: authority.grant_id.clone(), name: authority.app_name.clone() };
    Who { actor, address, request_id }
}

/// Edit a message
///
/// Puts other words into a message that was sent through the API: into a text, or beside a picture, a film or a document, where
/// there is room for 1024 characters. One that is still queued is changed before it leaves; of one
/// that left, phones show that it was edited. WhatsApp takes edits for some 15 minutes after a message was sent. An app edits
/// what it sent itself, and with `messages:read` whatever was sent through the API from the numbers that its grant covers.
///
/// The same edit can be sent again: a message that says this already stays as it is.
#[utoipa::path(
    patch,
    path = "/v1/messages/{id}",
    operation_id = "edit_message",
    tag = "messages",
    params(("id" = String, Path, description = "The message's id.", example = "msg_019b76da7c0075b8a7a6d8d5d8c1d3f2")),
    request_body = MessageEdit,
    responses(
        (status = OK, description = "The message, as it is now.", body = MessageView),
        (status = BAD_REQUEST, description = "`invalid_json`; `invalid_request`: a field is missing, unknown or wrong.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "`message_not_found`: the grant covers no such message.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "`message_leaving`: it is being handed to WhatsApp at this moment. `change_under_way`: \
            it is being changed already. `message_deleted`. `message_failed`: nobody has it. \
            `number_not_linked`: its number is not linked to WhatsApp.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = PAYLOAD_TOO_LARGE, description = "`body_too_large`: the request is larger than 64 KiB.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = UNSUPPORTED_MEDIA_TYPE, description = "`unsupported_media_type`: the body is not `application/json`.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "`not_sent_here`: the message came in, or was written on the phone. \
            `no_words`: phones show no words with a message of its type. `refused_by_whatsapp`: it is too old, for example.",
         body = ProblemBody, content_type = "application/problem+json"),
        OfWhatsapp,
    ),
)]
async fn patch_message(
    FromState(desk): FromState<Desk>,
    authority: Authority,
    ClientAddress(address): ClientAddress,
    RequestId(request_id): RequestId,
    Path(id): Path<String>,
    Json(wanted): Json<MessageEdit>,
) -> Result<JsonAnswer<MessageView>, Problem> {
    let body = body_of(wanted.text.0)?;
    let who = who(&authority, address, request_id);
    let message = edit(&desk, &authority, &who, &id, body).await.map_err(problem)?;
    Ok(JsonAnswer(MessageView::of(&message)))
}

/// Delete a message for everyone
///
/// Takes back a message that was sent through the API; what it said is gone here too. One that is still queued never leaves: its state
/// is `failed` then, for the reason `deleted`. WhatsApp takes messages back for some two days after they were sent. An app
/// deletes what it sent itself, and with `messages:read` whatever was sent through the API from the numbers that its grant covers.
///
/// It can be deleted again: that changes nothing.
#[utoipa::path(
    delete,
    path = "/v1/messages/{id}",
    operation_id = "delete_message",
    tag = "messages",
    params(("id" = String, Path, description = "The message's id.", example = "msg_019b76da7c0075b8a7a6d8d5d8c1d3f2")),
    responses(
        (status = NO_CONTENT, description = "It is deleted."),
        (status = NOT_FOUND, description = "`message_not_found`: the grant covers no such message.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "`message_leaving`: it is being handed to WhatsApp at this moment. `change_under_way`: \
            it is being changed already. `message_failed`: nobody has it. \
            `number_not_linked`: its number is not linked to WhatsApp.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "`not_sent_here`: the message came in, or was written on the phone. \
            `refused_by_whatsapp`: it is too old, for example.",
         body = ProblemBody, content_type = "application/problem+json"),
        OfWhatsapp,
    ),
)]
async fn delete_message(
    FromState(desk): FromState<Desk>,
    authority: Authority,
    ClientAddress(address): ClientAddress,
    RequestId(request_id): RequestId,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let who = who(&authority, address, request_id);
    delete(&desk, &authority, &who, &id).await.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Mark a message as read
///
/// Tells whoever wrote a message that it was read, and what they wrote in this chat before it: as when somebody opens the chat on
/// the phone. At most the latest 200 of them are marked by one call. The message must be one that the app may look at: this
/// needs `messages:read` as well.
///
/// It can be marked again: that changes nothing.
#[utoipa::path(
    post,
    path = "/v1/messages/{id}/read",
    operation_id = "mark_message_read",
    tag = "messages",
    params(("id" = String, Path, description = "The message's id.", example = "msg_019b76da7c0075b8a7a6d8d5d8c1d3f2")),
    responses(
        (status = NO_CONTENT, description = "Its writer was told."),
        (status = NOT_FOUND, description = "`message_not_found`: the grant covers no such message.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "`number_not_linked`: its number is not linked to WhatsApp.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "`not_received`: the message did not come in. \
            `refused_by_whatsapp`: WhatsApp did not take it.",
         body = ProblemBody, content_type = "application/problem+json"),
        OfWhatsapp,
    ),
)]
async fn post_read(
    FromState(desk): FromState<Desk>,
    authority: Authority,
    ClientAddress(address): ClientAddress,
    RequestId(request_id): RequestId,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let who = who(&authority, address, request_id);
    mark_read(&desk, &authority, &who, &id).await.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

fn problem(error: ChangeError) -> Problem {
    let refusal = match error {
        ChangeError::Refused(refusal) => refusal,
        ChangeError::Storage(error) => return Problem::broken(&error, "a message could not be changed"),
    };
    let conflict = |code, detail| Problem::new(StatusCode::CONFLICT, code, detail);
    let unprocessable = |code, detail| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail);
    match refusal {
        ChangeRefusal::NotFound => message_not_found(),
        ChangeRefusal::NotSentHere => unprocessable(
            "not_sent_here",
            "Only messages that were sent through this API can be changed: not those that came in or were written on the phone.",
        ),
        ChangeRefusal::NotReceived => unprocessable(
            "not_received",
            "Only messages that came in can be marked as read; `direction` tells which did.",
        ),
        ChangeRefusal::NoWords => unprocessable(
            "no_words",
            "Only a text has words that can be changed, and a picture, a film or a document, beside which they stand; `type` tells what the message is.",
        ),
        ChangeRefusal::TooLong { max } => {
            invalid("text.body", format!("Beside a file `text.body` has at most {max} characters."))
        }
        ChangeRefusal::Deleted => {
            conflict("message_deleted", "The message was deleted; it cannot be changed any more.")
        }
        ChangeRefusal::Failed => conflict(
            "message_failed",
            "The message failed: nobody has it, and there is nothing to change. `reason` tells why.",
        ),
        ChangeRefusal::Leaving => conflict(
            "message_leaving",
            "The message is being handed to WhatsApp. Try again once its state is no longer `queued`.",
        )
        .retry_after_s(BUSY_RETRY_S),
        ChangeRefusal::UnderWay => conflict(
            "change_under_way",
            "Another change of this message is under way. Try again once that is answered.",
        )
        .retry_after_s(BUSY_RETRY_S),
        ChangeRefusal::Whatsapp(failure) => numbers::call_problem(failure),
    }
}
