//! Endpoints. Whoever asks names the owner: an id alone finds nothing but for the courier.

use crate::events::webhooks::endpoint::{DisabledBecause, Endpoint, EndpointState, Filter, Owner, Wish};
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

/// The column that names the owner.
const fn column(owner: &Owner) -> &'static str {
    match owner {
        Owner::App(_) => "app_id",
        Owner::Workspace(_) => "workspace_id",
    }
}

/// `select` of all columns but the secrets, and what follows.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, app_id, workspace_id, url, description, kinds, state, reason, old_secret_until, failing_since,
                created_at, changed_at from webhook_endpoint ",
            $rest
        )
    };
}

/// `sql` with `OWNER` in it, for an owner of either kind.
fn of_owner(sql: &str, owner: &Owner) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(sql.replace("OWNER", column(owner)))
}

#[derive(sqlx::FromRow)]
struct EndpointRow {
    id: String,
    app_id: Option<String>,
    workspace_id: Option<String>,
    url: String,
    description: String,
    kinds: String,
    state: String,
    reason: Option<String>,
    old_secret_until: Option<Timestamp>,
    failing_since: Option<Timestamp>,
    created_at: Timestamp,
    changed_at: Timestamp,
}

impl EndpointRow {
    fn read(self) -> sqlx::Result<Endpoint> {
        let owner = match (self.app_id, self.workspace_id) {
            (Some(id), _) => Owner::App(id),
            (None, id) => Owner::Workspace(id.unwrap_or_default()),
        };
        Ok(Endpoint {
            id: self.id,
            owner,
            url: self.url,
            description: self.description,
            filter: Filter::of_kept(&self.kinds),
            state: self.state.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            reason: self.reason,
            old_secret_until: self.old_secret_until,
            failing_since: self.failing_since,
            created_at: self.created_at,
            changed_at: self.changed_at,
        })
    }
}

/// An endpoint with what it is called with, for the courier.
#[derive(sqlx::FromRow)]
pub(in crate::events) struct Sealed {
    pub secret: String,
    pub old_secret: Option<String>,
    pub old_secret_until: Option<Timestamp>,
}

pub(in crate::events) async fn insert(tx: &mut Tx, endpoint: &Endpoint, sealed: &str) -> sqlx::Result<()> {
    let (app_id, workspace_id) = match &endpoint.owner {
        Owner::App(id) => (Some(id), None),
        Owner::Workspace(id) => (None, Some(id)),
    };
    on!(tx, connection => sqlx::query(
        "insert into webhook_endpoint
            (id, app_id, workspace_id, url, description, kinds, state, secret, created_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
        .bind(&endpoint.id).bind(app_id).bind(workspace_id).bind(&endpoint.url).bind(&endpoint.description)
        .bind(endpoint.filter.kept()).bind(endpoint.state.name()).bind(sealed)
        .bind(endpoint.created_at).bind(endpoint.changed_at).execute(connection).await.map(drop))
}

/// One at a time adds to an owner's endpoints.
pub(in crate::events) async fn lock_owner(tx: &mut Tx, owner: &Owner) -> sqlx::Result<()> {
    // SQLite has one writer.
    let sql = match (&*tx, owner) {
        (Tx::Sqlite(..), _) => return Ok(()),
        (_, Owner::App(_)) => "select id from app where id = $1 for no key update",
        (_, Owner::Workspace(_)) => "select id from workspace where id = $1 for no key update",
    };
    on!(tx, connection => sqlx::query(sql).bind(owner.id()).execute(connection).await.map(drop))
}

/// All of an owner, oldest first.
pub(in crate::events) async fn list(tx: &mut Tx, owner: &Owner, limit: i64) -> sqlx::Result<Vec<Endpoint>> {
    let sql = of_owner(select!("where OWNER = $1 order by created_at, id limit $2"), owner);
    let rows: Vec<EndpointRow> =
        on!(tx, connection => sqlx::query_as(sql).bind(owner.id()).bind(limit).fetch_all(connection).await)?;
    rows.into_iter().map(EndpointRow::read).collect()
}

pub(in crate::events) async fn find_own(tx: &mut Tx, owner: &Owner, id: &str) -> sqlx::Result<Option<Endpoint>> {
    let sql = of_owner(select!("where OWNER = $1 and id = $2"), owner);
    let row: Option<EndpointRow> =
        on!(tx, connection => sqlx::query_as(sql).bind(owner.id()).bind(id).fetch_optional(connection).await)?;
    row.map(EndpointRow::read).transpose()
}

/// For the courier, who has it from a lane.
pub(in crate::events) async fn find(tx: &mut Tx, id: &str) -> sqlx::Result<Option<(Endpoint, Sealed)>> {
    let row: Option<EndpointRow> = on!(tx, connection => sqlx::query_as(select!("where id = $1"))
        .bind(id).fetch_optional(connection).await)?;
    let Some(endpoint) = row.map(EndpointRow::read).transpose()? else { return Ok(None) };
    Ok(secrets(tx, id).await?.map(|sealed| (endpoint, sealed)))
}

pub(in crate::events) async fn secrets(tx: &mut Tx, id: &str) -> sqlx::Result<Option<Sealed>> {
    on!(tx, connection => sqlx::query_as(
        "select secret, old_secret, old_secret_until from webhook_endpoint where id = $1")
        .bind(id).fetch_optional(connection).await)
}

/// Keeps the endpoint as it is until this unit of work ends: its state, if it is there.
pub(in crate::events) async fn hold_state(tx: &mut Tx, id: &str) -> sqlx::Result<Option<EndpointState>> {
    const SQLITE: &str = "select state from webhook_endpoint where id = $1";
    const POSTGRES: &str = "select state from webhook_endpoint where id = $1 for share";
    let sql = if matches!(tx, Tx::Sqlite(..)) { SQLITE } else { POSTGRES };
    let state: Option<String> =
        on!(tx, connection => sqlx::query_scalar(sql).bind(id).fetch_optional(connection).await)?;
    state.map(|state| state.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))).transpose()
}

/// False when it is gone.
pub(in crate::events) async fn change(
    tx: &mut Tx,
    owner: &Owner,
    id: &str,
    wish: &Wish,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let sql = of_owner(
        "update webhook_endpoint set url = $3, description = $4, kinds = $5, changed_at = $6 where OWNER = $1 and id = $2",
        owner,
    );
    on!(tx, connection => sqlx::query(sql)
        .bind(owner.id()).bind(id).bind(wish.url.as_str()).bind(&wish.description).bind(wish.filter.kept()).bind(now)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// True when this call paused it.
pub(in crate::events) async fn pause(tx: &mut Tx, owner: &Owner, id: &str, now: Timestamp) -> sqlx::Result<bool> {
    let sql = of_owner(
        "update webhook_endpoint set state = 'paused', changed_at = $3
         where OWNER = $1 and id = $2 and state = 'active'",
        owner,
    );
    on!(tx, connection => sqlx::query(sql).bind(owner.id()).bind(id).bind(now)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// True when this call made it go on. Its failures are forgotten.
pub(in crate::events) async fn resume(tx: &mut Tx, owner: &Owner, id: &str, now: Timestamp) -> sqlx::Result<bool> {
    let sql = of_owner(
        "update webhook_endpoint set state = 'active', reason = null, failing_since = null, changed_at = $3
         where OWNER = $1 and id = $2 and state <> 'active'",
        owner,
    );
    on!(tx, connection => sqlx::query(sql).bind(owner.id()).bind(id).bind(now)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// True when this call disabled it.
pub(in crate::events) async fn disable(
    tx: &mut Tx,
    id: &str,
    because: DisabledBecause,
    now: Timestamp,
) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "update webhook_endpoint set state = 'disabled', reason = $2, changed_at = $3 where id = $1 and state = 'active'")
        .bind(id).bind(because.name()).bind(now).execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// Nothing arrives: since when.
pub(in crate::events) async fn note_failure(tx: &mut Tx, id: &str, at: Timestamp) -> sqlx::Result<Option<Timestamp>> {
    on!(tx, connection => sqlx::query_scalar(
        "update webhook_endpoint set failing_since = coalesce(failing_since, $2) where id = $1 returning failing_since")
        .bind(id).bind(at).fetch_optional(connection).await)
}

/// Something arrived.
pub(in crate::events) async fn note_success(tx: &mut Tx, id: &str) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "update webhook_endpoint set failing_since = null where id = $1 and failing_since is not null")
        .bind(id).execute(connection).await.map(drop))
}

/// The sealed secrets of all endpoints, a page at a time: those behind `after`.
pub(in crate::events) async fn sealed_secrets(
    tx: &mut Tx,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<(String, Sealed)>> {
    let rows: Vec<(String, String, Option<String>, Option<Timestamp>)> = on!(tx, connection => sqlx::query_as(
        "select id, secret, old_secret, old_secret_until from webhook_endpoint where id > $1 order by id limit $2")
        .bind(after).bind(limit).fetch_all(connection).await)?;
    let sealed = rows
        .into_iter()
        .map(|(id, secret, old_secret, old_secret_until)| (id, Sealed { secret, old_secret, old_secret_until }));
    Ok(sealed.collect())
}

/// The same secrets, sealed otherwise. False when they were changed meanwhile, or are gone.
pub(in crate::events) async fn replace_secrets(
    tx: &mut Tx,
    id: &str,
    before: &Sealed,
    secret: &str,
    old_secret: Option<&str>,
) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "update webhook_endpoint set secret = $4, old_secret = $5
         where id = $1 and secret = $2 and coalesce(old_secret, '') = $3")
        .bind(id).bind(&before.secret).bind(before.old_secret.as_deref().unwrap_or_default())
        .bind(secret).bind(old_secret)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// A new secret signs; the one before it signs beside it until `until`. False when the endpoint is gone.
pub(in crate::events) async fn rotate(
    tx: &mut Tx,
    owner: &Owner,
    id: &str,
    sealed: &str,
    until: Timestamp,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let sql = of_owner(
        "update webhook_endpoint set old_secret = secret, old_secret_until = $4, secret = $3, changed_at = $5
         where OWNER = $1 and id = $2",
        owner,
    );
    on!(tx, connection => sqlx::query(sql).bind(owner.id()).bind(id).bind(sealed).bind(until).bind(now)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// The secret before the present one signs no more. True when there was one.
pub(in crate::events) async fn forget_old_secret(
    tx: &mut Tx,
    owner: &Owner,
    id: &str,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let sql = of_owner(
        "update webhook_endpoint set old_secret = null, old_secret_until = null, changed_at = $3
         where OWNER = $1 and id = $2 and old_secret is not null",
        owner,
    );
    on!(tx, connection => sqlx::query(sql).bind(owner.id()).bind(id).bind(now)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// True when this call took it away.
pub(in crate::events) async fn delete(tx: &mut Tx, owner: &Owner, id: &str) -> sqlx::Result<bool> {
    let sql = of_owner("delete from webhook_endpoint where OWNER = $1 and id = $2", owner);
    on!(tx, connection => sqlx::query(sql).bind(owner.id()).bind(id)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}
