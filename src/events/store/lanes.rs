//! Lanes: what an endpoint has yet to be told of one number. A lane is there only while there is something to tell.
//!
//! `due_at` is also the lease. Who leased a lane owns it while `due_at` is the one that they wrote; when they die it comes to
//! pass, and somebody else looks.

use serde_json::{Value, json};

use crate::events::{Event, Subject};
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

/// The moment that never comes: an endpoint that pauses is told nothing.
const HELD: Timestamp = Timestamp(i64::MAX);

/// A leased lane.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(in crate::events) struct Lane {
    pub endpoint_id: String,
    /// The grant by which an app hears; empty for a workspace or an app itself.
    pub grant_id: String,
    /// Empty for what is about no number.
    pub number_id: String,
    /// The one fact that is to be told again; empty for all that come.
    pub event_id: String,
    /// The id of a workspace or an app.
    pub subject: String,
    /// Up to here everything was told.
    pub place: i64,
    /// The lease: when it ends, and the proof of holding it.
    pub due_at: Timestamp,
    /// Tries of the next fact that failed, one after the other.
    pub attempts: i64,
}

/// There is something to tell: a lane for every endpoint that listens, unless there is one already. True when one is new.
///
/// A lane that is there is locked all the same, although nothing about it changes: whoever works on it must not find it
/// empty and put it away before the fact can be seen.
pub(in crate::events) async fn wake(tx: &mut Tx, event: &Event, seq: i64, now: Timestamp) -> sqlx::Result<bool> {
    const OF_WORKSPACE: &str = "
        insert into webhook_lane (endpoint_id, grant_id, number_id, subject, place, due_at)
        select endpoint.id, hearer.grant_id, $3, $1, $4, $5
          from event_hearer as hearer join webhook_endpoint as endpoint on endpoint.app_id = hearer.app_id
         where hearer.workspace_id = $1 and (endpoint.kinds = '' or endpoint.kinds like $2)
        union all
        select id, '', $3, $1, $4, $5 from webhook_endpoint
         where workspace_id = $1 and (kinds = '' or kinds like $2)
        on conflict (endpoint_id, grant_id, number_id, event_id)
            do update set due_at = webhook_lane.due_at where webhook_lane.due_at < 0";
    const OF_APP: &str = "
        insert into webhook_lane (endpoint_id, grant_id, number_id, subject, place, due_at)
        select id, '', $3, $1, $4, $5 from webhook_endpoint
         where app_id = $1 and (kinds = '' or kinds like $2)
        on conflict (endpoint_id, grant_id, number_id, event_id)
            do update set due_at = webhook_lane.due_at where webhook_lane.due_at < 0";
    let sql = match event.subject {
        Subject::Workspace(_) => OF_WORKSPACE,
        Subject::App(_) => OF_APP,
    };
    let kind = format!("% {} %", event.kind.name());
    on!(tx, connection => sqlx::query(sql)
        .bind(event.subject.id()).bind(kind).bind(event.number_id.as_deref().unwrap_or_default()).bind(seq - 1).bind(now)
        .execute(connection).await.map(|done| done.rows_affected() > 0))
}

/// A lane for one fact alone, in which it is told again. False when it is there already.
pub(in crate::events) async fn wake_for_one(tx: &mut Tx, lane: &Lane) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "insert into webhook_lane (endpoint_id, grant_id, number_id, event_id, subject, place, due_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (endpoint_id, grant_id, number_id, event_id) do nothing")
        .bind(&lane.endpoint_id).bind(&lane.grant_id).bind(&lane.number_id).bind(&lane.event_id).bind(&lane.subject)
        .bind(lane.place).bind(lane.due_at).execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// A lane, by what tells it from all others.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(in crate::events) struct Due {
    pub endpoint_id: String,
    grant_id: String,
    number_id: String,
    event_id: String,
}

/// Up to `limit` lanes to lease, those that have been due for longest, but none of the endpoints in `busy`, a JSON list of ids.
/// It only reads, so that an idle server writes nothing.
pub(in crate::events) async fn due(tx: &mut Tx, busy: &str, now: Timestamp, limit: i64) -> sqlx::Result<Vec<Due>> {
    const SQLITE: &str = "select endpoint_id, grant_id, number_id, event_id from webhook_lane
        where due_at <= $1 and endpoint_id not in (select value from json_each($2)) order by due_at limit $3";
    const POSTGRES: &str = "select endpoint_id, grant_id, number_id, event_id from webhook_lane
        where due_at <= $1 and endpoint_id not in (select json_array_elements_text($2::json)) order by due_at limit $3";
    let sql = if matches!(tx, Tx::Sqlite(..)) { SQLITE } else { POSTGRES };
    on!(tx, connection => sqlx::query_as(sql).bind(now).bind(busy).bind(limit).fetch_all(connection).await)
}

/// Takes these lanes, as far as they are still due.
pub(in crate::events) async fn lease(
    tx: &mut Tx,
    lanes: &[Due],
    now: Timestamp,
    until: Timestamp,
) -> sqlx::Result<Vec<Lane>> {
    const SQLITE: &str = "update webhook_lane set due_at = $2, leased = true
         where due_at <= $1 and (endpoint_id, grant_id, number_id, event_id) in
            (select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each($3))
        returning endpoint_id, grant_id, number_id, event_id, subject, place, due_at, attempts";
    // What somebody else has locked is left to the next look: who locks many at once does so in no order of ours.
    const POSTGRES: &str = "update webhook_lane set due_at = $2, leased = true
         where (endpoint_id, grant_id, number_id, event_id) in
            (select endpoint_id, grant_id, number_id, event_id from webhook_lane
              where due_at <= $1 and (endpoint_id, grant_id, number_id, event_id) in
                (select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_array_elements($3::json))
                for update skip locked)
        returning endpoint_id, grant_id, number_id, event_id, subject, place, due_at, attempts";
    let sql = if matches!(tx, Tx::Sqlite(..)) { SQLITE } else { POSTGRES };
    let keys = lanes.iter().map(|lane| json!([lane.endpoint_id, lane.grant_id, lane.number_id, lane.event_id]));
    let keys = Value::from_iter(keys).to_string();
    on!(tx, connection => sqlx::query_as(sql).bind(now).bind(until).bind(&keys).fetch_all(connection).await)
}

/// Notes how far it came, and locks the lane until the transaction ends. False when somebody else has it.
pub(in crate::events) async fn hold(tx: &mut Tx, lane: &Lane, place: i64) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "update webhook_lane set place = $6
         where endpoint_id = $1 and grant_id = $2 and number_id = $3 and event_id = $4 and due_at = $5 and leased")
        .bind(&lane.endpoint_id).bind(&lane.grant_id).bind(&lane.number_id).bind(&lane.event_id).bind(lane.due_at)
        .bind(place).execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// Gives back a lane that was locked with [`hold`] in this transaction: nobody looks before `due_at`.
pub(in crate::events) async fn give_back(
    tx: &mut Tx,
    lane: &Lane,
    due_at: Timestamp,
    attempts: i64,
) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "update webhook_lane set due_at = $5, leased = false, attempts = $6
         where endpoint_id = $1 and grant_id = $2 and number_id = $3 and event_id = $4")
        .bind(&lane.endpoint_id).bind(&lane.grant_id).bind(&lane.number_id).bind(&lane.event_id).bind(due_at)
        .bind(attempts).execute(connection).await.map(drop))
}

/// Puts away a lane that was locked with [`hold`] in this transaction.
pub(in crate::events) async fn delete(tx: &mut Tx, lane: &Lane) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "delete from webhook_lane where endpoint_id = $1 and grant_id = $2 and number_id = $3 and event_id = $4")
        .bind(&lane.endpoint_id).bind(&lane.grant_id).bind(&lane.number_id).bind(&lane.event_id)
        .execute(connection).await.map(drop))
}

/// Whether somebody works on another lane of the same endpoint under the same grant.
pub(in crate::events) async fn others_are_leased(tx: &mut Tx, lane: &Lane, now: Timestamp) -> sqlx::Result<bool> {
    let other: Option<i64> = on!(tx, connection => sqlx::query_scalar(
        "select place from webhook_lane
         where endpoint_id = $1 and grant_id = $2 and leased and due_at > $5 and (number_id <> $3 or event_id <> $4) limit 1")
        .bind(&lane.endpoint_id).bind(&lane.grant_id).bind(&lane.number_id).bind(&lane.event_id).bind(now)
        .fetch_optional(connection).await)?;
    Ok(other.is_some())
}

/// Leaves a lane alone until its endpoint goes on. It was locked with [`hold`] in this transaction.
pub(in crate::events) async fn hold_back(tx: &mut Tx, lane: &Lane) -> sqlx::Result<()> {
    give_back(tx, lane, HELD, 0).await
}

/// The endpoint goes on: what was held back is due, and what waited for its next try. How many.
pub(in crate::events) async fn wake_all_of(tx: &mut Tx, endpoint_id: &str, now: Timestamp) -> sqlx::Result<u64> {
    on!(tx, connection => sqlx::query(
        "update webhook_lane set due_at = $2, attempts = 0 where endpoint_id = $1 and due_at > $2 and not leased")
        .bind(endpoint_id).bind(now).execute(connection).await.map(|done| done.rows_affected()))
}

pub(in crate::events) async fn delete_all_of(tx: &mut Tx, endpoint_id: &str) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("delete from webhook_lane where endpoint_id = $1")
        .bind(endpoint_id).execute(connection).await.map(drop))
}

/// When a server starts it is alone: whoever had a lane is gone, and an endpoint that goes on holds nothing back. How many
/// lanes are due now.
pub(in crate::events) async fn release_all(tx: &mut Tx, now: Timestamp) -> sqlx::Result<u64> {
    on!(tx, connection => sqlx::query(
        "update webhook_lane set due_at = $1, leased = false
         where leased or (due_at = $2 and exists
            (select 1 from webhook_endpoint where id = webhook_lane.endpoint_id and state = 'active'))")
        .bind(now).bind(HELD).execute(connection).await.map(|done| done.rows_affected()))
}
