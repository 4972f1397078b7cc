//! What came of each try to tell something.

use crate::events::webhooks::attempt::{Attempt, Outcome};
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

pub(in crate::events) async fn insert(tx: &mut Tx, attempt: &Attempt) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "insert into webhook_attempt (id, endpoint_id, event_id, kind, subject, grant_id, attempt, outcome, status, failure,
            answer, took_ms, at, next_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)")
        .bind(&attempt.id).bind(&attempt.endpoint_id).bind(&attempt.event_id).bind(&attempt.kind).bind(&attempt.subject)
        .bind(&attempt.grant_id).bind(attempt.number).bind(attempt.outcome.name()).bind(attempt.status)
        .bind(attempt.failure.as_deref()).bind(&attempt.answer).bind(attempt.took_ms).bind(attempt.at).bind(attempt.next_at)
        .execute(connection).await.map(drop))
}

/// `select` of all columns, and what follows.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, endpoint_id, event_id, kind, subject, grant_id, attempt, outcome, status, failure, answer, took_ms,
                at, next_at from webhook_attempt ",
            $rest
        )
    };
}

#[derive(sqlx::FromRow)]
struct AttemptRow {
    id: String,
    endpoint_id: String,
    event_id: String,
    kind: String,
    subject: String,
    grant_id: String,
    attempt: i64,
    outcome: String,
    status: Option<i64>,
    failure: Option<String>,
    answer: String,
    took_ms: i64,
    at: Timestamp,
    next_at: Option<Timestamp>,
}

impl From<AttemptRow> for Attempt {
    fn from(row: AttemptRow) -> Self {
        Self {
            id: row.id,
            endpoint_id: row.endpoint_id,
            event_id: row.event_id,
            kind: row.kind,
            subject: row.subject,
            grant_id: row.grant_id,
            number: row.attempt,
            outcome: Outcome::named(&row.outcome),
            status: row.status,
            failure: row.failure,
            answer: row.answer,
            took_ms: row.took_ms,
            at: row.at,
            next_at: row.next_at,
        }
    }
}

/// The tries of an endpoint before the one of id `before`, newest first; the newest of all without it. `failed` leaves out what
/// arrived.
pub(in crate::events) async fn list(
    tx: &mut Tx,
    endpoint_id: &str,
    before: Option<&str>,
    failed: bool,
    limit: i64,
) -> sqlx::Result<Vec<Attempt>> {
    const ALL: &str = select!("where endpoint_id = $1 and id < $2 order by id desc limit $3");
    const FAILED: &str = select!("where endpoint_id = $1 and id < $2 and outcome = 'failed' order by id desc limit $3");
    // Ids begin with `try_` and a number in hex.
    let before = before.unwrap_or("try_~");
    let rows: Vec<AttemptRow> = on!(tx, connection => sqlx::query_as(if failed { FAILED } else { ALL })
        .bind(endpoint_id).bind(before).bind(limit).fetch_all(connection).await)?;
    Ok(rows.into_iter().map(Attempt::from).collect())
}

/// A try of an endpoint.
pub(in crate::events) async fn find(tx: &mut Tx, endpoint_id: &str, id: &str) -> sqlx::Result<Option<Attempt>> {
    let row: Option<AttemptRow> = on!(tx, connection => sqlx::query_as(
        select!("where endpoint_id = $1 and id = $2"))
        .bind(endpoint_id).bind(id).fetch_optional(connection).await)?;
    Ok(row.map(Attempt::from))
}

/// Facts that were given up since a moment and did not arrive later, oldest first, behind `after`.
pub(in crate::events) async fn given_up(
    tx: &mut Tx,
    endpoint_id: &str,
    since: Timestamp,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<Attempt>> {
    let rows: Vec<AttemptRow> = on!(tx, connection => sqlx::query_as(
        select!("where endpoint_id = $1 and outcome = 'failed' and at >= $2 and id > $3 order by id limit $4"))
        .bind(endpoint_id).bind(since).bind(after).bind(limit).fetch_all(connection).await)?;
    Ok(rows.into_iter().map(Attempt::from).collect())
}

/// A fact that was given up has arrived after all.
pub(in crate::events) async fn mark_recovered(tx: &mut Tx, endpoint_id: &str, event_id: &str) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "update webhook_attempt set outcome = 'recovered'
         where endpoint_id = $1 and event_id = $2 and outcome = 'failed'")
        .bind(endpoint_id).bind(event_id).execute(connection).await.map(drop))
}

/// Takes away up to `limit` tries from before `before`: how many.
pub(in crate::events) async fn delete_old(tx: &mut Tx, before: Timestamp, limit: i64) -> sqlx::Result<u64> {
    on!(tx, connection => sqlx::query(
        "delete from webhook_attempt where id in (select id from webhook_attempt where at < $1 order by at limit $2)")
        .bind(before).bind(limit).execute(connection).await.map(|done| done.rows_affected()))
}
