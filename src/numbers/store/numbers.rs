//! The table `number`.

use crate::numbers::{Number, NumberState};
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

/// The columns of a [`NumberRow`], followed by what the query asks.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, workspace_id, phone, name, connector, state, reason, device_name, profile_name, linked_at,
                changed_at from number ",
            $rest
        )
    };
}

#[derive(sqlx::FromRow)]
struct NumberRow {
    id: String,
    workspace_id: String,
    phone: String,
    name: String,
    connector: String,
    state: String,
    reason: Option<String>,
    device_name: String,
    profile_name: String,
    linked_at: Option<Timestamp>,
    changed_at: Timestamp,
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
        device_name: row.device_name,
        profile_name: row.profile_name,
        linked_at: row.linked_at,
        changed_at: row.changed_at,
    })
}

fn numbers_of(rows: Vec<NumberRow>) -> sqlx::Result<Vec<Number>> {
    rows.into_iter().map(number_of).collect()
}

/// By name.
pub async fn in_workspace(tx: &mut Tx, workspace_id: &str) -> sqlx::Result<Vec<Number>> {
    let rows = on!(tx, connection => sqlx::query_as(
        select!("where workspace_id = $1 order by name, id limit 1000"))
        .bind(workspace_id).fetch_all(connection).await)?;
    numbers_of(rows)
}

pub async fn number(tx: &mut Tx, workspace_id: &str, id: &str) -> sqlx::Result<Option<Number>> {
    let row: Option<NumberRow> = on!(tx, connection => sqlx::query_as(
        select!("where workspace_id = $1 and id = $2"))
        .bind(workspace_id).bind(id).fetch_optional(connection).await)?;
    row.map(number_of).transpose()
}

pub async fn of_phone(tx: &mut Tx, workspace_id: &str, phone: &str) -> sqlx::Result<Option<Number>> {
    let row: Option<NumberRow> = on!(tx, connection => sqlx::query_as(
        select!("where workspace_id = $1 and phone = $2"))
        .bind(workspace_id).bind(phone).fetch_optional(connection).await)?;
    row.map(number_of).transpose()
}

/// A page of a workspace's numbers, by id. `only`: a JSON array of ids, or none for all.
pub async fn page(
    tx: &mut Tx,
    workspace_id: &str,
    only: Option<&str>,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<Number>> {
    const SQLITE: &str = select!(
        "where workspace_id = $1 and id > $2
            and ($3 is null or id in (select value from json_each($3))) order by id limit $4"
    );
    const POSTGRES: &str = select!(
        "where workspace_id = $1 and id > $2
            and ($3 is null or id in (select json_array_elements_text($3::text::json))) order by id limit $4"
    );
    let sql = if matches!(tx, Tx::Sqlite(..)) { SQLITE } else { POSTGRES };
    let rows = on!(tx, connection => sqlx::query_as(sql)
        .bind(workspace_id).bind(after).bind(only).bind(limit).fetch_all(connection).await)?;
    numbers_of(rows)
}

/// A page of the numbers of all workspaces that have a link and a connector of this name, by id.
pub async fn linked(tx: &mut Tx, connector: &str, after: &str, limit: i64) -> sqlx::Result<Vec<Number>> {
    let rows = on!(tx, connection => sqlx::query_as(
        select!("where connector = $1 and state in ('starting', 'linked') and id > $2 order by id limit $3"))
        .bind(connector).bind(after).bind(limit).fetch_all(connection).await)?;
    numbers_of(rows)
}

/// A page of the numbers that are not linked and whose keys were not forgotten, by id: something was interrupted. Workspace
/// and number.
pub async fn with_leftover_keys(
    tx: &mut Tx,
    connector: &str,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<(String, String)>> {
    on!(tx, connection => sqlx::query_as(
        "select workspace_id, id from number where connector = $1 and state = 'not_linked' and id > $2
            and exists (select 1 from number_key where number_key.number_id = number.id)
            and not exists (select 1 from link_attempt where number_id = number.id and ended_at is null)
         order by id limit $3")
        .bind(connector).bind(after).bind(limit).fetch_all(connection).await)
}

/// Whether another workspace holds the link of this phone.
pub async fn linked_elsewhere(tx: &mut Tx, workspace_id: &str, phone: &str) -> sqlx::Result<bool> {
    let found: Option<i64> = on!(tx, connection => sqlx::query_scalar(
        "select cast(1 as bigint) from number where phone = $2 and workspace_id <> $1 and state <> 'not_linked'
            and not (state = 'needs_attention' and reason = 'unlinked_on_phone') limit 1")
        .bind(workspace_id).bind(phone).fetch_optional(connection).await)?;
    Ok(found.is_some())
}

/// Numbers of other workspaces with this phone, whose link was ended on the phone.
pub async fn stale_elsewhere(tx: &mut Tx, workspace_id: &str, phone: &str) -> sqlx::Result<Vec<Number>> {
    let rows = on!(tx, connection => sqlx::query_as(
        select!("where phone = $2 and workspace_id <> $1 and state = 'needs_attention' and reason = 'unlinked_on_phone' limit 100"))
        .bind(workspace_id).bind(phone).fetch_all(connection).await)?;
    numbers_of(rows)
}

/// Those of these phones whose place is a number of these workspaces. Both are JSON arrays.
pub async fn phones_of(tx: &mut Tx, workspaces: &str, phones: &str) -> sqlx::Result<Vec<String>> {
    macro_rules! sql {
        ($workspaces:literal, $phones:literal) => {
            concat!(
                "select phone from number where workspace_id in (",
                $workspaces,
                ") and phone in (",
                $phones,
                ") and not exists (select 1 from number as other
                    where other.phone = number.phone and other.workspace_id <> number.workspace_id
                        and (case when other.state = 'not_linked' then 1 else 0 end, other.created_at, other.id)
                            < (case when number.state = 'not_linked' then 1 else 0 end, number.created_at, number.id))"
            )
        };
    }
    const SQLITE: &str = sql!("select value from json_each($1)", "select value from json_each($2)");
    const POSTGRES: &str =
        sql!("select json_array_elements_text($1::text::json)", "select json_array_elements_text($2::text::json)");
    let sql = if matches!(tx, Tx::Sqlite(..)) { SQLITE } else { POSTGRES };
    on!(tx, connection => sqlx::query_scalar(sql).bind(workspaces).bind(phones).fetch_all(connection).await)
}

/// A number about to be linked for the first time.
pub struct NewNumber<'a> {
    pub id: &'a str,
    pub workspace_id: &'a str,
    pub phone: &'a str,
    pub name: &'a str,
    pub connector: &'a str,
    pub created_by: &'a str,
}

/// False when the workspace has a number with this phone already.
pub async fn insert_number(tx: &mut Tx, new: &NewNumber<'_>, now: Timestamp) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "insert into number (id, workspace_id, phone, name, connector, state, created_by, created_at, changed_at)
         values ($1, $2, $3, $4, $5, 'not_linked', $6, $7, $7) on conflict (workspace_id, phone) do nothing")
        .bind(new.id).bind(new.workspace_id).bind(new.phone).bind(new.name).bind(new.connector)
        .bind(new.created_by).bind(now)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// True when the number was still in state `from`.
pub async fn save_state(
    tx: &mut Tx,
    id: &str,
    from: NumberState,
    to: NumberState,
    reason: Option<&str>,
    now: Timestamp,
) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "update number set state = $3, reason = $4, changed_at = $5 where id = $1 and state = $2")
        .bind(id).bind(from.name()).bind(to.name()).bind(reason).bind(now)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// Records a new link. The index `number_linked` refuses a second one of the same phone.
pub async fn save_linked(tx: &mut Tx, id: &str, device_name: &str, now: Timestamp) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "update number set state = 'linked', reason = null, device_name = $2, linked_at = $3, changed_at = $3
         where id = $1")
        .bind(id).bind(device_name).bind(now).execute(connection).await.map(drop))
}

/// What it is called, here and by the account itself.
pub async fn save_name(tx: &mut Tx, id: &str, name: &str, profile_name: &str) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("update number set name = $2, profile_name = $3 where id = $1")
        .bind(id).bind(name).bind(profile_name).execute(connection).await.map(drop))
}

/// Its attempts, keys and messages go with it.
pub async fn delete_number(tx: &mut Tx, workspace_id: &str, id: &str) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query("delete from number where workspace_id = $1 and id = $2")
        .bind(workspace_id).bind(id).execute(connection).await.map(|done| done.rows_affected() == 1))
}
