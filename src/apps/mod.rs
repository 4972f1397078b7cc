//! Who may ask: apps, their secrets, redirect addresses and scopes, partners, and the developer pages.

mod app;
mod change;
mod details;
mod grants;
mod judge;
mod logo;
mod name;
mod pages;
mod partners;
mod redirect;
mod register;
mod secrets;
mod store;
mod trail;

pub use app::{App, AppState, DeclaredScope, Kind};
pub use change::set_logo;
pub use details::{Details, Field, LinkRefusal, Mistake, Mistakes};
pub use grants::Grants;
pub use judge::{JudgeError, JudgeRefusal, Verdict, judge};
pub use name::NameRefusal;
pub use pages::{OwnApp, logo_routes, routes};
pub use partners::{PartnerError, PartnerRefusal, add_partner, partners, set_partner_active};
pub use redirect::RedirectRefusal;
pub use register::{NewApp, RegisterError, RegisterRefusal, register};
pub use secrets::authenticate;
pub use store::{ListedApp, Partner, SecretInfo};

use app::logo_url;

use crate::accounts::{self, Person};
use crate::platform::Env;
use crate::platform::db::Tx;

/// The app of a `client_id`, whatever its state.
pub async fn find(env: &Env, app_id: &str) -> sqlx::Result<Option<App>> {
    store::find(&mut env.db.read().await?, app_id).await
}

/// The same as [`find`], inside a unit of work.
pub async fn find_within(tx: &mut Tx, app_id: &str) -> sqlx::Result<Option<App>> {
    store::find(tx, app_id).await
}

/// Who registered an app.
pub async fn developer_within(tx: &mut Tx, app_id: &str) -> sqlx::Result<Option<Person>> {
    let Some(app) = store::find(tx, app_id).await? else { return Ok(None) };
    accounts::person_within(tx, &app.owner_id).await
}

/// An app for its developer; to anyone else it does not exist.
pub async fn find_own(env: &Env, owner_id: &str, app_id: &str) -> sqlx::Result<Option<App>> {
    store::find_own(&mut env.db.read().await?, owner_id, app_id).await
}

/// The apps of one developer, newest first; of everybody when none is named.
pub async fn list(env: &Env, owner_id: Option<&str>) -> sqlx::Result<Vec<ListedApp>> {
    store::list(&mut env.db.read().await?, owner_id).await
}

/// The PNG of an app's logo in base64, and its tag.
async fn logo_of(env: &Env, app_id: &str) -> sqlx::Result<Option<(String, String)>> {
    store::logo(&mut env.db.read().await?, app_id).await
}
