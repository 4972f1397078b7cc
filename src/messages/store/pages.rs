//! Lists of messages, newest first. Each walks one index from its end.

use super::messages::{MessageRow, columns, message_of};
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
        columns!(
            "select seq,",
            "from message where workspace_id = $1 and seq < $2
                and ($3 is null or direction = $3) and ($4 is null or state = $4)
             order by seq desc limit $5"))
        .bind(workspace_id).bind(wanted.before).bind(wanted.direction.map(Direction::name))
        .bind(wanted.state.map(State::name)).bind(wanted.limit).fetch_all(connection).await)?;
    placed(rows)
}

/// Those of some numbers (a JSON array of ids): each with its place. Each number's newest come from the end of its index; the
/// newest of all are among them.
pub(in crate::messages) async fn newest_of_numbers(
    tx: &mut Tx,
    workspace_id: &str,
    numbers: &str,
    wanted: Wanted,
) -> sqlx::Result<Vec<(i64, Message)>> {
    // The inner select leaves json_each's own `id` behind.
    const SQLITE: &str = columns!(
        "select seq,",
        "from (select value from json_each($2)) as wanted
            join message on message.id in (select newest.id from message as newest
                where newest.workspace_id = $1 and newest.number_id = wanted.value and newest.seq < $3
                    and ($4 is null or newest.direction = $4) and ($5 is null or newest.state = $5)
                order by newest.seq desc limit $6)
         order by seq desc limit $6"
    );
    const POSTGRES: &str = columns!(
        "select newest.* from json_array_elements_text($2::text::json) as wanted (number_id) cross join lateral (
            select seq,",
        "from message where workspace_id = $1 and message.number_id = wanted.number_id and seq < $3
                and ($4 is null or direction = $4) and ($5 is null or state = $5)
            order by seq desc limit $6) as newest
         order by newest.seq desc limit $6"
    );
    let sql = if matches!(tx, Tx::Sqlite(..)) { SQLITE } else { POSTGRES };
    let rows = on!(tx, connection => sqlx::query_as(sql)
        .bind(workspace_id).bind(numbers).bind(wanted.before).bind(wanted.direction.map(Direction::name))
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
