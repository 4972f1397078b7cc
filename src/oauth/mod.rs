//! Permission: authorization requests, consent, grants, codes, tokens, and their ends.

mod amend;
mod announce;
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
mod lifetime;
mod pages;
mod parameters;
mod pkce;
mod policy;
mod refusal;
mod request;
mod review;
mod revoke;
mod rights;
mod stance;
mod store;
mod terms;
mod token;
mod usage;
mod way_back;

pub use api::{Guard, account_routes, app_guard, endpoints, guard};
pub use bearer::{GrantStandings, LiveGrants};
pub use connected::{ConnectedApp, ConnectedState};
pub use end::{AppGrants, Ending, end_grant};
pub use jobs::jobs;
pub use pages::{connected_routes, routes};

use async_trait::async_trait;

use crate::accounts::{Destination, Waiting};
use crate::platform::Env;
use crate::platform::secret::PlainSecret;

/// What the pages that end an app's access ask about its messages. `messages` knows; `app.rs` joins the two.
#[async_trait]
pub trait Queue: Send + Sync + 'static {
    /// How many messages have not left yet.
    async fn waiting(&self, workspace_id: &str, grant_id: &str) -> sqlx::Result<i64>;
}

/// Tells the sign-in page which app waits behind it.
pub struct PendingApp(pub Env);

#[async_trait]
impl Destination for PendingApp {
    async fn waiting(&self, request: &str) -> Option<Waiting> {
        let (request, app) = review::waiting(&self.0, &PlainSecret::received(request)).await.ok()?;
        Some(Waiting {
            app_name: app.name,
            reviewed: app.reviewed,
            sign_in_after: request.wishes.sign_in_anew.then_some(request.created_at),
            login_hint: request.wishes.login_hint,
        })
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

/// What a person approved in all of their workspaces, newest first.
pub async fn approved_apps(env: &Env, person_id: &str) -> sqlx::Result<Vec<connected::ApprovedApp>> {
    store::connected::approved_by(&mut env.db.read().await?, person_id).await
}

/// Whether a grant still gives anything, for what was asked for under it earlier.
pub async fn grant_is_live(env: &Env, grant_id: &str) -> sqlx::Result<bool> {
    store::connected::is_live(&mut env.db.read().await?, grant_id, env.now()).await
}

/// The name of a grant's app, whatever the state of either.
pub async fn app_name_of_grant(env: &Env, workspace_id: &str, grant_id: &str) -> sqlx::Result<Option<String>> {
    store::connected::app_name(&mut env.db.read().await?, workspace_id, grant_id).await
}
