//! Appending to a chain.

use super::chain::entry_hash;
use super::{Entry, SYSTEM, Who};
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

pub(super) async fn append(tx: &mut Tx, who: &Who, entry: &Entry, now: Timestamp) -> sqlx::Result<()> {
    let workspace_id = entry.workspace_id.as_deref().unwrap_or(SYSTEM);
    let (seq, previous) = next_place(tx, workspace_id).await?;
    let hash = entry_hash(&previous, workspace_id, seq, now, who, entry);
    let detail = entry.detail.to_string();
    on!(tx, connection => sqlx::query(
        "insert into audit_entry (workspace_id, seq, at, actor_kind, actor_id, actor_name, address, request_id, action,
            target_kind, target_id, detail, previous_hash, hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)")
        .bind(workspace_id).bind(seq).bind(now).bind(who.actor.kind()).bind(who.actor.id()).bind(who.actor.name())
        .bind(&who.address).bind(&who.request_id).bind(entry.action).bind(entry.target_kind).bind(&entry.target_id)
        .bind(&detail).bind(&previous).bind(&hash)
        .execute(connection).await.map(drop))?;
    on!(tx, connection => sqlx::query("update audit_head set hash = $2 where workspace_id = $1")
        .bind(workspace_id).bind(&hash).execute(connection).await.map(drop))
}

/// The next sequence number and the hash to build on. The update locks the chain's head until the transaction ends, so
/// that two entries cannot take one place.
async fn next_place(tx: &mut Tx, workspace_id: &str) -> sqlx::Result<(i64, String)> {
    on!(tx, connection => sqlx::query(
        "insert into audit_head (workspace_id, seq, hash) values ($1, 0, '') on conflict (workspace_id) do nothing")
        .bind(workspace_id).execute(connection).await.map(drop))?;
    on!(tx, connection => sqlx::query_as("update audit_head set seq = seq + 1 where workspace_id = $1 returning seq, hash")
        .bind(workspace_id).fetch_one(connection).await)
}
