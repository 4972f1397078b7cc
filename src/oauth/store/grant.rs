//! Grants, the numbers they cover, and the codes that stand for them.

use crate::oauth::terms::{Granted, Numbers};
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;
use crate::platform::secret::SecretHash;

/// The numbers that one grant may name.
const NUMBERS_MAX: i64 = 1000;

/// What a person approved.
pub struct NewGrant {
    /// The grant's id if the app has none in this workspace yet.
    pub id: String,
    pub workspace_id: String,
    pub app_id: String,
    pub approved_by: String,
    pub granted: Granted,
    pub expires_at: Option<Timestamp>,
    pub locale: &'static str,
}

/// Saves what was approved as the one active grant of an app in a workspace: its id, which is an older one when the app
/// already had a grant. What ended stays as it is.
pub async fn save(tx: &mut Tx, grant: &NewGrant, now: Timestamp) -> sqlx::Result<String> {
    let scopes = grant.granted.scopes.to_string();
    let all_numbers = grant.granted.numbers == Numbers::All;
    let id: String = on!(tx, connection => sqlx::query_scalar(
        "insert into oauth_grant (id, workspace_id, app_id, approved_by, scopes, all_numbers, state, created_at,
            changed_at, idle_since, expires_at, locale)
         values ($1, $2, $3, $4, $5, $6, 'active', $7, $7, $7, $8, $9)
         on conflict (workspace_id, app_id) where state = 'active' do update set approved_by = excluded.approved_by,
            scopes = excluded.scopes, all_numbers = excluded.all_numbers, changed_at = excluded.changed_at,
            idle_since = excluded.idle_since, expires_at = excluded.expires_at, locale = excluded.locale
         returning id")
        .bind(&grant.id).bind(&grant.workspace_id).bind(&grant.app_id).bind(&grant.approved_by).bind(&scopes)
        .bind(all_numbers).bind(now).bind(grant.expires_at).bind(grant.locale).fetch_one(connection).await)?;
    on!(tx, connection => sqlx::query("delete from grant_number where grant_id = $1")
        .bind(&id).execute(connection).await.map(drop))?;
    if let Numbers::These(numbers) = &grant.granted.numbers {
        for number in numbers {
            on!(tx, connection => sqlx::query("insert into grant_number (grant_id, number_id) values ($1, $2)")
                .bind(&id).bind(number).execute(connection).await.map(drop))?;
        }
    }
    Ok(id)
}

/// The id of an app's active grant in a workspace, whether or not its time is over.
pub async fn active_id(tx: &mut Tx, workspace_id: &str, app_id: &str) -> sqlx::Result<Option<String>> {
    on!(tx, connection => sqlx::query_scalar(
        "select id from oauth_grant where workspace_id = $1 and app_id = $2 and state = 'active'")
        .bind(workspace_id).bind(app_id).fetch_optional(connection).await)
}

/// An active grant as somebody may change it.
pub struct Held {
    pub app_id: String,
    pub granted: Granted,
    pub expires_at: Option<Timestamp>,
    pub changed_at: Timestamp,
    /// Whether whoever approved it is a member still.
    pub approver_is_member: bool,
}

/// An active grant of a workspace.
pub async fn held(tx: &mut Tx, workspace_id: &str, grant_id: &str, now: Timestamp) -> sqlx::Result<Option<Held>> {
    let found: Option<(String, Timestamp, Option<String>)> = on!(tx, connection => sqlx::query_as(
        "select app_id, changed_at, member.role from oauth_grant
            left join member on member.workspace_id = oauth_grant.workspace_id and member.person_id = approved_by
         where id = $1 and oauth_grant.workspace_id = $2 and state = 'active'")
        .bind(grant_id).bind(workspace_id).fetch_optional(connection).await)?;
    let Some((app_id, changed_at, approver_role)) = found else { return Ok(None) };
    let held = active(tx, workspace_id, &app_id, now).await?;
    Ok(held.map(|(granted, expires_at)| Held {
        app_id,
        granted,
        expires_at,
        changed_at,
        approver_is_member: approver_role.is_some(),
    }))
}

/// What an app may do in a workspace now, and until when.
pub async fn active(
    tx: &mut Tx,
    workspace_id: &str,
    app_id: &str,
    now: Timestamp,
) -> sqlx::Result<Option<(Granted, Option<Timestamp>)>> {
    let row: Option<(String, String, bool, Option<Timestamp>)> = on!(tx, connection => sqlx::query_as(
        "select id, scopes, all_numbers, expires_at from oauth_grant
         where workspace_id = $1 and app_id = $2 and state = 'active' and (expires_at is null or expires_at > $3)")
        .bind(workspace_id).bind(app_id).bind(now).fetch_optional(connection).await)?;
    let Some((id, scopes, all_numbers, expires_at)) = row else { return Ok(None) };
    let numbers = if all_numbers { Numbers::All } else { Numbers::These(numbers_of(tx, &id).await?) };
    let scopes = scopes.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    Ok(Some((Granted { scopes, numbers }, expires_at)))
}

async fn numbers_of(tx: &mut Tx, grant_id: &str) -> sqlx::Result<Vec<String>> {
    on!(tx, connection => sqlx::query_scalar(
        "select number_id from grant_number where grant_id = $1 order by number_id limit $2")
        .bind(grant_id).bind(NUMBERS_MAX).fetch_all(connection).await)
}

/// A code that was just handed out. RFC 6749 §4.1.3 and RFC 7636 §4.4: bound to app, redirect address and challenge.
pub struct NewCode {
    pub hash: SecretHash,
    pub grant_id: String,
    pub app_id: String,
    pub redirect_uri: String,
    pub code_challenge: String,
    pub expires_at: Timestamp,
}

pub async fn insert_code(tx: &mut Tx, code: &NewCode, now: Timestamp) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "insert into authorization_code
            (code_hash, grant_id, app_id, redirect_uri, code_challenge, state, created_at, expires_at)
         values ($1, $2, $3, $4, $5, 'issued', $6, $7)")
        .bind(&code.hash).bind(&code.grant_id).bind(&code.app_id).bind(&code.redirect_uri).bind(&code.code_challenge)
        .bind(now).bind(code.expires_at).execute(connection).await.map(drop))
}
