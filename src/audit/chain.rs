//! What an entry holds, and how entries are bound to each other.

use crate::platform::Timestamp;
use crate::platform::secret::fingerprint;

/// Who decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in person: id and name.
    Person { id: String, name: String },
    /// An app with a grant: the grant's id and the app's name or id.
    App { grant_id: String, name: String },
    /// The person who runs this server, at its command line.
    Operator,
    /// Grantline itself: an expiry, a job, something that WhatsApp told.
    System,
    /// Somebody who has not proved who they are.
    Stranger,
}

impl Actor {
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Person { .. } => "person",
            Self::App { .. } => "app",
            Self::Operator => "operator",
            Self::System => "system",
            Self::Stranger => "stranger",
        }
    }

    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Person { id, .. } => id,
            Self::App { grant_id, .. } => grant_id,
            Self::Operator | Self::System | Self::Stranger => "",
        }
    }

    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Person { name, .. } | Self::App { name, .. } => name,
            Self::Operator | Self::System | Self::Stranger => "",
        }
    }
}

/// Who decided, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    pub actor: Actor,
    /// The network address; empty for jobs.
    pub address: String,
    /// The request in which it happened; empty for jobs.
    pub request_id: String,
}

impl Who {
    /// Grantline itself.
    #[must_use]
    pub fn system() -> Self {
        Self { actor: Actor::System, address: String::new(), request_id: String::new() }
    }

    /// The person at the command line.
    #[must_use]
    pub fn operator() -> Self {
        Self { actor: Actor::Operator, address: String::new(), request_id: String::new() }
    }
}

/// A decision: `grant.created` on `grant` `gr_…`.
#[derive(Debug, Clone)]
pub struct Entry {
    /// `None` for the system's own chain.
    pub workspace_id: Option<String>,
    /// `thing.verb-in-the-past`, such as `grant.revoked`. Its words are `audit-<action>` with dashes for dots.
    pub action: &'static str,
    pub target_kind: &'static str,
    pub target_id: String,
    /// What else matters, as a flat JSON object. Never a secret, never the text of a message.
    pub detail: serde_json::Value,
}

/// The hash of an entry: it covers every column and the hash before it, so that a changed or missing entry shows.
pub(super) fn entry_hash(
    previous: &str,
    workspace_id: &str,
    seq: i64,
    at: Timestamp,
    who: &Who,
    entry: &Entry,
) -> String {
    let covered = serde_json::json!([
        previous,
        workspace_id,
        seq,
        at.0,
        who.actor.kind(),
        who.actor.id(),
        who.actor.name(),
        who.address,
        who.request_id,
        entry.action,
        entry.target_kind,
        entry.target_id,
        entry.detail.to_string(),
    ]);
    fingerprint(&covered.to_string())
}
