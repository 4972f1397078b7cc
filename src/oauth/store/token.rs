//! Codes and tokens.

use crate::access::{Scope, ScopeSet};
use crate::oauth::token::{KeptCode, KeptRefresh, NewPair};
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;
use crate::platform::secret::SecretHash;

#[derive(sqlx::FromRow)]
struct CodeRow {
    grant_id: String,
    app_id: String,
    redirect_uri: String,
    code_challenge: String,
    state: String,
    family_id: Option<String>,
    expires_at: Timestamp,
    scopes: Option<String>,
}

/// A code, and what its grant gives if that is live.
pub(in crate::oauth) async fn find_code(
    tx: &mut Tx,
    hash: &SecretHash,
    now: Timestamp,
) -> sqlx::Result<Option<KeptCode>> {
    let row: Option<CodeRow> = on!(tx, connection => sqlx::query_as(
        "select code.grant_id, code.app_id, code.redirect_uri, code.code_challenge, code.state, code.family_id,
            code.expires_at, oauth_grant.scopes
         from authorization_code code left join oauth_grant on oauth_grant.id = code.grant_id
            and oauth_grant.state = 'active' and (oauth_grant.expires_at is null or oauth_grant.expires_at > $2)
         where code.code_hash = $1")
        .bind(hash).bind(now).fetch_optional(connection).await)?;
    row.map(|row| {
        Ok(KeptCode {
            grant_id: row.grant_id,
            app_id: row.app_id,
            redirect_uri: row.redirect_uri,
            code_challenge: row.code_challenge,
            state: row.state,
            family_id: row.family_id,
            expires_at: row.expires_at,
            granted: row.scopes.as_deref().map(scopes_of).transpose()?,
        })
    })
    .transpose()
}

fn scopes_of(text: &str) -> sqlx::Result<ScopeSet> {
    text.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// True when this call made the change; false when another request was first.
pub(in crate::oauth) async fn mark_exchanged(
    tx: &mut Tx,
    hash: &SecretHash,
    family_id: &str,
    family_expires_at: Timestamp,
) -> sqlx::Result<bool> {
    // It is kept for as long as its tokens can live: a second use must still end them.
    on!(tx, connection => sqlx::query(
        "update authorization_code set state = 'exchanged', family_id = $2, expires_at = $3
         where code_hash = $1 and state = 'issued'")
        .bind(hash).bind(family_id).bind(family_expires_at).execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// What a live grant gives, for issuing tokens.
pub(in crate::oauth) async fn live_grant_scopes(
    tx: &mut Tx,
    grant_id: &str,
    now: Timestamp,
) -> sqlx::Result<Option<ScopeSet>> {
    let text: Option<String> = on!(tx, connection => sqlx::query_scalar(
        "select scopes from oauth_grant where id = $1 and state = 'active' and (expires_at is null or expires_at > $2)")
        .bind(grant_id).bind(now).fetch_optional(connection).await)?;
    text.as_deref().map(scopes_of).transpose()
}

pub(in crate::oauth) async fn insert_family(
    tx: &mut Tx,
    family_id: &str,
    grant_id: &str,
    app_id: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "insert into token_family (id, grant_id, app_id, state, created_at, expires_at)
         values ($1, $2, $3, 'active', $4, $5)")
        .bind(family_id).bind(grant_id).bind(app_id).bind(now).bind(expires_at)
        .execute(connection).await.map(drop))
}

pub(in crate::oauth) async fn insert_pair(tx: &mut Tx, pair: &NewPair) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "insert into refresh_token (token_hash, family_id, parent_hash, state, created_at, expires_at)
         values ($1, $2, $3, 'current', $4, $5)")
        .bind(&pair.refresh).bind(&pair.family_id).bind(pair.parent.as_ref()).bind(pair.created_at)
        .bind(pair.refresh_expires_at).execute(connection).await.map(drop))?;
    on!(tx, connection => sqlx::query(
        "insert into access_token (token_hash, family_id, grant_id, refresh_hash, scopes, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(&pair.access).bind(&pair.family_id).bind(&pair.grant_id).bind(&pair.refresh)
        .bind(pair.scopes.to_string()).bind(pair.created_at).bind(pair.access_expires_at)
        .execute(connection).await.map(drop))
}

type RefreshRow = (String, String, String, String, Timestamp, String, Timestamp, bool);

/// The refresh token with its family and whether anything it was traded for has been used. On PostgreSQL the row is locked
/// until the transaction ends, so that two requests with one token follow each other; SQLite has one writer anyway.
pub(in crate::oauth) async fn find_refresh(tx: &mut Tx, hash: &SecretHash) -> sqlx::Result<Option<KeptRefresh>> {
    const LOCK: &str = "update refresh_token set state = state where token_hash = $1";
    on!(tx, connection => sqlx::query(LOCK).bind(hash).execute(connection).await.map(drop))?;
    let row: Option<RefreshRow> = on!(tx, connection => sqlx::query_as(
        "select refresh_token.family_id, token_family.grant_id, token_family.app_id, refresh_token.state,
            refresh_token.expires_at, token_family.state, token_family.expires_at,
            exists (select 1 from refresh_token child where child.parent_hash = $1 and child.used)
         from refresh_token join token_family on token_family.id = refresh_token.family_id
         where refresh_token.token_hash = $1")
        .bind(hash).fetch_optional(connection).await)?;
    Ok(row.map(|(family_id, grant_id, app_id, state, expires_at, family_state, family_expires_at, child_used)| {
        KeptRefresh { family_id, grant_id, app_id, state, expires_at, family_state, family_expires_at, child_used }
    }))
}

/// The token was traded: it is no longer current, and being traded is being used.
pub(in crate::oauth) async fn mark_rotated(tx: &mut Tx, hash: &SecretHash) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("update refresh_token set state = 'rotated', used = true where token_hash = $1")
        .bind(hash).execute(connection).await.map(drop))
}

/// Ends what a token was traded for before: none of it was used.
pub(in crate::oauth) async fn end_children(tx: &mut Tx, parent: &SecretHash) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "delete from access_token where refresh_hash in (select token_hash from refresh_token where parent_hash = $1)")
        .bind(parent).execute(connection).await.map(drop))?;
    on!(tx, connection => sqlx::query("update refresh_token set state = 'ended' where parent_hash = $1")
        .bind(parent).execute(connection).await.map(drop))
}

/// Ends a family: its access tokens are gone and its refresh tokens are worth nothing. True when it was alive.
pub(in crate::oauth) async fn end_family(
    tx: &mut Tx,
    family_id: &str,
    reason: &'static str,
    now: Timestamp,
) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query("delete from access_token where family_id = $1")
        .bind(family_id).execute(connection).await.map(drop))?;
    on!(tx, connection => sqlx::query(
        "update token_family set state = 'ended', reason = $2, ended_at = $3 where id = $1 and state = 'active'")
        .bind(family_id).bind(reason).bind(now).execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// Ends every code and token of a grant.
pub(in crate::oauth) async fn end_tokens_of_grant(tx: &mut Tx, grant_id: &str, now: Timestamp) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "delete from access_token where family_id in (select id from token_family where grant_id = $1)")
        .bind(grant_id).execute(connection).await.map(drop))?;
    on!(tx, connection => sqlx::query(
        "update token_family set state = 'ended', reason = 'grant_ended', ended_at = $2
         where grant_id = $1 and state = 'active'")
        .bind(grant_id).bind(now).execute(connection).await.map(drop))?;
    on!(tx, connection => sqlx::query(
        "update authorization_code set state = 'ended' where grant_id = $1 and state = 'issued'")
        .bind(grant_id).execute(connection).await.map(drop))
}

/// A family's grant, for the audit log.
#[derive(sqlx::FromRow)]
pub(in crate::oauth) struct FamilyOwner {
    pub grant_id: String,
    pub workspace_id: String,
    pub app_name: String,
}

pub(in crate::oauth) async fn whose_family(tx: &mut Tx, family_id: &str) -> sqlx::Result<Option<FamilyOwner>> {
    on!(tx, connection => sqlx::query_as(
        "select oauth_grant.id as grant_id, oauth_grant.workspace_id, app.name as app_name
         from token_family join oauth_grant on oauth_grant.id = token_family.grant_id
            join app on app.id = oauth_grant.app_id
         where token_family.id = $1")
        .bind(family_id).fetch_optional(connection).await)
}

/// The family of a token of either kind that belongs to an app, for revocation.
pub(in crate::oauth) async fn family_of_token(
    tx: &mut Tx,
    app_id: &str,
    hash: &SecretHash,
) -> sqlx::Result<Option<(String, bool)>> {
    on!(tx, connection => sqlx::query_as(
        "select token_family.id, true as is_refresh from refresh_token
            join token_family on token_family.id = refresh_token.family_id
            where refresh_token.token_hash = $1 and token_family.app_id = $2
         union all
         select token_family.id, false from access_token join token_family on token_family.id = access_token.family_id
            where access_token.token_hash = $1 and token_family.app_id = $2")
        .bind(hash).bind(app_id).fetch_optional(connection).await)
}

pub(in crate::oauth) async fn delete_access(tx: &mut Tx, hash: &SecretHash) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("delete from access_token where token_hash = $1")
        .bind(hash).execute(connection).await.map(drop))
}

/// Everything that decides what a bearer may do at this moment, but for the lists of scopes and numbers. The hot path: one
/// statement over the tables of four rooms, each found by its primary key.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(in crate::oauth) struct BearerRow {
    pub grant_id: String,
    pub app_id: String,
    pub app_name: String,
    pub workspace_id: String,
    pub workspace_name: String,
    pub token_scopes: String,
    pub grant_scopes: String,
    pub all_numbers: bool,
    pub used: bool,
    pub expires_at: Timestamp,
    pub grant_expires_at: Option<Timestamp>,
    /// The role that the person who approved has now; nothing when they are no longer a member.
    pub approver_role: Option<String>,
}

pub(in crate::oauth) async fn find_bearer(tx: &mut Tx, hash: &SecretHash) -> sqlx::Result<Option<BearerRow>> {
    on!(tx, connection => sqlx::query_as(
        "select oauth_grant.id as grant_id, oauth_grant.app_id, oauth_grant.workspace_id,
            access_token.scopes as token_scopes, oauth_grant.scopes as grant_scopes, oauth_grant.all_numbers,
            access_token.used, access_token.expires_at, oauth_grant.expires_at as grant_expires_at, app.name as app_name,
            workspace.name as workspace_name, member.role as approver_role
         from access_token
            join token_family on token_family.id = access_token.family_id and token_family.state = 'active'
            join oauth_grant on oauth_grant.id = access_token.grant_id and oauth_grant.state = 'active'
            join app on app.id = oauth_grant.app_id and app.state = 'active'
            join workspace on workspace.id = oauth_grant.workspace_id and workspace.state = 'active'
            left join member on member.workspace_id = oauth_grant.workspace_id
                and member.person_id = oauth_grant.approved_by
         where access_token.token_hash = $1")
        .bind(hash).fetch_optional(connection).await)
}

/// What decides what a grant gives at this moment, without a token.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(in crate::oauth) struct GrantRow {
    pub state: String,
    pub app_id: String,
    pub app_name: String,
    pub app_state: String,
    pub workspace_id: String,
    pub workspace_name: String,
    pub workspace_state: String,
    pub scopes: String,
    pub all_numbers: bool,
    pub expires_at: Option<Timestamp>,
    pub approver_role: Option<String>,
}

pub(in crate::oauth) async fn find_grant(tx: &mut Tx, grant_id: &str) -> sqlx::Result<Option<GrantRow>> {
    on!(tx, connection => sqlx::query_as(
        "select oauth_grant.state, oauth_grant.app_id, app.name as app_name, app.state as app_state,
            oauth_grant.workspace_id, workspace.name as workspace_name, workspace.state as workspace_state,
            oauth_grant.scopes, oauth_grant.all_numbers, oauth_grant.expires_at, member.role as approver_role
         from oauth_grant
            join app on app.id = oauth_grant.app_id
            join workspace on workspace.id = oauth_grant.workspace_id
            left join member on member.workspace_id = oauth_grant.workspace_id
                and member.person_id = oauth_grant.approved_by
         where oauth_grant.id = $1")
        .bind(grant_id).fetch_optional(connection).await)
}

/// The scopes that the app still declares.
pub(in crate::oauth) async fn declared_scopes(tx: &mut Tx, app_id: &str) -> sqlx::Result<ScopeSet> {
    let names: Vec<String> = on!(tx, connection => sqlx::query_scalar("select scope from app_scope where app_id = $1")
        .bind(app_id).fetch_all(connection).await)?;
    // A name that a later version of the program declared gives nothing here.
    Ok(names.iter().filter_map(|name| name.parse::<Scope>().ok()).collect())
}

pub(in crate::oauth) async fn numbers_of_grant(tx: &mut Tx, grant_id: &str) -> sqlx::Result<Vec<String>> {
    on!(tx, connection => sqlx::query_scalar("select number_id from grant_number where grant_id = $1 order by number_id limit 1000")
        .bind(grant_id).fetch_all(connection).await)
}

/// Notes the first use of an access token, on it and on the refresh token beside it: from now on, showing their parent
/// again is theft and no retry.
pub(in crate::oauth) async fn mark_used(tx: &mut Tx, access: &SecretHash) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("update access_token set used = true where token_hash = $1")
        .bind(access).execute(connection).await.map(drop))?;
    on!(tx, connection => sqlx::query(
        "update refresh_token set used = true
         where token_hash = (select refresh_hash from access_token where token_hash = $1)")
        .bind(access).execute(connection).await.map(drop))
}

/// Notes that an app keeps its access: a refresh is no call to the API, but the app is there.
pub(in crate::oauth) async fn note_refresh(tx: &mut Tx, grant_id: &str, at: Timestamp) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("update oauth_grant set idle_since = $2 where id = $1 and idle_since < $2")
        .bind(grant_id).bind(at).execute(connection).await.map(drop))
}

/// Deletes what has expired, at most `limit` rows of each kind; gives how many it deleted. A family goes with its tokens.
pub(in crate::oauth) async fn sweep(tx: &mut Tx, now: Timestamp, limit: i64) -> sqlx::Result<u64> {
    const SWEEPS: [&str; 3] = [
        "delete from access_token where token_hash in
            (select token_hash from access_token where expires_at <= $1 order by expires_at limit $2)",
        "delete from token_family where id in
            (select id from token_family where expires_at <= $1 order by expires_at limit $2)",
        "delete from authorization_code where code_hash in
            (select code_hash from authorization_code where expires_at <= $1 order by expires_at limit $2)",
    ];
    let mut deleted = 0;
    for sweep in SWEEPS {
        deleted += on!(tx, connection => sqlx::query(sweep).bind(now).bind(limit)
            .execute(connection).await.map(|done| done.rows_affected()))?;
    }
    Ok(deleted)
}
