//! A fact as those see it who are told of it: in the feed and at their webhook endpoints.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Kind, Saved, Subject};

/// Something that happened.
#[derive(Serialize, ToSchema)]
#[schema(as = Event, example = json!(EventView::from(Kind::MessageReceived.sample())))]
pub struct EventView {
    /// The same however often the event is told.
    pub id: String,
    /// What happened, such as `message.received`. The section `webhooks` has all kinds, each with its `data`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// When. RFC 3339, UTC.
    #[schema(format = DateTime)]
    pub timestamp: String,
    #[schema(required)]
    pub workspace_id: Option<String>,
    /// What it happened to, as it was then.
    pub data: serde_json::Value,
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
