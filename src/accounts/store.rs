//! People, workspaces, members and browser sessions in the database.

use super::{Membership, Person, Role, Workspace};
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;
use crate::platform::secret::SecretHash;

/// False when the address has an account already.
pub(super) async fn insert_person(
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

pub(super) async fn person_with_password(tx: &mut Tx, email: &str) -> sqlx::Result<Option<(Person, String)>> {
    let row: Option<(String, String, String, String)> = on!(tx, connection => sqlx::query_as(
        "select id, email, name, password_hash from person where email = $1")
        .bind(email).fetch_optional(connection).await)?;
    Ok(row.map(|(id, email, name, password_hash)| (Person { id, email, name }, password_hash)))
}

pub(super) async fn insert_workspace(
    tx: &mut Tx,
    id: &str,
    name: &str,
    person_id: &str,
    now: Timestamp,
) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("insert into workspace (id, name, created_by, created_at) values ($1, $2, $3, $4)")
        .bind(id).bind(name).bind(person_id).bind(now).execute(connection).await.map(drop))
}

pub(super) async fn insert_member(
    tx: &mut Tx,
    workspace_id: &str,
    person_id: &str,
    role: Role,
    now: Timestamp,
) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "insert into member (workspace_id, person_id, role, created_at) values ($1, $2, $3, $4)")
        .bind(workspace_id).bind(person_id).bind(role.name()).bind(now).execute(connection).await.map(drop))
}

pub(super) async fn workspace_name(tx: &mut Tx, workspace_id: &str) -> sqlx::Result<String> {
    on!(tx, connection => sqlx::query_scalar("select name from workspace where id = $1")
        .bind(workspace_id).fetch_one(connection).await)
}

/// Every workspace of a person, oldest first.
pub(super) async fn memberships(tx: &mut Tx, person_id: &str) -> sqlx::Result<Vec<Membership>> {
    let rows: Vec<(String, String, String, String)> = on!(tx, connection => sqlx::query_as(
        "select workspace.id, workspace.name, workspace.state, member.role
         from member join workspace on workspace.id = member.workspace_id
         where member.person_id = $1 order by member.created_at, workspace.id limit 200")
        .bind(person_id).fetch_all(connection).await)?;
    Ok(rows.into_iter().filter_map(membership).collect())
}

fn membership((id, name, state, role): (String, String, String, String)) -> Option<Membership> {
    Some(Membership { workspace: Workspace { id, name, state }, role: role.parse().ok()? })
}

/// The owners of a workspace, the one who has been longest first.
pub(super) async fn owners(tx: &mut Tx, workspace_id: &str) -> sqlx::Result<Vec<Person>> {
    on!(tx, connection => sqlx::query_as(
        "select person.id, person.email, person.name from member join person on person.id = member.person_id
         where member.workspace_id = $1 and member.role = 'owner' order by member.created_at, person.id limit 50")
        .bind(workspace_id).fetch_all(connection).await)
}

/// A session about to be opened.
pub(super) struct NewSession {
    pub token_hash: SecretHash,
    pub id: String,
    pub person_id: String,
    pub address: String,
    pub user_agent: String,
}

pub(super) async fn insert_session(
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

/// An open session and its person: session id, when it was last seen, and who.
#[derive(sqlx::FromRow)]
pub(super) struct OpenSession {
    pub session_id: String,
    pub last_seen_at: Timestamp,
    #[sqlx(flatten)]
    pub person: Person,
}

/// The session of a token that has neither ended nor been idle since `seen_after`.
pub(super) async fn open_session(
    tx: &mut Tx,
    token: &SecretHash,
    now: Timestamp,
    seen_after: Timestamp,
) -> sqlx::Result<Option<OpenSession>> {
    on!(tx, connection => sqlx::query_as(
        "select browser_session.id as session_id, browser_session.last_seen_at, person.id, person.email, person.name
         from browser_session join person on person.id = browser_session.person_id
         where browser_session.token_hash = $1 and browser_session.expires_at > $2 and browser_session.last_seen_at > $3")
        .bind(token).bind(now).bind(seen_after).fetch_optional(connection).await)
}

pub(super) async fn touch_session(tx: &mut Tx, session_id: &str, now: Timestamp) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("update browser_session set last_seen_at = $2 where id = $1")
        .bind(session_id).bind(now).execute(connection).await.map(drop))
}

/// The id of the session that was open under this token.
pub(super) async fn delete_session(tx: &mut Tx, token: &SecretHash) -> sqlx::Result<Option<String>> {
    on!(tx, connection => sqlx::query_scalar("delete from browser_session where token_hash = $1 returning id")
        .bind(token).fetch_optional(connection).await)
}
