//! A message as apps see it in the answers of the API.

use serde::Serialize;
use utoipa::ToSchema;

use super::content::Kind;
use super::parts::Parts;
use super::{Direction, Message, Origin, Reason, State};
use crate::events::{ContactCardFact, FileFact, LocationFact, PollFact, TextFact};
use crate::platform::Timestamp;

/// What a number sent or received. Of the fields from `text` to `poll` the one is there that `type` names, until the message is
/// deleted.
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
    /// Who gets it: a phone number, or the id of a group. Only on messages that go out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    to: Option<String>,
    /// Who wrote it. Only on messages that came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    from: Option<String>,
    /// The group that it stands in. Only on messages of groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "120363041234567890@g.us")]
    group_id: Option<String>,
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    text: Option<TextFact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    image: Option<FileFact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    video: Option<FileFact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    audio: Option<FileFact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    voice: Option<FileFact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    document: Option<FileFact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sticker: Option<FileFact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    location: Option<LocationFact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    contacts: Option<Vec<ContactCardFact>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    poll: Option<PollFact>,
    /// The message that it answers, when that one is here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reply_to: Option<String>,
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

impl MessageView {
    #[must_use]
    pub fn of(message: &Message) -> Self {
        let (to, from) = ends(message);
        let said = Parts::of(&message.content);
        Self {
            id: message.id.clone(),
            number_id: message.number_id.clone(),
            direction: message.direction,
            to,
            from,
            group_id: message.group_id(),
            kind: message.content.kind(),
            text: said.text,
            image: said.image,
            video: said.video,
            audio: said.audio,
            voice: said.voice,
            document: said.document,
            sticker: said.sticker,
            location: said.location,
            contacts: said.contacts,
            poll: said.poll,
            reply_to: message.reply_to.clone(),
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

/// Who gets it, or who wrote it.
pub(super) fn ends(message: &Message) -> (Option<String>, Option<String>) {
    match message.direction {
        Direction::Out => (Some(message.group_id().unwrap_or_else(|| format!("+{}", message.peer))), None),
        Direction::In => (None, Some(format!("+{}", message.peer))),
    }
}
