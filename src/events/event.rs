//! What others may be told.

/// The catalogue of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    NumberLinked,
    NumberUnlinked,
    NumberStateChanged,
    NumberLinkCodeIssued,
    MessageQueued,
    MessageSent,
    MessageDelivered,
    MessageRead,
    MessageFailed,
    MessageReceived,
    GrantCreated,
    GrantChanged,
    GrantRevoked,
    AppSuspended,
}

impl Kind {
    /// As receivers see it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NumberLinked => "number.linked",
            Self::NumberUnlinked => "number.unlinked",
            Self::NumberStateChanged => "number.state_changed",
            Self::NumberLinkCodeIssued => "number.link_code_issued",
            Self::MessageQueued => "message.queued",
            Self::MessageSent => "message.sent",
            Self::MessageDelivered => "message.delivered",
            Self::MessageRead => "message.read",
            Self::MessageFailed => "message.failed",
            Self::MessageReceived => "message.received",
            Self::GrantCreated => "grant.created",
            Self::GrantChanged => "grant.changed",
            Self::GrantRevoked => "grant.revoked",
            Self::AppSuspended => "app.suspended",
        }
    }
}

/// One fact about one workspace.
#[derive(Debug, Clone)]
pub struct Event {
    pub kind: Kind,
    /// Missing for what concerns an app as a whole.
    pub workspace_id: Option<String>,
    pub number_id: Option<String>,
    pub grant_id: Option<String>,
    /// What receivers get under `data`. No message bodies in logs: it goes to the database only.
    pub data: serde_json::Value,
}
