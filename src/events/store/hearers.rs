//! Which apps may hear of a workspace.

use crate::on;
use crate::platform::db::Tx;

pub(in crate::events) async fn insert(
    tx: &mut Tx,
    grant_id: &str,
    workspace_id: &str,
    app_id: &str,
) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "insert into event_hearer (grant_id, workspace_id, app_id) values ($1, $2, $3)")
        .bind(grant_id).bind(workspace_id).bind(app_id).execute(connection).await.map(drop))
}

pub(in crate::events) async fn delete(tx: &mut Tx, grant_id: &str) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("delete from event_hearer where grant_id = $1")
        .bind(grant_id).execute(connection).await.map(drop))
}

/// Whether the grant is one by which somebody hears.
pub(in crate::events) async fn is_one(tx: &mut Tx, grant_id: &str) -> sqlx::Result<bool> {
    let found: Option<String> = on!(tx, connection => sqlx::query_scalar(
        "select grant_id from event_hearer where grant_id = $1").bind(grant_id).fetch_optional(connection).await)?;
    Ok(found.is_some())
}
