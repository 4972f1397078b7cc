//! Appending to a chain, and reading it.

use super::log::{Filter, Place};
use super::{Entry, Recorded, SYSTEM, Who};
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

pub(super) async fn append(tx: &mut Tx, who: &Who, entry: &Entry, now: Timestamp) -> sqlx::Result<()> {
    let (seq, previous_hash) = next_place(tx, entry.workspace_id.as_deref().unwrap_or(SYSTEM)).await?;
    let next = Recorded::next(entry, who, now, seq, previous_hash);
    on!(tx, connection => sqlx::query(
        "insert into audit_entry (workspace_id, seq, at, actor_kind, actor_id, actor_name, address, request_id, action,
            target_kind, target_id, detail, previous_hash, hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)")
        .bind(&next.workspace_id).bind(next.seq).bind(next.at).bind(&next.actor_kind).bind(&next.actor_id)
        .bind(&next.actor_name).bind(&next.address).bind(&next.request_id).bind(&next.action).bind(&next.target_kind)
        .bind(&next.target_id).bind(&next.detail).bind(&next.previous_hash).bind(&next.hash)
        .execute(connection).await.map(drop))?;
    on!(tx, connection => sqlx::query("update audit_head set hash = $2 where workspace_id = $1")
        .bind(&next.workspace_id).bind(&next.hash).execute(connection).await.map(drop))
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

/// The place and the hash of a chain's last entry.
pub(super) async fn head(tx: &mut Tx, workspace_id: &str) -> sqlx::Result<Option<(i64, String)>> {
    on!(tx, connection => sqlx::query_as("select seq, hash from audit_head where workspace_id = $1")
        .bind(workspace_id).fetch_optional(connection).await)
}

/// The names of chains, from the one after `after`.
pub(super) async fn chains_after(tx: &mut Tx, after: &str, limit: i64) -> sqlx::Result<Vec<String>> {
    on!(tx, connection => sqlx::query_scalar(
        "select workspace_id from audit_head where workspace_id > $1 order by workspace_id limit $2")
        .bind(after).bind(limit).fetch_all(connection).await)
}

type Row =
    (String, i64, Timestamp, String, String, String, String, String, String, String, String, String, String, String);

fn recorded(row: Row) -> Recorded {
    let (workspace_id, seq, at, actor_kind, actor_id, actor_name, address, request_id, action, ..) = row;
    let (.., target_kind, target_id, detail, previous_hash, hash) = row;
    Recorded {
        workspace_id,
        seq,
        at,
        actor_kind,
        actor_id,
        actor_name,
        address,
        request_id,
        action,
        target_kind,
        target_id,
        detail,
        previous_hash,
        hash,
    }
}

/// Entries in the order in which they were written, from the one after `seq` to `last`.
pub(super) async fn entries_after(
    tx: &mut Tx,
    workspace_id: &str,
    seq: i64,
    last: i64,
    limit: i64,
) -> sqlx::Result<Vec<Recorded>> {
    let rows: Vec<Row> = on!(tx, connection => sqlx::query_as(
        "select workspace_id, seq, at, actor_kind, actor_id, actor_name, address, request_id, action, target_kind,
             target_id, detail, previous_hash, hash
         from audit_entry where workspace_id = $1 and seq > $2 and seq <= $3 order by seq limit $4")
        .bind(workspace_id).bind(seq).bind(last).bind(limit).fetch_all(connection).await)?;
    Ok(rows.into_iter().map(recorded).collect())
}

/// Entries next to a place, the nearest first: downwards before it, upwards after it.
pub(super) async fn entries_at(
    tx: &mut Tx,
    workspace_id: &str,
    filter: &Filter,
    place: Place,
    limit: i64,
) -> sqlx::Result<Vec<Recorded>> {
    const DOWN: &str = "select workspace_id, seq, at, actor_kind, actor_id, actor_name, address, request_id, action,
             target_kind, target_id, detail, previous_hash, hash
         from audit_entry where workspace_id = $1 and seq < $2 and (action = $3 or $3 = '') and (actor_id = $4 or $4 = '')
         order by seq desc limit $5";
    const UP: &str = "select workspace_id, seq, at, actor_kind, actor_id, actor_name, address, request_id, action,
             target_kind, target_id, detail, previous_hash, hash
         from audit_entry where workspace_id = $1 and seq > $2 and (action = $3 or $3 = '') and (actor_id = $4 or $4 = '')
         order by seq limit $5";
    let (sql, seq) = match place {
        Place::Newest => (DOWN, i64::MAX),
        Place::Before(seq) => (DOWN, seq),
        Place::After(seq) => (UP, seq),
    };
    let rows: Vec<Row> = on!(tx, connection => sqlx::query_as(sql)
        .bind(workspace_id).bind(seq).bind(&filter.action).bind(&filter.person).bind(limit)
        .fetch_all(connection).await)?;
    Ok(rows.into_iter().map(recorded).collect())
}

/// Entries of one kind about one thing, the newest first. It walks the entries of that kind in the workspace's chain: keep
/// it to kinds of which there are few.
pub(super) async fn entries_about(
    tx: &mut Tx,
    workspace_id: &str,
    action: &str,
    target_id: &str,
    limit: i64,
) -> sqlx::Result<Vec<Recorded>> {
    let rows: Vec<Row> = on!(tx, connection => sqlx::query_as(
        "select workspace_id, seq, at, actor_kind, actor_id, actor_name, address, request_id, action, target_kind,
             target_id, detail, previous_hash, hash
         from audit_entry where workspace_id = $1 and action = $2 and target_id = $3 order by seq desc limit $4")
        .bind(workspace_id).bind(action).bind(target_id).bind(limit).fetch_all(connection).await)?;
    Ok(rows.into_iter().map(recorded).collect())
}

/// The different actions in a chain, in the order of their names: one step in the index each, however long the chain is.
pub(super) async fn actions(tx: &mut Tx, workspace_id: &str, limit: i64) -> sqlx::Result<Vec<String>> {
    on!(tx, connection => sqlx::query_scalar(
        "with recursive step (action) as (
             select min(action) from audit_entry where workspace_id = $1
             union all
             select (select min(action) from audit_entry where workspace_id = $1 and action > step.action)
             from step where step.action is not null)
         select action from step where action is not null limit $2")
        .bind(workspace_id).bind(limit).fetch_all(connection).await)
}

/// The people and apps that acted in a chain: their ids, each with the name it had last.
pub(super) async fn actors(tx: &mut Tx, workspace_id: &str, limit: i64) -> sqlx::Result<Vec<(String, String)>> {
    on!(tx, connection => sqlx::query_as(
        "with recursive step (actor_id) as (
             select min(actor_id) from audit_entry where workspace_id = $1 and actor_id > ''
             union all
             select (select min(actor_id) from audit_entry where workspace_id = $1 and actor_id > step.actor_id)
             from step where step.actor_id is not null)
         select actor_id, (select actor_name from audit_entry
             where workspace_id = $1 and audit_entry.actor_id = step.actor_id order by seq desc limit 1)
         from step where actor_id is not null limit $2")
        .bind(workspace_id).bind(limit).fetch_all(connection).await)
}
