//! Numbers in the database.

use super::Number;
use crate::on;
use crate::platform::db::Tx;

#[derive(sqlx::FromRow)]
struct NumberRow {
    id: String,
    workspace_id: String,
    phone: String,
    name: String,
    connector: String,
    state: String,
    reason: Option<String>,
}

pub(super) async fn in_workspace(tx: &mut Tx, workspace_id: &str) -> sqlx::Result<Vec<Number>> {
    let rows: Vec<NumberRow> = on!(tx, connection => sqlx::query_as(
        "select id, workspace_id, phone, name, connector, state, reason from number
         where workspace_id = $1 order by name, id limit 1000")
        .bind(workspace_id).fetch_all(connection).await)?;
    rows.into_iter().map(number_of).collect()
}

pub(super) async fn number(tx: &mut Tx, workspace_id: &str, id: &str) -> sqlx::Result<Option<Number>> {
    let row: Option<NumberRow> = on!(tx, connection => sqlx::query_as(
        "select id, workspace_id, phone, name, connector, state, reason from number where id = $1 and workspace_id = $2")
        .bind(id).bind(workspace_id).fetch_optional(connection).await)?;
    row.map(number_of).transpose()
}

fn number_of(row: NumberRow) -> sqlx::Result<Number> {
    Ok(Number {
        state: row.state.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        id: row.id,
        workspace_id: row.workspace_id,
        phone: row.phone,
        name: row.name,
        connector: row.connector,
        reason: row.reason,
    })
}
