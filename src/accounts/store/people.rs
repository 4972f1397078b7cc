//! People and their passwords.

use crate::accounts::Person;
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

pub(super) type PersonRow = (String, String, String);

pub(super) fn person_of((id, email, name): PersonRow) -> Person {
    Person { id, email, name }
}

/// False when the address has an account already.
pub(in crate::accounts) async fn insert_person(
    tx: &mut Tx,
    person: &Person,
    password_hash: &str,
    now: Timestamp,
) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "insert into person (id, email, name, password_hash, created_at) values ($1, $2, $3, $4, $5)
         on conflict (email) do nothing")
        .bind(&person.id).bind(&person.email).bind(&person.name).bind(password_hash).bind(now)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

pub(in crate::accounts) async fn person(tx: &mut Tx, id: &str) -> sqlx::Result<Option<Person>> {
    let row = on!(tx, connection => sqlx::query_as("select id, email, name from person where id = $1")
        .bind(id).fetch_optional(connection).await)?;
    Ok(row.map(person_of))
}

pub(in crate::accounts) async fn person_with_password(
    tx: &mut Tx,
    email: &str,
) -> sqlx::Result<Option<(Person, String)>> {
    let row: Option<(String, String, String, String)> = on!(tx, connection => sqlx::query_as(
        "select id, email, name, password_hash from person where email = $1")
        .bind(email).fetch_optional(connection).await)?;
    Ok(row.map(|(id, email, name, password_hash)| (Person { id, email, name }, password_hash)))
}

pub(in crate::accounts) async fn password_of(tx: &mut Tx, person_id: &str) -> sqlx::Result<Option<String>> {
    on!(tx, connection => sqlx::query_scalar("select password_hash from person where id = $1")
        .bind(person_id).fetch_optional(connection).await)
}

/// False when the password was changed since `old` was read.
pub(in crate::accounts) async fn replace_password(
    tx: &mut Tx,
    person_id: &str,
    old: &str,
    new: &str,
) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query("update person set password_hash = $3 where id = $1 and password_hash = $2")
        .bind(person_id).bind(old).bind(new).execute(connection).await.map(|done| done.rows_affected() == 1))
}

pub(in crate::accounts) async fn rename_person(tx: &mut Tx, person_id: &str, name: &str) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("update person set name = $2 where id = $1")
        .bind(person_id).bind(name).execute(connection).await.map(drop))
}

/// People in the order of their addresses, from the one after `email`.
pub(in crate::accounts) async fn people_after(tx: &mut Tx, email: &str, limit: i64) -> sqlx::Result<Vec<Person>> {
    let rows: Vec<PersonRow> = on!(tx, connection => sqlx::query_as(
        "select id, email, name from person where email > $1 order by email limit $2")
        .bind(email).bind(limit).fetch_all(connection).await)?;
    Ok(rows.into_iter().map(person_of).collect())
}
