//! Who is in which workspace, and as what.

use super::people::{PersonRow, person_of};
use crate::accounts::{Member, Membership, Person, Role, Workspace};
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

/// False when the person is a member already.
pub(in crate::accounts) async fn insert_member(
    tx: &mut Tx,
    workspace_id: &str,
    person_id: &str,
    role: Role,
    now: Timestamp,
) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "insert into member (workspace_id, person_id, role, created_at) values ($1, $2, $3, $4)
         on conflict (workspace_id, person_id) do nothing")
        .bind(workspace_id).bind(person_id).bind(role.name()).bind(now)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

type MembershipRow = (String, String, String, String);

fn membership_of((id, name, state, role): MembershipRow) -> Option<Membership> {
    Some(Membership { workspace: Workspace { id, name, state }, role: role.parse().ok()? })
}

/// Every workspace of a person, oldest first.
pub(in crate::accounts) async fn memberships(tx: &mut Tx, person_id: &str) -> sqlx::Result<Vec<Membership>> {
    let rows: Vec<MembershipRow> = on!(tx, connection => sqlx::query_as(
        "select workspace.id, workspace.name, workspace.state, member.role
         from member join workspace on workspace.id = member.workspace_id
         where member.person_id = $1 order by member.created_at, workspace.id limit 200")
        .bind(person_id).fetch_all(connection).await)?;
    Ok(rows.into_iter().filter_map(membership_of).collect())
}

pub(in crate::accounts) async fn membership(
    tx: &mut Tx,
    person_id: &str,
    workspace_id: &str,
) -> sqlx::Result<Option<Membership>> {
    let row: Option<MembershipRow> = on!(tx, connection => sqlx::query_as(
        "select workspace.id, workspace.name, workspace.state, member.role
         from member join workspace on workspace.id = member.workspace_id
         where member.person_id = $1 and member.workspace_id = $2")
        .bind(person_id).bind(workspace_id).fetch_optional(connection).await)?;
    Ok(row.and_then(membership_of))
}

/// As [`membership`], and nobody changes or ends it until this unit of work ends. SQLite has one writer at a time.
pub(in crate::accounts) async fn hold_membership(
    tx: &mut Tx,
    person_id: &str,
    workspace_id: &str,
) -> sqlx::Result<Option<Membership>> {
    const SQLITE: &str = "select workspace.id, workspace.name, workspace.state, member.role
         from member join workspace on workspace.id = member.workspace_id
         where member.person_id = $1 and member.workspace_id = $2";
    const POSTGRES: &str = "select workspace.id, workspace.name, workspace.state, member.role
         from member join workspace on workspace.id = member.workspace_id
         where member.person_id = $1 and member.workspace_id = $2 for share of member";
    let sql = if matches!(tx, Tx::Sqlite(..)) { SQLITE } else { POSTGRES };
    let row: Option<MembershipRow> = on!(tx, connection => sqlx::query_as(sql)
        .bind(person_id).bind(workspace_id).fetch_optional(connection).await)?;
    Ok(row.and_then(membership_of))
}

pub(in crate::accounts) async fn role_of(
    tx: &mut Tx,
    workspace_id: &str,
    person_id: &str,
) -> sqlx::Result<Option<Role>> {
    let role: Option<String> = on!(tx, connection => sqlx::query_scalar(
        "select role from member where workspace_id = $1 and person_id = $2")
        .bind(workspace_id).bind(person_id).fetch_optional(connection).await)?;
    Ok(role.and_then(|role| role.parse().ok()))
}

type MemberRow = (String, String, String, String, Option<Timestamp>);

fn member_of((id, email, name, role, last_seen_at): MemberRow) -> Option<Member> {
    Some(Member { person: Person { id, email, name }, role: role.parse().ok()?, last_seen_at })
}

/// The members of a workspace, in the order in which they came.
pub(in crate::accounts) async fn members(tx: &mut Tx, workspace_id: &str, limit: i64) -> sqlx::Result<Vec<Member>> {
    let rows: Vec<MemberRow> = on!(tx, connection => sqlx::query_as(
        "select person.id, person.email, person.name, member.role,
             (select max(last_seen_at) from browser_session where browser_session.person_id = person.id)
         from member join person on person.id = member.person_id
         where member.workspace_id = $1 order by member.created_at, person.id limit $2")
        .bind(workspace_id).bind(limit).fetch_all(connection).await)?;
    Ok(rows.into_iter().filter_map(member_of).collect())
}

pub(in crate::accounts) async fn member(
    tx: &mut Tx,
    workspace_id: &str,
    person_id: &str,
) -> sqlx::Result<Option<Member>> {
    let row: Option<MemberRow> = on!(tx, connection => sqlx::query_as(
        "select person.id, person.email, person.name, member.role,
             (select max(last_seen_at) from browser_session where browser_session.person_id = person.id)
         from member join person on person.id = member.person_id
         where member.workspace_id = $1 and member.person_id = $2")
        .bind(workspace_id).bind(person_id).fetch_optional(connection).await)?;
    Ok(row.and_then(member_of))
}

/// The owners of a workspace, in the order in which they came.
pub(in crate::accounts) async fn owners(tx: &mut Tx, workspace_id: &str) -> sqlx::Result<Vec<Person>> {
    let rows: Vec<PersonRow> = on!(tx, connection => sqlx::query_as(
        "select person.id, person.email, person.name from member join person on person.id = member.person_id
         where member.workspace_id = $1 and member.role = 'owner' order by member.created_at, person.id limit 200")
        .bind(workspace_id).fetch_all(connection).await)?;
    Ok(rows.into_iter().map(person_of).collect())
}

pub(in crate::accounts) async fn count_owners(tx: &mut Tx, workspace_id: &str) -> sqlx::Result<i64> {
    on!(tx, connection => sqlx::query_scalar(
        "select count(person_id) from member where workspace_id = $1 and role = 'owner'")
        .bind(workspace_id).fetch_one(connection).await)
}

pub(in crate::accounts) async fn count_members(tx: &mut Tx, workspace_id: &str) -> sqlx::Result<i64> {
    on!(tx, connection => sqlx::query_scalar("select count(person_id) from member where workspace_id = $1")
        .bind(workspace_id).fetch_one(connection).await)
}

pub(in crate::accounts) async fn set_role(
    tx: &mut Tx,
    workspace_id: &str,
    person_id: &str,
    role: Role,
) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("update member set role = $3 where workspace_id = $1 and person_id = $2")
        .bind(workspace_id).bind(person_id).bind(role.name()).execute(connection).await.map(drop))
}

pub(in crate::accounts) async fn delete_member(tx: &mut Tx, workspace_id: &str, person_id: &str) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("delete from member where workspace_id = $1 and person_id = $2")
        .bind(workspace_id).bind(person_id).execute(connection).await.map(drop))
}
