//! Grants as the Apps pages show them, and their end.

use crate::oauth::connected::{ApprovedApp, ConnectedApp, ConnectedState, GrantedNumber, Surroundings};
use crate::oauth::usage::first_day;
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

/// More apps than this a workspace does not connect; the page shows the newest.
const LIST_MAX: i64 = 200;

#[derive(sqlx::FromRow)]
struct ConnectedRow {
    grant_id: String,
    app_id: String,
    app_name: String,
    publisher: String,
    logo_tag: Option<String>,
    homepage_url: String,
    privacy_url: String,
    terms_url: String,
    app_state: String,
    reviewed_at: Option<Timestamp>,
    state: String,
    scopes: String,
    all_numbers: bool,
    approved_by: String,
    approver_role: Option<String>,
    created_at: Timestamp,
    idle_since: Timestamp,
    last_used_at: Option<Timestamp>,
    calls: i64,
    expires_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
}

/// The connected and disconnected apps of a workspace, or the one of `grant_id`. Of an app that was connected more than once
/// only the newest grant is listed, and nothing once that one was deleted.
pub(in crate::oauth) async fn list(
    tx: &mut Tx,
    workspace_id: &str,
    grant_id: Option<&str>,
    now: Timestamp,
) -> sqlx::Result<Vec<ConnectedApp>> {
    let rows: Vec<ConnectedRow> = on!(tx, connection => sqlx::query_as(
        "select g.id as grant_id, app.id as app_id, app.name as app_name, app.publisher, app.logo_tag, app.homepage_url,
            app.privacy_url, app.terms_url, app.state as app_state, app.reviewed_at, g.state, g.scopes, g.all_numbers,
            person.name as approved_by, member.role as approver_role, g.created_at, g.idle_since, g.last_used_at, g.expires_at,
            g.ended_at, (select cast(coalesce(sum(grant_use.calls), 0) as bigint) from grant_use
                where grant_use.grant_id = g.id and grant_use.day >= $4) as calls
         from oauth_grant g
            join app on app.id = g.app_id
            join person on person.id = g.approved_by
            left join member on member.workspace_id = g.workspace_id and member.person_id = g.approved_by
         where g.workspace_id = $1 and g.state <> 'deleted' and ($2 is null or g.id = $2)
            and not exists (select 1 from oauth_grant newer where newer.workspace_id = g.workspace_id
                and newer.app_id = g.app_id and newer.id > g.id)
         order by g.created_at desc, g.id desc limit $3")
        .bind(workspace_id).bind(grant_id).bind(LIST_MAX).bind(first_day(now)).fetch_all(connection).await)?;
    let mut apps = Vec::with_capacity(rows.len());
    for row in rows {
        let numbers = if row.all_numbers { None } else { Some(numbers(tx, &row.grant_id).await?) };
        apps.push(connected_app(row, numbers, now)?);
    }
    Ok(apps)
}

/// The active grants that a person approved in workspaces whose member they still are, newest first.
pub(in crate::oauth) async fn approved_by(tx: &mut Tx, person_id: &str) -> sqlx::Result<Vec<ApprovedApp>> {
    type Row = (String, String, String, String, String, String, Option<String>, Timestamp, Option<Timestamp>);
    let rows: Vec<Row> = on!(tx, connection => sqlx::query_as(
        "select g.id, workspace.id, workspace.name, app.id, app.name, app.publisher, app.logo_tag, g.created_at, g.last_used_at
         from oauth_grant g
            join app on app.id = g.app_id
            join workspace on workspace.id = g.workspace_id
            join member on member.workspace_id = g.workspace_id and member.person_id = g.approved_by
         where g.approved_by = $1 and g.state = 'active' order by g.created_at desc, g.id desc limit $2")
        .bind(person_id).bind(LIST_MAX).fetch_all(connection).await)?;
    let app = |row: Row| {
        let (grant_id, workspace_id, workspace_name, app_id, app_name, publisher, logo_tag, created_at, last_used_at) =
            row;
        let logo_url = logo_tag.map(|tag| format!("/apps/{app_id}/logo.png?v={tag}"));
        ApprovedApp { grant_id, workspace_id, workspace_name, app_name, publisher, logo_url, created_at, last_used_at }
    };
    Ok(rows.into_iter().map(app).collect())
}

async fn numbers(tx: &mut Tx, grant_id: &str) -> sqlx::Result<Vec<GrantedNumber>> {
    let rows: Vec<(String, String)> = on!(tx, connection => sqlx::query_as(
        "select number.name, number.phone from grant_number join number on number.id = grant_number.number_id
         where grant_number.grant_id = $1 order by number.name limit 1000")
        .bind(grant_id).fetch_all(connection).await)?;
    Ok(rows.into_iter().map(|(name, phone)| GrantedNumber { name, phone }).collect())
}

fn connected_app(row: ConnectedRow, numbers: Option<Vec<GrantedNumber>>, now: Timestamp) -> sqlx::Result<ConnectedApp> {
    let surroundings = Surroundings {
        idle_since: row.idle_since,
        expires_at: row.expires_at,
        app_active: row.app_state == "active",
        approver_is_member: row.approver_role.is_some(),
    };
    Ok(ConnectedApp {
        scopes: row.scopes.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        state: ConnectedState::of(&row.state, &surroundings, now),
        logo_url: row.logo_tag.map(|tag| format!("/apps/{}/logo.png?v={tag}", row.app_id)),
        reviewed: row.reviewed_at.is_some(),
        grant_id: row.grant_id,
        app_id: row.app_id,
        app_name: row.app_name,
        publisher: row.publisher,
        homepage_url: row.homepage_url,
        privacy_url: row.privacy_url,
        terms_url: row.terms_url,
        numbers,
        approved_by: row.approved_by,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        calls: row.calls,
        expires_at: row.expires_at,
        ended_at: row.ended_at,
    })
}

/// A grant that is to end, as it stands.
#[derive(sqlx::FromRow)]
pub(in crate::oauth) struct Standing {
    pub app_id: String,
    pub app_name: String,
    pub state: String,
}

/// How a grant of this workspace stands. On PostgreSQL its row is locked until the transaction ends, so that two who end it
/// follow each other; SQLite has one writer anyway.
pub(in crate::oauth) async fn hold(tx: &mut Tx, workspace_id: &str, grant_id: &str) -> sqlx::Result<Option<Standing>> {
    on!(tx, connection => sqlx::query_as(
        "update oauth_grant set state = state where id = $1 and workspace_id = $2
         returning app_id, state, (select name from app where app.id = oauth_grant.app_id) as app_name")
        .bind(grant_id).bind(workspace_id).fetch_optional(connection).await)
}

/// Marks a grant as ended. One that had ended before keeps the moment and the name.
pub(in crate::oauth) async fn end(
    tx: &mut Tx,
    grant_id: &str,
    state: &'static str,
    by: &str,
    now: Timestamp,
) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "update oauth_grant set state = $2, changed_at = $3, ended_at = coalesce(ended_at, $3),
            ended_by = coalesce(ended_by, $4)
         where id = $1")
        .bind(grant_id).bind(state).bind(now).bind(by).execute(connection).await.map(drop))
}

/// A grant that ended by itself: `expired` or `unused`.
#[derive(sqlx::FromRow)]
pub(in crate::oauth) struct Overdue {
    pub id: String,
    pub workspace_id: String,
    pub app_id: String,
    pub app_name: String,
    pub state: String,
}

/// Ends grants whose time is over, and those that nobody used since `unused_since`: at most twice `limit`.
pub(in crate::oauth) async fn end_overdue(
    tx: &mut Tx,
    now: Timestamp,
    unused_since: Timestamp,
    limit: i64,
) -> sqlx::Result<Vec<Overdue>> {
    // The conditions stand twice: whoever waited for a row must look at it again, somebody may have approved anew.
    on!(tx, connection => sqlx::query_as(
        "update oauth_grant set state = case when expires_at <= $1 then 'expired' else 'unused' end, changed_at = $1,
            ended_at = case when expires_at <= $1 then expires_at else $1 end
         where state = 'active' and (expires_at <= $1 or idle_since <= $2) and id in
            (select id from (select id from oauth_grant
                where state = 'active' and expires_at is not null and expires_at <= $1
                order by expires_at limit $3) as late
             union select id from (select id from oauth_grant
                where state = 'active' and idle_since <= $2 order by idle_since limit $3) as idle)
         returning id, workspace_id, app_id, state, (select name from app where app.id = oauth_grant.app_id) as app_name")
        .bind(now).bind(unused_since).bind(limit).fetch_all(connection).await)
}

/// How many workspaces lose something when an app goes.
pub(in crate::oauth) async fn count_live(tx: &mut Tx, app_id: &str) -> sqlx::Result<i64> {
    on!(tx, connection => sqlx::query_scalar("select count(*) from oauth_grant where app_id = $1 and state = 'active'")
        .bind(app_id).fetch_one(connection).await)
}

/// Some of them, with their workspaces.
pub(in crate::oauth) async fn live_grants_of_app(
    tx: &mut Tx,
    app_id: &str,
    limit: i64,
) -> sqlx::Result<Vec<(String, String)>> {
    on!(tx, connection => sqlx::query_as(
        "select id, workspace_id from oauth_grant where app_id = $1 and state = 'active' order by id limit $2")
        .bind(app_id).bind(limit).fetch_all(connection).await)
}

/// Whether a grant still gives anything, for what was asked for under it earlier.
pub(in crate::oauth) async fn is_live(tx: &mut Tx, grant_id: &str, now: Timestamp) -> sqlx::Result<bool> {
    let found: Option<String> = on!(tx, connection => sqlx::query_scalar(
        "select oauth_grant.id from oauth_grant
            join app on app.id = oauth_grant.app_id and app.state = 'active'
            join workspace on workspace.id = oauth_grant.workspace_id and workspace.state = 'active'
         where oauth_grant.id = $1 and oauth_grant.state = 'active'
            and (oauth_grant.expires_at is null or oauth_grant.expires_at > $2)")
        .bind(grant_id).bind(now).fetch_optional(connection).await)?;
    Ok(found.is_some())
}

pub(in crate::oauth) async fn app_name(
    tx: &mut Tx,
    workspace_id: &str,
    grant_id: &str,
) -> sqlx::Result<Option<String>> {
    on!(tx, connection => sqlx::query_scalar(
        "select app.name from oauth_grant join app on app.id = oauth_grant.app_id
         where oauth_grant.id = $1 and oauth_grant.workspace_id = $2")
        .bind(grant_id).bind(workspace_id).fetch_optional(connection).await)
}
