//! The outbox.

use crate::events::{Event, Kind, Saved, Subject};
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

/// The place that it takes is its subject's until the commit: whoever reads in the order of places misses none that is
/// committed later.
pub(in crate::events) async fn insert(
    tx: &mut Tx,
    id: &str,
    event: &Event,
    words_of: Option<&str>,
    now: Timestamp,
) -> sqlx::Result<i64> {
    let seq: i64 = on!(tx, connection => sqlx::query_scalar(
        "insert into event_head (subject, seq) values ($1, 1)
         on conflict (subject) do update set seq = event_head.seq + 1 returning seq")
        .bind(event.subject.id()).fetch_one(connection).await)?;
    let data = event.data.to_string();
    on!(tx, connection => sqlx::query(
        "insert into event (id, seq, kind, subject, number_id, grant_id, data, words_of, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        .bind(id).bind(seq).bind(event.kind.name()).bind(event.subject.id()).bind(event.number_id.as_deref())
        .bind(event.grant_id.as_deref()).bind(&data).bind(words_of).bind(now)
        .execute(connection).await.map(|_| seq))
}

/// Puts `data` in the place of what held the words of a message.
pub(in crate::events) async fn replace_words(
    tx: &mut Tx,
    message_id: &str,
    data: &serde_json::Value,
) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("update event set data = $2, words_of = null where words_of = $1")
        .bind(message_id).bind(data.to_string()).execute(connection).await.map(drop))
}

#[derive(sqlx::FromRow)]
struct EventRow {
    id: String,
    seq: i64,
    kind: String,
    number_id: Option<String>,
    grant_id: Option<String>,
    data: String,
    created_at: Timestamp,
}

/// Facts of a subject behind a place, in their order: those of a kind that this version knows, and the last place that
/// was looked at, if any.
pub(in crate::events) async fn after(
    tx: &mut Tx,
    subject: &Subject,
    seq: i64,
    limit: i64,
) -> sqlx::Result<(Vec<Saved>, Option<i64>)> {
    let rows: Vec<EventRow> = on!(tx, connection => sqlx::query_as(
        "select id, seq, kind, number_id, grant_id, data, created_at from event
         where subject = $1 and seq > $2 order by seq limit $3")
        .bind(subject.id()).bind(seq).bind(limit).fetch_all(connection).await)?;
    Ok(read(rows, subject))
}

/// The same of one number, or without one of what is about no number.
pub(in crate::events) async fn of_number_after(
    tx: &mut Tx,
    subject: &Subject,
    number_id: &str,
    seq: i64,
    limit: i64,
) -> sqlx::Result<(Vec<Saved>, Option<i64>)> {
    let rows: Vec<EventRow> = on!(tx, connection => sqlx::query_as(
        "select id, seq, kind, number_id, grant_id, data, created_at from event
         where subject = $1 and coalesce(number_id, '') = $2 and seq > $3 order by seq limit $4")
        .bind(subject.id()).bind(number_id).bind(seq).bind(limit).fetch_all(connection).await)?;
    Ok(read(rows, subject))
}

/// Whether there is any.
pub(in crate::events) async fn is_any_after(
    tx: &mut Tx,
    subject: &Subject,
    number_id: &str,
    seq: i64,
) -> sqlx::Result<bool> {
    let found: Option<i64> = on!(tx, connection => sqlx::query_scalar(
        "select seq from event where subject = $1 and coalesce(number_id, '') = $2 and seq > $3 order by seq limit 1")
        .bind(subject.id()).bind(number_id).bind(seq).fetch_optional(connection).await)?;
    Ok(found.is_some())
}

/// A fact of a subject, as long as it is kept.
pub(in crate::events) async fn find(tx: &mut Tx, subject: &Subject, id: &str) -> sqlx::Result<Option<Saved>> {
    let rows: Vec<EventRow> = on!(tx, connection => sqlx::query_as(
        "select id, seq, kind, number_id, grant_id, data, created_at from event where id = $1 and subject = $2")
        .bind(id).bind(subject.id()).fetch_all(connection).await)?;
    Ok(read(rows, subject).0.pop())
}

fn read(rows: Vec<EventRow>, subject: &Subject) -> (Vec<Saved>, Option<i64>) {
    let last = rows.last().map(|row| row.seq);
    let saved = |row: EventRow| {
        let kind = Kind::named(&row.kind)?;
        let event = Event {
            kind,
            subject: subject.clone(),
            number_id: row.number_id,
            grant_id: row.grant_id,
            data: serde_json::from_str(&row.data).ok()?,
        };
        Some(Saved { id: row.id, seq: row.seq, event, created_at: row.created_at })
    };
    (rows.into_iter().filter_map(saved).collect(), last)
}

/// The first place that is still kept, and the last one that was given, of a subject.
pub(in crate::events) async fn places(tx: &mut Tx, subject: &Subject) -> sqlx::Result<(Option<i64>, i64)> {
    let first: Option<i64> = on!(tx, connection => sqlx::query_scalar(
        "select seq from event where subject = $1 order by seq limit 1")
        .bind(subject.id()).fetch_optional(connection).await)?;
    let last: Option<i64> = on!(tx, connection => sqlx::query_scalar(
        "select seq from event_head where subject = $1").bind(subject.id()).fetch_optional(connection).await)?;
    Ok((first, last.unwrap_or(0)))
}

/// Takes away up to `limit` facts from before `before`: how many.
pub(in crate::events) async fn delete_old(tx: &mut Tx, before: Timestamp, limit: i64) -> sqlx::Result<u64> {
    on!(tx, connection => sqlx::query(
        "delete from event where id in (select id from event where created_at < $1 order by created_at limit $2)")
        .bind(before).bind(limit).execute(connection).await.map(|done| done.rows_affected()))
}
