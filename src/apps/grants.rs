//! What apps ask of those who keep grants. `oauth` knows them; this room may not call it, so `app.rs` brings the two together.

use async_trait::async_trait;

use crate::audit::Who;
use crate::platform::db::Tx;

/// The grants that workspaces gave to an app.
#[async_trait]
pub trait Grants: Send + Sync + 'static {
    /// How many of them are live.
    async fn live_count(&self, app_id: &str) -> sqlx::Result<i64>;

    /// Ends all of them with their codes and tokens, in the unit of work that deletes the app; each workspace learns of it
    /// by an event and an audit entry. Gives how many were live.
    async fn end_all(&self, tx: &mut Tx, who: &Who, app_id: &str) -> sqlx::Result<i64>;

    /// Called when that unit of work is durable: forget what is cached of the app, so that its next call fails.
    fn forget(&self, app_id: &str);
}
