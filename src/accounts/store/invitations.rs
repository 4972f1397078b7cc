//! Invitations.

use crate::accounts::invitation::{Invitation, State};
use crate::accounts::{Email, Role};
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;
use crate::platform::secret::SecretHash;

/// An invitation about to be sent.
pub(in crate::accounts) struct NewInvitation {
    pub id: String,
    pub token_hash: SecretHash,
    pub workspace_id: String,
    pub email: Email,
    pub role: Role,
    pub invited_by: String,
}

/// False when the address has an open invitation to the workspace already.
pub(in crate::accounts) async fn insert_invitation(
    tx: &mut Tx,
    new: &NewInvitation,
    now: Timestamp,
    expires_at: Timestamp,
) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "insert into invitation (id, token_hash, workspace_id, email, role, invited_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (workspace_id, email) where state = 'open' do nothing")
        .bind(&new.id).bind(&new.token_hash).bind(&new.workspace_id).bind(new.email.as_str()).bind(new.role.name())
        .bind(&new.invited_by).bind(now).bind(expires_at)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// Makes place for a new invitation of an address whose old one has run out.
pub(in crate::accounts) async fn retire_expired_invitation(
    tx: &mut Tx,
    workspace_id: &str,
    email: &Email,
    now: Timestamp,
) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "update invitation set state = 'withdrawn'
         where workspace_id = $1 and email = $2 and state = 'open' and expires_at <= $3")
        .bind(workspace_id).bind(email.as_str()).bind(now).execute(connection).await.map(drop))
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    workspace_id: String,
    workspace_name: String,
    email: String,
    role: String,
    invited_by: String,
    inviter_name: String,
    state: String,
    expires_at: Timestamp,
}

fn invitation_of(row: Row) -> Option<Invitation> {
    Some(Invitation {
        id: row.id,
        workspace_id: row.workspace_id,
        workspace_name: row.workspace_name,
        email: row.email,
        role: row.role.parse().ok()?,
        invited_by: row.invited_by,
        inviter_name: row.inviter_name,
        state: row.state.parse().ok()?,
        expires_at: row.expires_at,
    })
}

pub(in crate::accounts) async fn invitation_by_token(
    tx: &mut Tx,
    token: &SecretHash,
) -> sqlx::Result<Option<Invitation>> {
    let row: Option<Row> = on!(tx, connection => sqlx::query_as(
        "select invitation.id, workspace_id, workspace.name as workspace_name, invitation.email, role, invited_by,
             person.name as inviter_name, invitation.state, expires_at
         from invitation join workspace on workspace.id = workspace_id join person on person.id = invited_by
         where token_hash = $1")
        .bind(token).fetch_optional(connection).await)?;
    Ok(row.and_then(invitation_of))
}

pub(in crate::accounts) async fn invitation(
    tx: &mut Tx,
    workspace_id: &str,
    id: &str,
) -> sqlx::Result<Option<Invitation>> {
    let row: Option<Row> = on!(tx, connection => sqlx::query_as(
        "select invitation.id, workspace_id, workspace.name as workspace_name, invitation.email, role, invited_by,
             person.name as inviter_name, invitation.state, expires_at
         from invitation join workspace on workspace.id = workspace_id join person on person.id = invited_by
         where workspace_id = $1 and invitation.id = $2")
        .bind(workspace_id).bind(id).fetch_optional(connection).await)?;
    Ok(row.and_then(invitation_of))
}

/// Invitations to a workspace that can still be accepted, oldest first.
pub(in crate::accounts) async fn open_invitations(
    tx: &mut Tx,
    workspace_id: &str,
    now: Timestamp,
    limit: i64,
) -> sqlx::Result<Vec<Invitation>> {
    let rows: Vec<Row> = on!(tx, connection => sqlx::query_as(
        "select invitation.id, workspace_id, workspace.name as workspace_name, invitation.email, role, invited_by,
             person.name as inviter_name, invitation.state, expires_at
         from invitation join workspace on workspace.id = workspace_id join person on person.id = invited_by
         where workspace_id = $1 and invitation.state = 'open' and expires_at > $2
         order by invitation.created_at, invitation.id limit $3")
        .bind(workspace_id).bind(now).bind(limit).fetch_all(connection).await)?;
    Ok(rows.into_iter().filter_map(invitation_of).collect())
}

/// True when this call made the change; false when the invitation was no longer open.
pub(in crate::accounts) async fn settle_invitation(
    tx: &mut Tx,
    id: &str,
    state: State,
    now: Timestamp,
) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "update invitation set state = $2 where id = $1 and state = 'open' and expires_at > $3")
        .bind(id).bind(state.name()).bind(now).execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// How many of those that ran out before `expired_before` are gone, at most `limit`.
pub(in crate::accounts) async fn delete_invitations(
    tx: &mut Tx,
    expired_before: Timestamp,
    limit: i64,
) -> sqlx::Result<u64> {
    on!(tx, connection => sqlx::query(
        "delete from invitation where id in (select id from invitation where expires_at <= $1 limit $2)")
        .bind(expired_before).bind(limit).execute(connection).await.map(|done| done.rows_affected()))
}
