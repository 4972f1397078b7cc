//! What apps did with their access.

use std::collections::BTreeMap;

use crate::access::Scope;
use crate::oauth::usage::KeptCall;
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

/// Notes when a grant was last used; a later note is kept. False when the grant is gone. On PostgreSQL its row is locked
/// until the transaction ends, so that two who write of one grant follow each other; SQLite has one writer anyway.
pub(in crate::oauth) async fn note_use(tx: &mut Tx, grant_id: &str, at: Timestamp) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "update oauth_grant set last_used_at = case when last_used_at > $2 then last_used_at else $2 end,
            idle_since = case when idle_since > $2 then idle_since else $2 end
         where id = $1 and state <> 'deleted'")
        .bind(grant_id).bind(at).execute(connection).await.map(|done| done.rows_affected() == 1))
}

pub(in crate::oauth) async fn add_calls(
    tx: &mut Tx,
    grant_id: &str,
    day: i64,
    scope: Scope,
    calls: i64,
) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "insert into grant_use (grant_id, day, scope, calls) values ($1, $2, $3, $4)
         on conflict (grant_id, day, scope) do update set calls = grant_use.calls + excluded.calls")
        .bind(grant_id).bind(day).bind(scope.name()).bind(calls).execute(connection).await.map(drop))
}

pub(in crate::oauth) async fn forget_days_before(tx: &mut Tx, grant_id: &str, day: i64) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("delete from grant_use where grant_id = $1 and day < $2")
        .bind(grant_id).bind(day).execute(connection).await.map(drop))
}

/// The last calls of a grant, the oldest first, to add new ones.
pub(in crate::oauth) async fn last_calls(tx: &mut Tx, grant_id: &str) -> sqlx::Result<Vec<KeptCall>> {
    let text: Option<String> = on!(tx, connection => sqlx::query_scalar(
        "select calls from grant_last_calls where grant_id = $1").bind(grant_id).fetch_optional(connection).await)?;
    Ok(calls_of(text))
}

/// The last calls of a workspace's grant, the oldest first.
pub(in crate::oauth) async fn last_calls_in(
    tx: &mut Tx,
    workspace_id: &str,
    grant_id: &str,
) -> sqlx::Result<Vec<KeptCall>> {
    let text: Option<String> = on!(tx, connection => sqlx::query_scalar(
        "select grant_last_calls.calls from grant_last_calls
            join oauth_grant on oauth_grant.id = grant_last_calls.grant_id
         where oauth_grant.id = $1 and oauth_grant.workspace_id = $2")
        .bind(grant_id).bind(workspace_id).fetch_optional(connection).await)?;
    Ok(calls_of(text))
}

/// What another version of the program wrote and this one cannot read holds nobody up: new calls take its place.
fn calls_of(text: Option<String>) -> Vec<KeptCall> {
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

pub(in crate::oauth) async fn keep_last_calls(tx: &mut Tx, grant_id: &str, calls: &[KeptCall]) -> sqlx::Result<()> {
    let text = serde_json::to_string(calls).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    on!(tx, connection => sqlx::query(
        "insert into grant_last_calls (grant_id, calls) values ($1, $2)
         on conflict (grant_id) do update set calls = excluded.calls")
        .bind(grant_id).bind(&text).execute(connection).await.map(drop))
}

/// How often each permission was needed by a workspace's grant, from a day on.
pub(in crate::oauth) async fn counts(
    tx: &mut Tx,
    workspace_id: &str,
    grant_id: &str,
    first_day: i64,
) -> sqlx::Result<BTreeMap<Scope, i64>> {
    // PostgreSQL adds up to another type.
    let rows: Vec<(String, i64)> = on!(tx, connection => sqlx::query_as(
        "select grant_use.scope, cast(sum(grant_use.calls) as bigint) from grant_use
            join oauth_grant on oauth_grant.id = grant_use.grant_id
         where oauth_grant.id = $1 and oauth_grant.workspace_id = $2 and grant_use.day >= $3
         group by grant_use.scope")
        .bind(grant_id).bind(workspace_id).bind(first_day).fetch_all(connection).await)?;
    // A name that another version of the program knows is nothing here.
    Ok(rows.into_iter().filter_map(|(scope, calls)| Some((scope.parse().ok()?, calls))).collect())
}

/// Takes away what is known of a grant that is deleted.
pub(in crate::oauth) async fn forget(tx: &mut Tx, grant_id: &str) -> sqlx::Result<()> {
    for sql in ["delete from grant_use where grant_id = $1", "delete from grant_last_calls where grant_id = $1"] {
        on!(tx, connection => sqlx::query(sql).bind(grant_id).execute(connection).await.map(drop))?;
    }
    Ok(())
}
