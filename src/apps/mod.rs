//! Who may ask: apps, their secrets, redirect addresses and scopes, and the developer pages.

mod app;
mod pages;
mod redirect;
mod store;

pub use app::{App, AppState, DeclaredScope, Kind};
pub use pages::routes;

use crate::platform::Env;
use crate::platform::db::Tx;
use crate::platform::secret::PlainSecret;

/// The app of a `client_id`, whatever its state.
pub async fn find(env: &Env, app_id: &str) -> sqlx::Result<Option<App>> {
    store::find(&mut env.db.read().await?, app_id).await
}

/// The same as [`find`], inside a unit of work.
pub async fn find_in(tx: &mut Tx, app_id: &str) -> sqlx::Result<Option<App>> {
    store::find(tx, app_id).await
}

/// Whether `secret` is one of the app's live secrets.
pub async fn knows_secret(env: &Env, app_id: &str, secret: &PlainSecret) -> sqlx::Result<bool> {
    store::secret_is_live(&mut env.db.read().await?, app_id, &secret.hash()).await
}
