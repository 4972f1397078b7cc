//! Workspaces.

use crate::accounts::Workspace;
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

pub(in crate::accounts) async fn insert_workspace(
    tx: &mut Tx,
    id: &str,
    name: &str,
    person_id: &str,
    now: Timestamp,
) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("insert into workspace (id, name, created_by, created_at) values ($1, $2, $3, $4)")
        .bind(id).bind(name).bind(person_id).bind(now).execute(connection).await.map(drop))
}

/// Lets nobody else change the workspace or who is in it until this unit of work ends: what is read after this call is
/// still true when the unit commits. Rows that merely refer to the workspace can be added meanwhile.
pub(in crate::accounts) async fn lock_workspace(tx: &mut Tx, id: &str) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("update workspace set name = name where id = $1")
        .bind(id).execute(connection).await.map(drop))
}

pub(in crate::accounts) async fn rename_workspace(tx: &mut Tx, id: &str, name: &str) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("update workspace set name = $2 where id = $1")
        .bind(id).bind(name).execute(connection).await.map(drop))
}

/// How many workspaces the person is in that they made themselves.
pub(in crate::accounts) async fn count_workspaces_of(tx: &mut Tx, person_id: &str) -> sqlx::Result<i64> {
    on!(tx, connection => sqlx::query_scalar(
        "select count(workspace.id) from member join workspace on workspace.id = member.workspace_id
         where member.person_id = $1 and workspace.created_by = $1")
        .bind(person_id).fetch_one(connection).await)
}

/// True when this call changed the state.
pub(in crate::accounts) async fn set_workspace_state(
    tx: &mut Tx,
    id: &str,
    from: &str,
    to: &str,
) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query("update workspace set state = $3 where id = $1 and state = $2")
        .bind(id).bind(from).bind(to).execute(connection).await.map(|done| done.rows_affected() == 1))
}

fn workspace_of((id, name, state): (String, String, String)) -> Workspace {
    Workspace { id, name, state }
}

pub(in crate::accounts) async fn workspace(tx: &mut Tx, id: &str) -> sqlx::Result<Option<Workspace>> {
    let row: Option<(String, String, String)> = on!(tx, connection => sqlx::query_as(
        "select id, name, state from workspace where id = $1").bind(id).fetch_optional(connection).await)?;
    Ok(row.map(workspace_of))
}

/// In the order of their ids, from the one after `id` on.
pub(in crate::accounts) async fn workspaces_after(tx: &mut Tx, id: &str, limit: i64) -> sqlx::Result<Vec<Workspace>> {
    let rows: Vec<(String, String, String)> = on!(tx, connection => sqlx::query_as(
        "select id, name, state from workspace where id > $1 order by id limit $2")
        .bind(id).bind(limit).fetch_all(connection).await)?;
    Ok(rows.into_iter().map(workspace_of).collect())
}
