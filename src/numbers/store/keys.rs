//! The table `number_key`: what a session needs to be found again, sealed.

use crate::on;
use crate::platform::db::Tx;

pub async fn key(tx: &mut Tx, number_id: &str, kind: &str, key: &str) -> sqlx::Result<Option<String>> {
    on!(tx, connection => sqlx::query_scalar(
        "select sealed from number_key where number_id = $1 and kind = $2 and key = $3")
        .bind(number_id).bind(kind).bind(key).fetch_optional(connection).await)
}

/// Whether there is anything that a session could be found again with.
pub async fn has_keys(tx: &mut Tx, number_id: &str) -> sqlx::Result<bool> {
    let found: Option<i64> = on!(tx, connection => sqlx::query_scalar(
        "select cast(1 as bigint) from number_key where number_id = $1 limit 1")
        .bind(number_id).fetch_optional(connection).await)?;
    Ok(found.is_some())
}

pub async fn put_key(tx: &mut Tx, number_id: &str, kind: &str, key: &str, sealed: &str) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "insert into number_key (number_id, kind, key, sealed) values ($1, $2, $3, $4)
         on conflict (number_id, kind, key) do update set sealed = excluded.sealed")
        .bind(number_id).bind(kind).bind(key).bind(sealed).execute(connection).await.map(drop))
}

pub async fn delete_key(tx: &mut Tx, number_id: &str, kind: &str, key: &str) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("delete from number_key where number_id = $1 and kind = $2 and key = $3")
        .bind(number_id).bind(kind).bind(key).execute(connection).await.map(drop))
}

pub async fn forget_keys(tx: &mut Tx, number_id: &str) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("delete from number_key where number_id = $1")
        .bind(number_id).execute(connection).await.map(drop))
}
