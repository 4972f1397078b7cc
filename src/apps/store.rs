//! Apps in the database.

use super::{App, DeclaredScope, Details, Kind};
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;
use crate::platform::secret::SecretHash;

/// Rows of one list. A developer has fewer apps; an operator with more looks for one by its id.
const LIST_MAX: i64 = 1000;

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
    in_development: bool,
}

pub(super) async fn find(tx: &mut Tx, app_id: &str) -> sqlx::Result<Option<App>> {
    let row: Option<AppRow> = on!(tx, connection => sqlx::query_as(
        "select id, owner_id, name, publisher, kind, homepage_url, privacy_url, terms_url, logo_tag, state, reviewed_at,
            in_development
         from app where id = $1")
        .bind(app_id).fetch_optional(connection).await)?;
    whole(tx, row).await
}

pub(super) async fn find_own(tx: &mut Tx, owner_id: &str, app_id: &str) -> sqlx::Result<Option<App>> {
    let row: Option<AppRow> = on!(tx, connection => sqlx::query_as(
        "select id, owner_id, name, publisher, kind, homepage_url, privacy_url, terms_url, logo_tag, state, reviewed_at,
            in_development
         from app where id = $1 and owner_id = $2")
        .bind(app_id).bind(owner_id).fetch_optional(connection).await)?;
    whole(tx, row).await
}

async fn whole(tx: &mut Tx, row: Option<AppRow>) -> sqlx::Result<Option<App>> {
    let Some(row) = row else { return Ok(None) };
    let redirect_uris = redirect_uris(tx, &row.id).await?;
    let scopes = scopes(tx, &row.id).await?;
    Ok(Some(app_of(row, redirect_uris, scopes)?))
}

fn app_of(row: AppRow, redirect_uris: Vec<String>, scopes: Vec<DeclaredScope>) -> sqlx::Result<App> {
    Ok(App {
        kind: row.kind.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        state: row.state.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        reviewed: row.reviewed_at.is_some(),
        in_development: row.in_development,
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
    on!(tx, connection => sqlx::query_scalar("select uri from app_redirect where app_id = $1 order by uri limit 100")
        .bind(app_id).fetch_all(connection).await)
}

async fn scopes(tx: &mut Tx, app_id: &str) -> sqlx::Result<Vec<DeclaredScope>> {
    let rows: Vec<(String, bool, String)> = on!(tx, connection => sqlx::query_as(
        "select scope, required, reason from app_scope where app_id = $1 limit 100")
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

/// A line of a list of apps.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ListedApp {
    pub id: String,
    pub owner_id: String,
    pub name: String,
    pub publisher: String,
    /// `confidential` or `public`.
    pub kind: String,
    pub logo_tag: Option<String>,
    /// `active` or `suspended`.
    pub state: String,
    pub reviewed_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// The apps of one developer, or of all; newest first.
pub(super) async fn list(tx: &mut Tx, owner_id: Option<&str>) -> sqlx::Result<Vec<ListedApp>> {
    on!(tx, connection => sqlx::query_as(
        "select id, owner_id, name, publisher, kind, logo_tag, state, reviewed_at, created_at from app
         where $1 is null or owner_id = $1 order by created_at desc, id desc limit $2")
        .bind(owner_id).bind(LIST_MAX).fetch_all(connection).await)
}

pub(super) async fn count_own(tx: &mut Tx, owner_id: &str) -> sqlx::Result<i64> {
    on!(tx, connection => sqlx::query_scalar("select count(id) from app where owner_id = $1")
        .bind(owner_id).fetch_one(connection).await)
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: &str,
    owner_id: &str,
    kind: Kind,
    details: &Details,
    now: Timestamp,
) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "insert into app (id, owner_id, name, publisher, kind, homepage_url, privacy_url, terms_url, in_development, created_at,
            changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)")
        .bind(id).bind(owner_id).bind(&details.name).bind(&details.publisher).bind(kind.name())
        .bind(&details.homepage_url).bind(&details.privacy_url).bind(&details.terms_url)
        .bind(details.in_development).bind(now)
        .execute(connection).await.map(drop))?;
    insert_lists(tx, id, details).await
}

async fn insert_lists(tx: &mut Tx, id: &str, details: &Details) -> sqlx::Result<()> {
    for uri in &details.redirect_uris {
        on!(tx, connection => sqlx::query("insert into app_redirect (app_id, uri) values ($1, $2)")
            .bind(id).bind(uri).execute(connection).await.map(drop))?;
    }
    for declared in &details.scopes {
        on!(tx, connection => sqlx::query(
            "insert into app_scope (app_id, scope, required, reason) values ($1, $2, $3, $4)")
            .bind(id).bind(declared.scope.name()).bind(declared.required).bind(&declared.reason)
            .execute(connection).await.map(drop))?;
    }
    Ok(())
}

/// Holds the app against other changes until the transaction ends. False when this developer has no such app.
pub(super) async fn lock_own(tx: &mut Tx, owner_id: &str, app_id: &str, now: Timestamp) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query("update app set changed_at = $3 where id = $1 and owner_id = $2")
        .bind(app_id).bind(owner_id).bind(now).execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// The operator vouched for what the app said before, hence no longer for what it says now.
pub(super) async fn update(tx: &mut Tx, app_id: &str, details: &Details) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "update app set name = $2, publisher = $3, homepage_url = $4, privacy_url = $5, terms_url = $6, in_development = $7,
            reviewed_at = null
         where id = $1")
        .bind(app_id).bind(&details.name).bind(&details.publisher).bind(&details.homepage_url)
        .bind(&details.privacy_url).bind(&details.terms_url).bind(details.in_development).execute(connection).await.map(drop))?;
    on!(tx, connection => sqlx::query("delete from app_redirect where app_id = $1")
        .bind(app_id).execute(connection).await.map(drop))?;
    on!(tx, connection => sqlx::query("delete from app_scope where app_id = $1")
        .bind(app_id).execute(connection).await.map(drop))?;
    insert_lists(tx, app_id, details).await
}

/// A logo is a PNG in base64 and its tag.
pub(super) async fn set_logo(tx: &mut Tx, app_id: &str, logo: Option<(&str, &str)>) -> sqlx::Result<()> {
    let (png, tag) = logo.unzip();
    on!(tx, connection => sqlx::query("update app set logo = $2, logo_tag = $3, reviewed_at = null where id = $1")
        .bind(app_id).bind(png).bind(tag).execute(connection).await.map(drop))
}

/// The PNG in base64 and its tag.
pub(super) async fn logo(tx: &mut Tx, app_id: &str) -> sqlx::Result<Option<(String, String)>> {
    on!(tx, connection => sqlx::query_as(
        "select logo, logo_tag from app where id = $1 and logo is not null and logo_tag is not null")
        .bind(app_id).fetch_optional(connection).await)
}

pub(super) async fn delete(tx: &mut Tx, app_id: &str) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("delete from app where id = $1")
        .bind(app_id).execute(connection).await.map(drop))
}

/// True when this call changed the state.
pub(super) async fn set_state(tx: &mut Tx, app_id: &str, from: &str, to: &str, now: Timestamp) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query("update app set state = $3, changed_at = $4 where id = $1 and state = $2")
        .bind(app_id).bind(from).bind(to).bind(now).execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// True when this call changed it.
pub(super) async fn set_reviewed(tx: &mut Tx, app_id: &str, reviewed_at: Option<Timestamp>) -> sqlx::Result<bool> {
    const VOUCH: &str = "update app set reviewed_at = $2 where id = $1 and reviewed_at is null";
    const WITHDRAW: &str = "update app set reviewed_at = $2 where id = $1 and reviewed_at is not null";
    let sql = if reviewed_at.is_some() { VOUCH } else { WITHDRAW };
    on!(tx, connection => sqlx::query(sql)
        .bind(app_id).bind(reviewed_at).execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// A live secret as its app's developer sees it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SecretInfo {
    pub id: String,
    /// Its last characters, to tell two apart.
    pub hint: String,
    pub created_at: Timestamp,
    /// To the hour.
    pub last_used_at: Option<Timestamp>,
}

pub(super) async fn insert_secret(
    tx: &mut Tx,
    app_id: &str,
    secret: &SecretInfo,
    hash: &SecretHash,
) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "insert into app_secret (id, app_id, secret_hash, hint, created_at) values ($1, $2, $3, $4, $5)")
        .bind(&secret.id).bind(app_id).bind(hash).bind(&secret.hint).bind(secret.created_at)
        .execute(connection).await.map(drop))
}

/// The live secrets of an app, newest first.
pub(super) async fn secrets(tx: &mut Tx, app_id: &str) -> sqlx::Result<Vec<SecretInfo>> {
    on!(tx, connection => sqlx::query_as(
        "select id, hint, created_at, last_used_at from app_secret where app_id = $1 and revoked_at is null
         order by created_at desc, id desc limit 10")
        .bind(app_id).fetch_all(connection).await)
}

/// The hint of the secret that this call revoked.
pub(super) async fn revoke_secret(
    tx: &mut Tx,
    app_id: &str,
    secret_id: &str,
    now: Timestamp,
) -> sqlx::Result<Option<String>> {
    on!(tx, connection => sqlx::query_scalar(
        "update app_secret set revoked_at = $3 where id = $1 and app_id = $2 and revoked_at is null returning hint")
        .bind(secret_id).bind(app_id).bind(now).fetch_optional(connection).await)
}

/// An app as the token endpoint meets it.
#[derive(sqlx::FromRow)]
pub(super) struct Client {
    pub kind: String,
    /// The live secret that it showed, if it is one.
    pub secret_id: Option<String>,
    pub last_used_at: Option<Timestamp>,
}

/// The active app of an id, and its live secret with this hash: the hot path of the token endpoint, one statement.
pub(super) async fn client(tx: &mut Tx, app_id: &str, hash: Option<&SecretHash>) -> sqlx::Result<Option<Client>> {
    on!(tx, connection => sqlx::query_as(
        "select app.kind, app_secret.id as secret_id, app_secret.last_used_at
         from app left join app_secret on app_secret.app_id = app.id and app_secret.secret_hash = $2
            and app_secret.revoked_at is null
         where app.id = $1 and app.state = 'active'")
        .bind(app_id).bind(hash).fetch_optional(connection).await)
}

/// Changes nothing when another request has noted it since `stale`.
pub(super) async fn note_use(tx: &mut Tx, secret_id: &str, stale: Timestamp, now: Timestamp) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query(
        "update app_secret set last_used_at = $3 where id = $1 and (last_used_at is null or last_used_at <= $2)")
        .bind(secret_id).bind(stale).bind(now).execute(connection).await.map(drop))
}

/// A partner, with the address of the person behind it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Partner {
    pub id: String,
    pub person_id: String,
    pub email: String,
    /// The company, as customers may see it.
    pub name: String,
    /// `active` or `suspended`.
    pub state: String,
    pub created_at: Timestamp,
}

/// False when this person is a partner already.
pub(super) async fn insert_partner(tx: &mut Tx, partner: &Partner) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "insert into partner (id, person_id, name, state, created_at, changed_at) values ($1, $2, $3, $4, $5, $5)
         on conflict (person_id) do nothing")
        .bind(&partner.id).bind(&partner.person_id).bind(&partner.name).bind(&partner.state).bind(partner.created_at)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// True when this call changed the state.
pub(super) async fn set_partner_state(
    tx: &mut Tx,
    partner_id: &str,
    from: &str,
    to: &str,
    now: Timestamp,
) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query("update partner set state = $3, changed_at = $4 where id = $1 and state = $2")
        .bind(partner_id).bind(from).bind(to).bind(now).execute(connection).await.map(|done| done.rows_affected() == 1))
}

pub(super) async fn partner(tx: &mut Tx, partner_id: &str) -> sqlx::Result<Option<Partner>> {
    on!(tx, connection => sqlx::query_as(
        "select partner.id, person_id, person.email, partner.name, state, partner.created_at
         from partner join person on person.id = person_id where partner.id = $1")
        .bind(partner_id).fetch_optional(connection).await)
}

/// Newest first.
pub(super) async fn partners(tx: &mut Tx) -> sqlx::Result<Vec<Partner>> {
    on!(tx, connection => sqlx::query_as(
        "select partner.id, person_id, person.email, partner.name, state, partner.created_at
         from partner join person on person.id = person_id order by partner.created_at desc, partner.id desc limit $1")
        .bind(LIST_MAX).fetch_all(connection).await)
}
