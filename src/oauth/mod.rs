//! Permission: authorization requests, consent, grants, codes, tokens, and their ends.

mod api;
mod approve;
mod ask;
mod authorize;
mod bearer;
mod client;
mod connected;
mod consent;
mod end;
mod exchange;
mod jobs;
mod pages;
mod parameters;
mod pkce;
mod refusal;
mod request;
mod review;
mod revoke;
mod rights;
mod store;
mod token;
mod usage;
mod way_back;

pub use api::{Guard, account_routes, endpoints, guard};
pub use bearer::LiveGrants;
pub use connected::{ConnectedApp, ConnectedState};
pub use end::{AppGrants, Ending, end_grant};
pub use jobs::jobs;
pub use pages::{connected_routes, routes};

use async_trait::async_trait;

use crate::accounts::Destination;
use crate::platform::Env;
use crate::platform::secret::PlainSecret;

/// Tells the sign-in page which app waits behind it.
pub struct PendingApp(pub Env);

#[async_trait]
impl Destination for PendingApp {
    async fn app_name(&self, request: &str) -> Option<String> {
        let asking = review::asking_app(&self.0, &PlainSecret::received(request)).await;
        asking.ok().map(|app| app.name)
    }
}

/// The connected and disconnected apps of a workspace, newest first.
pub async fn connected_apps(env: &Env, workspace_id: &str) -> sqlx::Result<Vec<ConnectedApp>> {
    store::connected::list(&mut env.db.read().await?, workspace_id, None, env.now()).await
}

/// One of them.
pub async fn connected_app(env: &Env, workspace_id: &str, grant_id: &str) -> sqlx::Result<Option<ConnectedApp>> {
    let found = store::connected::list(&mut env.db.read().await?, workspace_id, Some(grant_id), env.now()).await?;
    Ok(found.into_iter().next())
}

/// Whether a grant still gives anything, for what was asked for under it earlier.
pub async fn grant_is_live(env: &Env, grant_id: &str) -> sqlx::Result<bool> {
    store::connected::is_live(&mut env.db.read().await?, grant_id, env.now()).await
}

/// The name of a grant's app, whatever the state of either.
pub async fn app_name_of_grant(env: &Env, workspace_id: &str, grant_id: &str) -> sqlx::Result<Option<String>> {
    store::connected::app_name(&mut env.db.read().await?, workspace_id, grant_id).await
}
