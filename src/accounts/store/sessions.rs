//! Browser sessions.

use crate::accounts::Person;
use crate::accounts::sessions::BrowserSession;
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;
use crate::platform::secret::SecretHash;

/// A session about to be opened.
pub(in crate::accounts) struct NewSession {
    pub token_hash: SecretHash,
    pub id: String,
    pub person_id: String,
    pub address: String,
    pub user_agent: String,
}

pub(in crate::accounts) async fn insert_session(
    tx: &mut Tx,
    session: &NewSession,
    now: Timestamp,
    expires_at: Timestamp,
) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "insert into browser_session (token_hash, id, person_id, created_at, last_seen_at, expires_at, address, user_agent)
         values ($1, $2, $3, $4, $4, $5, $6, $7)")
        .bind(&session.token_hash).bind(&session.id).bind(&session.person_id).bind(now).bind(expires_at)
        .bind(&session.address).bind(&session.user_agent).execute(connection).await.map(drop))
}

/// A session by whose token somebody is signed in.
pub(in crate::accounts) struct FoundSession {
    pub id: String,
    pub person: Person,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
}

/// The session of a token that has neither ended nor been idle since `seen_after`.
pub(in crate::accounts) async fn open_session(
    tx: &mut Tx,
    token: &SecretHash,
    now: Timestamp,
    seen_after: Timestamp,
) -> sqlx::Result<Option<FoundSession>> {
    let row: Option<(String, String, String, String, Timestamp, Timestamp)> = on!(tx, connection => sqlx::query_as(
        "select person.id, person.email, person.name, browser_session.id, browser_session.created_at,
            browser_session.last_seen_at
         from browser_session join person on person.id = browser_session.person_id
         where browser_session.token_hash = $1 and browser_session.expires_at > $2 and browser_session.last_seen_at > $3")
        .bind(token).bind(now).bind(seen_after).fetch_optional(connection).await)?;
    Ok(row.map(|(person_id, email, name, id, created_at, last_seen_at)| FoundSession {
        id,
        person: Person { id: person_id, email, name },
        created_at,
        last_seen_at,
    }))
}

/// The open sessions of a person, the one that was seen last first.
pub(in crate::accounts) async fn sessions_of(
    tx: &mut Tx,
    person_id: &str,
    now: Timestamp,
    seen_after: Timestamp,
    limit: i64,
) -> sqlx::Result<Vec<BrowserSession>> {
    let rows: Vec<(String, Timestamp, Timestamp, String, String)> = on!(tx, connection => sqlx::query_as(
        "select id, created_at, last_seen_at, address, user_agent from browser_session
         where person_id = $1 and expires_at > $2 and last_seen_at > $3 order by last_seen_at desc, id desc limit $4")
        .bind(person_id).bind(now).bind(seen_after).bind(limit).fetch_all(connection).await)?;
    let session = |(id, created_at, last_seen_at, address, user_agent)| BrowserSession {
        id,
        created_at,
        last_seen_at,
        address,
        user_agent,
    };
    Ok(rows.into_iter().map(session).collect())
}

pub(in crate::accounts) async fn touch_session(tx: &mut Tx, session_id: &str, now: Timestamp) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("update browser_session set last_seen_at = $2 where id = $1")
        .bind(session_id).bind(now).execute(connection).await.map(drop))
}

/// Puts a session under another token. False when the session has ended meanwhile.
pub(in crate::accounts) async fn replace_token(
    tx: &mut Tx,
    session_id: &str,
    token: &SecretHash,
) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query("update browser_session set token_hash = $2 where id = $1")
        .bind(session_id).bind(token).execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// The id of the session that was open under this token.
pub(in crate::accounts) async fn delete_session(tx: &mut Tx, token: &SecretHash) -> sqlx::Result<Option<String>> {
    on!(tx, connection => sqlx::query_scalar("delete from browser_session where token_hash = $1 returning id")
        .bind(token).fetch_optional(connection).await)
}

/// False when the person has no such session.
pub(in crate::accounts) async fn delete_session_of(tx: &mut Tx, person_id: &str, id: &str) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query("delete from browser_session where person_id = $1 and id = $2")
        .bind(person_id).bind(id).execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// Ends every session of a person but `keep` (none when that is empty) and tells how many.
pub(in crate::accounts) async fn delete_other_sessions(tx: &mut Tx, person_id: &str, keep: &str) -> sqlx::Result<u64> {
    on!(tx, connection => sqlx::query("delete from browser_session where person_id = $1 and id <> $2")
        .bind(person_id).bind(keep).execute(connection).await.map(|done| done.rows_affected()))
}

/// How many sessions are gone that had ended or were idle since `seen_after`, at most `limit`.
pub(in crate::accounts) async fn delete_stale_sessions(
    tx: &mut Tx,
    now: Timestamp,
    seen_after: Timestamp,
    limit: i64,
) -> sqlx::Result<u64> {
    on!(tx, connection => sqlx::query(
        "delete from browser_session where token_hash in
             (select token_hash from browser_session where expires_at <= $1 or last_seen_at <= $2 limit $3)")
        .bind(now).bind(seen_after).bind(limit).execute(connection).await.map(|done| done.rows_affected()))
}
