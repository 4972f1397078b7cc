//! Lanes: the queue of each number, leased as a whole.
//!
//! `due_at` is also the lease. Who leased a lane at a moment owns it while `due_at` is the one that they wrote; when they
//! die it comes to pass, and somebody else looks.

use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

/// A leased lane.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(in crate::messages) struct Lane {
    pub number_id: String,
    /// The lease: when it ends, and the proof of holding it.
    pub due_at: Timestamp,
    /// Tries of its first message that failed, one after the other.
    pub attempts: i64,
}

/// There is something in the lane. A lane that is leased or that pauses is left as it is.
pub(in crate::messages) async fn wake_lane(tx: &mut Tx, number_id: &str, now: Timestamp) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "insert into message_lane (number_id, due_at) values ($1, $2)
         on conflict (number_id) do update set due_at = coalesce(message_lane.due_at, excluded.due_at)")
        .bind(number_id).bind(now).execute(connection).await.map(drop))
}

/// Whether there is anything to lease. It only reads, so that an idle server writes nothing.
pub(in crate::messages) async fn a_lane_is_due(tx: &mut Tx, now: Timestamp) -> sqlx::Result<bool> {
    let due: Option<String> = on!(tx, connection => sqlx::query_scalar(
        "select number_id from message_lane where due_at <= $1 limit 1")
        .bind(now).fetch_optional(connection).await)?;
    Ok(due.is_some())
}

/// Takes the lane that has been due for longest.
pub(in crate::messages) async fn lease_lane(
    tx: &mut Tx,
    now: Timestamp,
    until: Timestamp,
) -> sqlx::Result<Option<Lane>> {
    const SQLITE: &str = "update message_lane set due_at = $2 where number_id =
        (select number_id from message_lane where due_at <= $1 order by due_at limit 1)
        returning number_id, due_at, attempts";
    const POSTGRES: &str = "update message_lane set due_at = $2 where number_id =
        (select number_id from message_lane where due_at <= $1 order by due_at limit 1 for update skip locked)
        returning number_id, due_at, attempts";
    let sql = if matches!(tx, Tx::Sqlite(..)) { SQLITE } else { POSTGRES };
    on!(tx, connection => sqlx::query_as(sql).bind(now).bind(until).fetch_optional(connection).await)
}

/// Renews the lease and forgets failures; locks the lane until the transaction ends. False when somebody else has it.
pub(in crate::messages) async fn hold_lane(tx: &mut Tx, lane: &Lane, until: Timestamp) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "update message_lane set due_at = $3, attempts = 0 where number_id = $1 and due_at = $2")
        .bind(&lane.number_id).bind(lane.due_at).bind(until)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// Gives back a lane that was locked with [`hold_lane`] in this transaction: due at once if something waits in it.
///
/// It is a statement of its own after the lock: only then does PostgreSQL look at what others have committed meanwhile.
pub(in crate::messages) async fn rest_lane(tx: &mut Tx, number_id: &str, now: Timestamp) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "update message_lane set due_at = case when exists
            (select 1 from message where number_id = $1 and state = 'queued') then $2 end
         where number_id = $1")
        .bind(number_id).bind(now).execute(connection).await.map(drop))
}

/// Leaves the lane alone until `until`, after its first message could not be handed over. Does nothing when somebody else
/// has it, and then it is false.
pub(in crate::messages) async fn postpone_lane(tx: &mut Tx, lane: &Lane, until: Timestamp) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "update message_lane set due_at = $3, attempts = attempts + 1 where number_id = $1 and due_at = $2")
        .bind(&lane.number_id).bind(lane.due_at).bind(until)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}
