//! What this room asks of those above it.

use async_trait::async_trait;

use super::webhooks::Owner;
use crate::access::Authority;
use crate::platform::db::Tx;

/// How a grant stands at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Live(Authority),
    /// It is there, but gives nothing: its app or workspace is suspended, or nobody stands behind it.
    Barred,
    Ended,
}

/// What is asked about grants.
#[async_trait]
pub trait Grants: Send + Sync + 'static {
    async fn standing(&self, grant_id: &str) -> anyhow::Result<Standing>;
}

/// Somebody who answers for an endpoint.
#[derive(Debug, Clone)]
pub struct Responsible {
    pub name: String,
    pub email: String,
}

/// What is asked about those whose endpoints are told.
#[async_trait]
pub trait Owners: Send + Sync + 'static {
    /// Whether a workspace may be told of itself: not while it is suspended. An app hears also of its own suspension.
    async fn may_hear(&self, owner: &Owner) -> sqlx::Result<bool>;

    /// Who gets a mail when one of their endpoints is disabled.
    async fn responsible(&self, tx: &mut Tx, owner: &Owner) -> sqlx::Result<Vec<Responsible>>;
}
