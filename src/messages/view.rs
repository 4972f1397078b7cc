//! A message as apps see it in the answers of the API.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Direction, Message, Origin, Reason, State};
use crate::platform::Timestamp;

/// A text that a number sent or received.
#[derive(Serialize, ToSchema)]
#[schema(as = Message, example = json!({
    "id": "msg_019b76da7c0075b8a7a6d8d5d8c1d3f2", "number_id": "num_019b76da7c0075b8a7a6d8d5d8c1d3f1", "direction": "out",
    "to": "+447700900123", "type": "text", "text": { "body": "Your table is booked for Friday at 19:00." },
    "state": "queued", "reason": null,
    "created_at": "2026-01-01T00:00:00.000Z", "changed_at": "2026-01-01T00:00:00.000Z",
    "origin": "api", "edited_at": null, "deleted_at": null
}))]
pub struct MessageView {
    id: String,
    /// The number of the workspace that sent or received it.
    number_id: String,
    direction: Direction,
    /// Who gets it. Only on messages that go out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    to: Option<String>,
    /// Who wrote it. Only on messages that came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    from: Option<String>,
    #[serde(rename = "type")]
    kind: Kind,
    /// What it says, until it is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, inline)]
    text: Option<TextView>,
    state: State,
    /// `null` in every state but `failed`.
    #[schema(required)]
    reason: Option<Reason>,
    /// When it was asked for; for what came in, when it was written. RFC 3339, UTC.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it reached its state. RFC 3339, UTC.
    #[schema(format = DateTime)]
    changed_at: String,
    /// Where it was written. Only on messages that go out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    origin: Option<Origin>,
    /// When its words were changed last; `null` if they never were. RFC 3339, UTC.
    #[schema(required, format = DateTime)]
    edited_at: Option<String>,
    /// When it was deleted for everyone; `null` if it was not. Its words are gone since then. RFC 3339, UTC.
    #[schema(required, format = DateTime)]
    deleted_at: Option<String>,
}

/// What kind of message it is.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MessageKind)]
pub enum Kind {
    Text,
}

#[derive(Serialize, ToSchema)]
struct TextView {
    body: String,
}

impl MessageView {
    #[must_use]
    pub fn of(message: &Message) -> Self {
        let peer = format!("+{}", message.peer);
        let (to, from) = match message.direction {
            Direction::Out => (Some(peer), None),
            Direction::In => (None, Some(peer)),
        };
        Self {
            id: message.id.clone(),
            number_id: message.number_id.clone(),
            direction: message.direction,
            to,
            from,
            kind: Kind::Text,
            text: message.words().map(|body| TextView { body: body.as_str().to_owned() }),
            state: message.state,
            reason: message.reason,
            created_at: message.created_at.rfc3339(),
            changed_at: message.changed_at.rfc3339(),
            origin: message.origin,
            edited_at: message.edited_at.map(Timestamp::rfc3339),
            deleted_at: message.deleted_at.map(Timestamp::rfc3339),
        }
    }
}
