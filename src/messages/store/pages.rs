//! Lists of messages, newest first. Each walks one index from its end.

use super::messages::{MessageRow, message_of};
use crate::messages::{Direction, Message, State};
use crate::on;
use crate::platform::db::Tx;

/// Which messages: those before a place, of one direction or state, and how many at most.
#[derive(Clone, Copy)]
pub(in crate::messages) struct Wanted {
    pub before: i64,
    pub direction: Option<Direction>,
    pub state: Option<State>,
    pub limit: i64,
}

#[derive(sqlx::FromRow)]
struct Placed {
    seq: i64,
    #[sqlx(flatten)]
    message: MessageRow,
}

fn placed(rows: Vec<Placed>) -> sqlx::Result<Vec<(i64, Message)>> {
    rows.into_iter().map(|row| Ok((row.seq, message_of(row.message)?))).collect()
}

/// All of a workspace: each with its place.
pub(in crate::messages) async fn newest_of_workspace(
    tx: &mut Tx,
    workspace_id: &str,
    wanted: Wanted,
) -> sqlx::Result<Vec<(i64, Message)>> {
    let rows = on!(tx, connection => sqlx::query_as(
        "select seq, id, workspace_id, number_id, grant_id, direction, peer, body, state, reason, created_at, changed_at
         from message where workspace_id = $1 and seq < $2
            and ($3 is null or direction = $3) and ($4 is null or state = $4)
         order by seq desc limit $5")
        .bind(workspace_id).bind(wanted.before).bind(wanted.direction.map(Direction::name))
        .bind(wanted.state.map(State::name)).bind(wanted.limit).fetch_all(connection).await)?;
    placed(rows)
}

/// Those of one number: each with its place.
pub(in crate::messages) async fn newest_of_number(
    tx: &mut Tx,
    workspace_id: &str,
    number_id: &str,
    wanted: Wanted,
) -> sqlx::Result<Vec<(i64, Message)>> {
    let rows = on!(tx, connection => sqlx::query_as(
        "select seq, id, workspace_id, number_id, grant_id, direction, peer, body, state, reason, created_at, changed_at
         from message where workspace_id = $1 and number_id = $2 and seq < $3
            and ($4 is null or direction = $4) and ($5 is null or state = $5)
         order by seq desc limit $6")
        .bind(workspace_id).bind(number_id).bind(wanted.before).bind(wanted.direction.map(Direction::name))
        .bind(wanted.state.map(State::name)).bind(wanted.limit).fetch_all(connection).await)?;
    placed(rows)
}

/// The place and the number of a message.
pub(in crate::messages) async fn place_of(
    tx: &mut Tx,
    workspace_id: &str,
    id: &str,
) -> sqlx::Result<Option<(i64, String)>> {
    on!(tx, connection => sqlx::query_as("select seq, number_id from message where id = $1 and workspace_id = $2")
        .bind(id).bind(workspace_id).fetch_optional(connection).await)
}
