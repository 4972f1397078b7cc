//! What workspaces decided about apps.

use crate::oauth::lifetime::Lifetime;
use crate::oauth::policy::{Block, BlockedApp, Decision, Policy, Ruling};
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

/// More apps than this nobody blocks; the page shows the latest.
const BLOCKED_MAX: i64 = 200;

#[derive(sqlx::FromRow)]
struct PolicyRow {
    owners_only: bool,
    reviewed_only: bool,
    longest: String,
}

/// The rules of a workspace.
pub async fn policy(tx: &mut Tx, workspace_id: &str) -> sqlx::Result<Policy> {
    let row: Option<PolicyRow> = on!(tx, connection => sqlx::query_as(
        "select owners_only, reviewed_only, longest from app_policy where workspace_id = $1")
        .bind(workspace_id).fetch_optional(connection).await)?;
    Ok(row.map_or_else(Policy::default, |row| Policy {
        owners_only: row.owners_only,
        reviewed_only: row.reviewed_only,
        longest: Lifetime::named(&row.longest).unwrap_or_default(),
    }))
}

pub async fn save_policy(tx: &mut Tx, workspace_id: &str, policy: &Policy, now: Timestamp) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "insert into app_policy (workspace_id, owners_only, reviewed_only, longest, changed_at) values ($1, $2, $3, $4, $5)
         on conflict (workspace_id) do update set owners_only = excluded.owners_only,
            reviewed_only = excluded.reviewed_only, longest = excluded.longest, changed_at = excluded.changed_at")
        .bind(workspace_id).bind(policy.owners_only).bind(policy.reviewed_only).bind(policy.longest.name()).bind(now)
        .execute(connection).await.map(drop))
}

#[derive(sqlx::FromRow)]
struct StanceRow {
    refused_at: Option<Timestamp>,
    refuser: Option<String>,
    blocked_at: Option<Timestamp>,
    blocker: Option<String>,
    block_reason: String,
}

/// What a workspace decided that bears on one app.
pub async fn ruling(tx: &mut Tx, workspace_id: &str, app_id: &str) -> sqlx::Result<Ruling> {
    let policy = policy(tx, workspace_id).await?;
    let row: Option<StanceRow> = on!(tx, connection => sqlx::query_as(
        "select refused_at, refuser.name as refuser, blocked_at, blocker.name as blocker, block_reason
         from app_stance
            left join person refuser on refuser.id = refused_by
            left join person blocker on blocker.id = blocked_by
         where workspace_id = $1 and app_id = $2")
        .bind(workspace_id).bind(app_id).fetch_optional(connection).await)?;
    let Some(row) = row else { return Ok(Ruling { policy, ..Ruling::default() }) };
    let decision = |at: Option<Timestamp>, by: Option<String>| at.zip(by).map(|(at, by)| Decision { by, at });
    let reason = row.block_reason;
    Ok(Ruling {
        policy,
        refused: decision(row.refused_at, row.refuser),
        blocked: decision(row.blocked_at, row.blocker).map(|decision| Block { decision, reason }),
    })
}

/// Notes that somebody refused an app.
pub async fn refuse(tx: &mut Tx, workspace_id: &str, app_id: &str, by: &str, now: Timestamp) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "insert into app_stance (workspace_id, app_id, refused_at, refused_by) values ($1, $2, $3, $4)
         on conflict (workspace_id, app_id) do update set refused_at = excluded.refused_at, refused_by = excluded.refused_by")
        .bind(workspace_id).bind(app_id).bind(now).bind(by).execute(connection).await.map(drop))
}

/// An approval is newer than any refusal. What the workspace holds of the app is locked until the transaction ends: whoever
/// blocks it at the same moment comes before, and is seen by whoever looks after this, or after.
pub async fn hold_for_approval(tx: &mut Tx, workspace_id: &str, app_id: &str) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "insert into app_stance (workspace_id, app_id) values ($1, $2)
         on conflict (workspace_id, app_id) do update set refused_at = null, refused_by = null")
        .bind(workspace_id).bind(app_id).execute(connection).await.map(drop))
}

/// Blocks an app; false when it was blocked already.
pub async fn block(
    tx: &mut Tx,
    workspace_id: &str,
    app_id: &str,
    (by, reason): (&str, &str),
    now: Timestamp,
) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "insert into app_stance (workspace_id, app_id, blocked_at, blocked_by, block_reason) values ($1, $2, $3, $4, $5)
         on conflict (workspace_id, app_id) do update set blocked_at = excluded.blocked_at,
            blocked_by = excluded.blocked_by, block_reason = excluded.block_reason where app_stance.blocked_at is null")
        .bind(workspace_id).bind(app_id).bind(now).bind(by).bind(reason)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// Lets an app ask again; false when it was not blocked.
pub async fn unblock(tx: &mut Tx, workspace_id: &str, app_id: &str) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "update app_stance set blocked_at = null, blocked_by = null, block_reason = ''
         where workspace_id = $1 and app_id = $2 and blocked_at is not null")
        .bind(workspace_id).bind(app_id).execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// The apps that a workspace blocked, the latest first.
pub async fn blocked(tx: &mut Tx, workspace_id: &str) -> sqlx::Result<Vec<BlockedApp>> {
    type Row = (String, String, String, Option<String>, Timestamp, String, String);
    let rows: Vec<Row> = on!(tx, connection => sqlx::query_as(
        "select app_id, app.name, app.publisher, app.logo_tag, blocked_at, person.name, block_reason
         from app_stance join app on app.id = app_id join person on person.id = blocked_by
         where workspace_id = $1 and blocked_at is not null order by blocked_at desc, app_id limit $2")
        .bind(workspace_id).bind(BLOCKED_MAX).fetch_all(connection).await)?;
    let app = |(app_id, app_name, publisher, logo_tag, blocked_at, blocked_by, reason): Row| BlockedApp {
        logo_url: logo_tag.map(|tag| format!("/apps/{app_id}/logo.png?v={tag}")),
        app_id,
        app_name,
        publisher,
        block: Block { decision: Decision { by: blocked_by, at: blocked_at }, reason },
    };
    Ok(rows.into_iter().map(app).collect())
}
