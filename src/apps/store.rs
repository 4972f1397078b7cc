//! Apps in the database.

use super::{App, DeclaredScope};
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;
use crate::platform::secret::SecretHash;

#[derive(sqlx::FromRow)]
struct AppRow {
    id: String,
    owner_id: String,
    name: String,
    publisher: String,
    kind: String,
    homepage_url: String,
    privacy_url: String,
    terms_url: String,
    logo_tag: Option<String>,
    state: String,
    reviewed_at: Option<Timestamp>,
}

pub(super) async fn find(tx: &mut Tx, app_id: &str) -> sqlx::Result<Option<App>> {
    let row: Option<AppRow> = on!(tx, connection => sqlx::query_as(
        "select id, owner_id, name, publisher, kind, homepage_url, privacy_url, terms_url, logo_tag, state, reviewed_at
         from app where id = $1")
        .bind(app_id).fetch_optional(connection).await)?;
    let Some(row) = row else { return Ok(None) };
    let redirect_uris = redirect_uris(tx, app_id).await?;
    let scopes = scopes(tx, app_id).await?;
    Ok(Some(app_of(row, redirect_uris, scopes)?))
}

fn app_of(row: AppRow, redirect_uris: Vec<String>, scopes: Vec<DeclaredScope>) -> sqlx::Result<App> {
    Ok(App {
        kind: row.kind.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        state: row.state.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        reviewed: row.reviewed_at.is_some(),
        id: row.id,
        owner_id: row.owner_id,
        name: row.name,
        publisher: row.publisher,
        homepage_url: row.homepage_url,
        privacy_url: row.privacy_url,
        terms_url: row.terms_url,
        logo_tag: row.logo_tag,
        redirect_uris,
        scopes,
    })
}

async fn redirect_uris(tx: &mut Tx, app_id: &str) -> sqlx::Result<Vec<String>> {
    on!(tx, connection => sqlx::query_scalar("select uri from app_redirect where app_id = $1 order by uri")
        .bind(app_id).fetch_all(connection).await)
}

async fn scopes(tx: &mut Tx, app_id: &str) -> sqlx::Result<Vec<DeclaredScope>> {
    let rows: Vec<(String, bool, String)> = on!(tx, connection => sqlx::query_as(
        "select scope, required, reason from app_scope where app_id = $1")
        .bind(app_id).fetch_all(connection).await)?;
    let mut scopes = rows
        .into_iter()
        .map(|(scope, required, reason)| {
            let scope = scope.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            Ok(DeclaredScope { scope, required, reason })
        })
        .collect::<sqlx::Result<Vec<_>>>()?;
    scopes.sort_by_key(|declared| declared.scope);
    Ok(scopes)
}

pub(super) async fn secret_is_live(tx: &mut Tx, app_id: &str, hash: &SecretHash) -> sqlx::Result<bool> {
    let found: Option<String> = on!(tx, connection => sqlx::query_scalar(
        "select id from app_secret where secret_hash = $1 and app_id = $2 and revoked_at is null")
        .bind(hash).bind(app_id).fetch_optional(connection).await)?;
    Ok(found.is_some())
}
