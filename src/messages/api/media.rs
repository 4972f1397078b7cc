//! The API of files: handing them in, and getting what a message carries.

use axum::Json as JsonAnswer;
use axum::body::Body;
use axum::extract::{Path, State as FromState};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, body};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType};
use utoipa::openapi::{RefOr, Type};
use utoipa::{PartialSchema, ToSchema};

use super::{invalid, message_not_found};
use crate::access::Authority;
use crate::messages::fetch::FetchError;
use crate::messages::upload::kept_until;
use crate::messages::{
    FetchRefusal, Fetched, FileName, Files, Media, MimeType, NewMedia, UploadError, UploadRefusal, find, upload,
};
use crate::platform::Env;
use crate::platform::web::{Problem, ProblemBody, Query, StrangersFile};

/// When to ask again for what WhatsApp did not give.
const UNREACHABLE_RETRY_S: i64 = 30;

/// The bytes of a file, whatever they are.
pub struct AnyBytes;

impl PartialSchema for AnyBytes {
    fn schema() -> RefOr<Schema> {
        let words = "Bytes, whatever they are.";
        ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).description(Some(words)).into()
    }
}

impl ToSchema for AnyBytes {}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MediaQuery {
    name: Option<String>,
}

/// A file that was handed in, to be sent.
#[derive(Serialize, ToSchema)]
#[schema(as = Media, example = json!({
    "id": "med_019b76da7c0075b8a7a6d8d5d8c1d3e7", "mime_type": "image/jpeg", "bytes": 48213, "name": "menu.jpg",
    "expires_at": "2026-01-31T00:00:00.000Z"
}))]
pub struct MediaView {
    /// For `media_id` of messages.
    id: String,
    mime_type: String,
    bytes: u64,
    #[schema(required)]
    name: Option<String>,
    /// When it is forgotten. A message that waits to be sent keeps it until then. RFC 3339, UTC.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Hand in a file
///
/// The body is the file, and `Content-Type` is its type. Send it with `POST /v1/messages`, as often as you like while it is
/// kept; only your app can. Which kinds of message take which types is told there.
#[utoipa::path(
    post,
    path = "/v1/media",
    operation_id = "create_media",
    tag = "messages",
    params(
        ("name" = Option<String>, Query, nullable = false, min_length = 1, max_length = 255,
         description = "What it is called. Recipients of documents see it.", example = "menu.jpg"),
    ),
    request_body(content = AnyBytes, content_type = "*/*", description = "The bytes of the file."),
    responses(
        (status = CREATED, description = "It is kept.", body = MediaView),
        (status = BAD_REQUEST, description = "`invalid_request`: there is no type, the name is wrong, or the file is empty or did \
            not come in whole.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = PAYLOAD_TOO_LARGE, description = "`body_too_large`: the file is larger than this server takes.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = INSUFFICIENT_STORAGE, description = "`media_storage_full`: the workspace's files take up as much as they may.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn post_media(
    FromState(env): FromState<Env>,
    authority: Authority,
    Query(query): Query<MediaQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, JsonAnswer<MediaView>), Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mime_type = MimeType::parse(kind)
        .map_err(|_| invalid("Content-Type", "`Content-Type` must be the type of the file, such as image/jpeg."))?;
    let name = query.name.map(|name| FileName::parse(&name)).transpose();
    let name = name.map_err(|refusal| invalid("name", format!("`name` is wrong: {refusal}.")))?;
    let max = env.config.messages.media_bytes_max;
    let declared = body::HttpBody::size_hint(&body).lower();
    if i64::try_from(declared).unwrap_or(i64::MAX) > max {
        return Err(upload_problem(UploadRefusal::TooLarge { max }.into()));
    }
    let media = upload(&env, &authority, NewMedia { mime_type, name }, body.into_data_stream()).await;
    let media = media.map_err(upload_problem)?;
    let expires_at = kept_until(&env, &media).rfc3339();
    let Media { id, mime_type, name, bytes, .. } = media;
    let view = MediaView { id, mime_type, bytes: bytes.unsigned_abs(), name, expires_at };
    Ok((StatusCode::CREATED, JsonAnswer(view)))
}

fn upload_problem(error: UploadError) -> Problem {
    let refusal = match error {
        UploadError::Refused(refusal) => refusal,
        UploadError::Storage(error) => return Problem::broken(&error, "a file could not be taken"),
    };
    match refusal {
        UploadRefusal::Empty => {
            Problem::new(StatusCode::BAD_REQUEST, "invalid_request", "The body is empty: it must be the file.")
        }
        UploadRefusal::Broken => {
            Problem::new(StatusCode::BAD_REQUEST, "invalid_request", "The file did not come in whole. Send it again.")
        }
        UploadRefusal::TooLarge { max } => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            format!("The file is larger than {max} bytes, which is the most that this server takes."),
        ),
        UploadRefusal::StorageFull => Problem::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "media_storage_full",
            "The files of this workspace take up as much as they may. The oldest are forgotten day by day; whoever runs this \
             server can allow more.",
        ),
    }
}

/// Get the file of a message
///
/// The bytes that a message carries, under the type that its sender gave them. What came in is fetched from WhatsApp at this
/// moment: it is there for some weeks, and while the number is linked. What an app sent is there as long as it is kept.
/// Never show it inside a page of yours without care: it is a stranger's.
#[utoipa::path(
    get,
    path = "/v1/messages/{id}/media",
    operation_id = "get_message_media",
    tag = "messages",
    params(("id" = String, Path, description = "The message's id.", example = "msg_019b76da7c0075b8a7a6d8d5d8c1d3f2")),
    responses(
        (status = OK, description = "The bytes.", body = AnyBytes, content_type = "*/*", headers(
            ("Content-Disposition" = String, description = "`attachment`, with the file's name if it has one."),
        )),
        (status = NOT_FOUND, description = "`message_not_found`: the grant covers no such message; `media_not_found`: it carries \
            no file.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "`number_not_linked`: the number is not linked to WhatsApp.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = GONE, description = "`media_gone`: WhatsApp, or this server, has the file no more.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = PAYLOAD_TOO_LARGE, description = "`media_too_large`: the file is larger than this server fetches.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "`whatsapp_unreachable`: WhatsApp did not give it now; `Retry-After` says when \
            to ask again.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn get_media(
    FromState(env): FromState<Env>,
    Extension(files): Extension<Files>,
    authority: Authority,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let found = find(&env, &authority, &id).await;
    let found = found.map_err(|error| Problem::broken(&error, "a message could not be looked up"))?;
    let message = found.ok_or_else(message_not_found)?;
    let Fetched { mime_type, name, size, bytes } = files.fetch(&env, &message).await.map_err(fetch_problem)?;
    Ok(StrangersFile { mime_type, name, size, bytes }.into_response())
}

fn fetch_problem(error: FetchError) -> Problem {
    let refusal = match error {
        FetchError::Refused(refusal) => refusal,
        FetchError::Storage(error) => return Problem::broken(&error, "a file could not be fetched"),
    };
    match refusal {
        FetchRefusal::NoFile => Problem::new(
            StatusCode::NOT_FOUND,
            "media_not_found",
            "This message carries no file; its `type` says what it is.",
        ),
        FetchRefusal::Gone => Problem::new(
            StatusCode::GONE,
            "media_gone",
            "This file is no longer there: WhatsApp keeps files for some weeks, and this server those that apps sent for a \
             time. The phone may still show it.",
        ),
        FetchRefusal::TooLarge { max } => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "media_too_large",
            format!(
                "This file is larger than {max} bytes, which is the most that this server fetches. The phone shows it."
            ),
        ),
        FetchRefusal::NotLinked => Problem::new(
            StatusCode::CONFLICT,
            "number_not_linked",
            "The number is not linked to WhatsApp, and the file is there. Ask the workspace to link it again.",
        ),
        FetchRefusal::Unreachable => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "whatsapp_unreachable",
            "WhatsApp cannot be reached at the moment. Ask again in a while.",
        )
        .retry_after_s(UNREACHABLE_RETRY_S),
    }
}
