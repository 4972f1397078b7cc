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

/// Every key of a kind with what lies under it.
pub async fn keys_of_kind(tx: &mut Tx, number_id: &str, kind: &str) -> sqlx::Result<Vec<(String, String)>> {
    on!(tx, connection => sqlx::query_as(
        "select key, sealed from number_key where number_id = $1 and kind = $2 order by key")
        .bind(number_id).bind(kind).fetch_all(connection).await)
}

pub async fn key_names(tx: &mut Tx, number_id: &str, kind: &str, prefix: &str) -> sqlx::Result<Vec<String>> {
    on!(tx, connection => sqlx::query_scalar(
        "select key from number_key
          where number_id = $1 and kind = $2 and substr(key, 1, length($3)) = $3 order by key")
        .bind(number_id).bind(kind).bind(prefix).fetch_all(connection).await)
}

/// A change whose value is sealed.
pub enum SealedChange {
    Put { kind: &'static str, key: String, sealed: String, moment_s: Option<i64> },
    Delete { kind: &'static str, key: String },
}

pub async fn change_keys(tx: &mut Tx, number_id: &str, changes: &[SealedChange]) -> sqlx::Result<()> {
    for change in changes {
        match change {
            SealedChange::Put { kind, key, sealed, moment_s } => {
                on!(tx, connection => sqlx::query(
                    "insert into number_key (number_id, kind, key, sealed, moment_s) values ($1, $2, $3, $4, $5)
                     on conflict (number_id, kind, key)
                        do update set sealed = excluded.sealed, moment_s = excluded.moment_s")
                    .bind(number_id).bind(kind).bind(key).bind(sealed).bind(moment_s)
                    .execute(connection).await.map(drop))?;
            }
            SealedChange::Delete { kind, key } => {
                on!(tx, connection => sqlx::query(
                    "delete from number_key where number_id = $1 and kind = $2 and key = $3")
                    .bind(number_id).bind(kind).bind(key).execute(connection).await.map(drop))?;
            }
        }
    }
    Ok(())
}

/// A key and where it lies.
#[derive(sqlx::FromRow)]
pub struct SealedKey {
    pub number_id: String,
    pub kind: String,
    pub key: String,
    pub sealed: String,
}

/// The keys of all numbers, a page at a time: those behind `after`.
pub async fn sealed_keys(tx: &mut Tx, after: Option<&SealedKey>, limit: i64) -> sqlx::Result<Vec<SealedKey>> {
    let (number_id, kind, key) =
        after.map_or(("", "", ""), |after| (after.number_id.as_str(), after.kind.as_str(), after.key.as_str()));
    on!(tx, connection => sqlx::query_as(
        "select number_id, kind, key, sealed from number_key
         where (number_id, kind, key) > ($1, $2, $3) order by number_id, kind, key limit $4")
        .bind(number_id).bind(kind).bind(key).bind(limit).fetch_all(connection).await)
}

/// False when the value was written anew meanwhile, or is gone.
pub async fn replace_sealed(tx: &mut Tx, before: &SealedKey, sealed: &str) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "update number_key set sealed = $5 where number_id = $1 and kind = $2 and key = $3 and sealed = $4")
        .bind(&before.number_id).bind(&before.kind).bind(&before.key).bind(&before.sealed).bind(sealed)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// Deletes what has had its time. How many there were.
pub async fn sweep_keys(tx: &mut Tx, number_id: &str, kind: &str, up_to_s: i64) -> sqlx::Result<u64> {
    on!(tx, connection => sqlx::query(
        "delete from number_key where number_id = $1 and kind = $2 and moment_s <= $3")
        .bind(number_id).bind(kind).bind(up_to_s).execute(connection).await.map(|done| done.rows_affected()))
}

pub async fn forget_keys(tx: &mut Tx, number_id: &str) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("delete from number_key where number_id = $1")
        .bind(number_id).execute(connection).await.map(drop))
}
