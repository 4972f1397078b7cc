//! The table `link_attempt`. Codes and QR codes come in sealed and go out sealed.

use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

/// The columns of an [`AttemptRow`], followed by what the query asks.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, number_id, workspace_id, phone, state, reason, code, code_expires_at, qr, qr_expires_at,
                was_wrong, started_by, ended_at from link_attempt ",
            $rest
        )
    };
}

/// An attempt as it lies in its row.
#[derive(sqlx::FromRow)]
pub struct AttemptRow {
    pub id: String,
    pub number_id: String,
    pub workspace_id: String,
    pub phone: String,
    pub state: String,
    pub reason: Option<String>,
    /// A code to type or to compare, or what is asked of a passkey.
    pub code: Option<String>,
    pub code_expires_at: Option<Timestamp>,
    pub qr: Option<String>,
    pub qr_expires_at: Option<Timestamp>,
    pub was_wrong: bool,
    pub started_by: String,
    pub ended_at: Option<Timestamp>,
}

/// A state about to be written.
#[derive(Default)]
pub struct SealedState {
    pub state: &'static str,
    pub reason: Option<&'static str>,
    pub code: Option<String>,
    /// Without a code: until when the state may last.
    pub code_expires_at: Option<Timestamp>,
    pub qr: Option<String>,
    pub qr_expires_at: Option<Timestamp>,
    pub was_wrong: bool,
    pub ended_at: Option<Timestamp>,
}

pub struct NewAttempt<'a> {
    pub id: &'a str,
    pub number_id: &'a str,
    pub workspace_id: &'a str,
    pub phone: &'a str,
    pub state: &'static str,
    pub started_by: &'a str,
}

/// False when an attempt for this number is open already.
pub async fn insert_attempt(tx: &mut Tx, new: &NewAttempt<'_>, now: Timestamp) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "insert into link_attempt (id, number_id, workspace_id, phone, state, started_by, started_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing")
        .bind(new.id).bind(new.number_id).bind(new.workspace_id).bind(new.phone).bind(new.state)
        .bind(new.started_by).bind(now)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

pub async fn attempt(tx: &mut Tx, workspace_id: &str, id: &str) -> sqlx::Result<Option<AttemptRow>> {
    on!(tx, connection => sqlx::query_as(
        select!("where workspace_id = $1 and id = $2"))
        .bind(workspace_id).bind(id).fetch_optional(connection).await)
}

pub async fn open_attempt(tx: &mut Tx, number_id: &str) -> sqlx::Result<Option<AttemptRow>> {
    on!(tx, connection => sqlx::query_as(
        select!("where number_id = $1 and ended_at is null"))
        .bind(number_id).fetch_optional(connection).await)
}

/// The attempts that are under way in a workspace: number and attempt.
pub async fn open_attempts(tx: &mut Tx, workspace_id: &str, limit: i64) -> sqlx::Result<Vec<(String, String)>> {
    on!(tx, connection => sqlx::query_as(
        "select number_id, id from link_attempt where workspace_id = $1 and ended_at is null order by id limit $2")
        .bind(workspace_id).bind(limit).fetch_all(connection).await)
}

/// A page of the open attempts that were started until `moment`, by id. Workspace, number and attempt.
pub async fn attempts_from_before(
    tx: &mut Tx,
    moment: Timestamp,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<(String, String, String)>> {
    on!(tx, connection => sqlx::query_as(
        "select workspace_id, number_id, id from link_attempt
         where ended_at is null and started_at <= $1 and id > $2 order by id limit $3")
        .bind(moment).bind(after).bind(limit).fetch_all(connection).await)
}

/// Open attempts whose every end lies before `before`. Workspace, number and attempt.
pub async fn attempts_past(tx: &mut Tx, before: Timestamp, limit: i64) -> sqlx::Result<Vec<(String, String, String)>> {
    on!(tx, connection => sqlx::query_as(
        "select workspace_id, number_id, id from link_attempt
         where ended_at is null and coalesce(code_expires_at, 0) < $1 and coalesce(qr_expires_at, 0) < $1
         order by id limit $2")
        .bind(before).bind(limit).fetch_all(connection).await)
}

/// False when the attempt has ended meanwhile.
pub async fn save_attempt(tx: &mut Tx, id: &str, state: &SealedState) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "update link_attempt set state = $2, reason = $3, code = $4, code_expires_at = $5, qr = $6, qr_expires_at = $7,
            was_wrong = $8, ended_at = $9
         where id = $1 and ended_at is null")
        .bind(id).bind(state.state).bind(state.reason).bind(state.code.as_deref()).bind(state.code_expires_at)
        .bind(state.qr.as_deref()).bind(state.qr_expires_at).bind(state.was_wrong).bind(state.ended_at)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// Deletes attempts that ended before `before`, so many at most: how many there were.
pub async fn forget_attempts(tx: &mut Tx, before: Timestamp, limit: i64) -> sqlx::Result<u64> {
    on!(tx, connection => sqlx::query(
        "delete from link_attempt where id in (select id from link_attempt where ended_at < $1 limit $2)")
        .bind(before).bind(limit).execute(connection).await.map(|done| done.rows_affected()))
}
