//! Authorization requests in the database.

use crate::oauth::request::{Chosen, Request, State, Wishes};
use crate::oauth::way_back::WayBack;
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;
use crate::platform::secret::SecretHash;

#[derive(sqlx::FromRow)]
struct RequestRow {
    id: SecretHash,
    app_id: String,
    redirect_uri: String,
    scopes: String,
    client_state: Option<String>,
    code_challenge: String,
    sign_in_anew: bool,
    login_hint: Option<String>,
    workspace_hint: Option<String>,
    workspace_id: Option<String>,
    person_id: Option<String>,
    state: String,
    created_at: Timestamp,
    expires_at: Timestamp,
}

pub async fn insert(tx: &mut Tx, request: &Request) -> sqlx::Result<()> {
    let scopes = request.scopes.to_string();
    on!(tx, connection => sqlx::query(
        "insert into authorization_request
            (id, app_id, redirect_uri, scopes, client_state, code_challenge, sign_in_anew, login_hint, workspace_hint, state,
             created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
        .bind(&request.id).bind(&request.app_id).bind(&request.way_back.redirect_uri).bind(&scopes)
        .bind(request.way_back.state.as_deref()).bind(&request.code_challenge).bind(request.wishes.sign_in_anew)
        .bind(request.wishes.login_hint.as_deref()).bind(request.wishes.workspace_hint.as_deref())
        .bind(request.state.name()).bind(request.created_at).bind(request.expires_at).execute(connection).await.map(drop))
}

pub async fn find(tx: &mut Tx, id: &SecretHash) -> sqlx::Result<Option<Request>> {
    let row: Option<RequestRow> = on!(tx, connection => sqlx::query_as(
        "select id, app_id, redirect_uri, scopes, client_state, code_challenge, sign_in_anew, login_hint, workspace_hint,
            workspace_id, person_id, state, created_at, expires_at
         from authorization_request where id = $1")
        .bind(id).fetch_optional(connection).await)?;
    row.map(request_of).transpose()
}

fn request_of(row: RequestRow) -> sqlx::Result<Request> {
    let chosen = row.workspace_id.zip(row.person_id);
    Ok(Request {
        scopes: row.scopes.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        state: row.state.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        id: row.id,
        app_id: row.app_id,
        way_back: WayBack { redirect_uri: row.redirect_uri, state: row.client_state },
        code_challenge: row.code_challenge,
        wishes: Wishes {
            sign_in_anew: row.sign_in_anew,
            login_hint: row.login_hint,
            workspace_hint: row.workspace_hint,
        },
        chosen: chosen.map(|(workspace_id, person_id)| Chosen { workspace_id, person_id }),
        created_at: row.created_at,
        expires_at: row.expires_at,
    })
}

/// Notes the workspace that somebody picked. False when the request can no longer be answered.
pub async fn choose(tx: &mut Tx, id: &SecretHash, chosen: &Chosen, now: Timestamp) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "update authorization_request set workspace_id = $2, person_id = $3
         where id = $1 and state = 'pending' and expires_at > $4")
        .bind(id).bind(&chosen.workspace_id).bind(&chosen.person_id).bind(now)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// Answers it. False when another answer was first, or its time ran out.
pub async fn settle(
    tx: &mut Tx,
    id: &SecretHash,
    answer: State,
    workspace_id: Option<&str>,
    person_id: &str,
    now: Timestamp,
) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "update authorization_request set state = $2, workspace_id = $3, person_id = $4
         where id = $1 and state = 'pending' and expires_at > $5")
        .bind(id).bind(answer.name()).bind(workspace_id).bind(person_id).bind(now)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// Forgets up to `limit` requests that ended before `before`: how many.
pub async fn delete_ended(tx: &mut Tx, before: Timestamp, limit: i64) -> sqlx::Result<u64> {
    on!(tx, connection => sqlx::query(
        "delete from authorization_request where id in
            (select id from authorization_request where expires_at < $1 order by expires_at limit $2)")
        .bind(before).bind(limit).execute(connection).await.map(|done| done.rows_affected()))
}
