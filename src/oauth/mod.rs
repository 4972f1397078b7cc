//! Permission: authorization requests, consent, grants, codes, tokens, and their ends.

mod api;
mod bearer;
mod client;
mod connected;
mod end;
mod exchange;
mod pages;
mod pkce;
mod refusal;
mod revoke;
mod rights;
mod store;
mod token;

pub use api::{Guard, account_routes, endpoints, guard};
pub use bearer::LiveGrants;
pub use connected::{ConnectedApp, ConnectedState};
pub use end::{Ending, end_grant};
pub use pages::connected_routes;

use async_trait::async_trait;

use crate::accounts::Destination;
use crate::platform::Env;
use crate::platform::jobs::{Job, Progress};

/// Rows of each kind that one run of the sweep deletes.
const SWEEP_BATCH: i64 = 500;

/// Tells the sign-in page which app waits behind it.
pub struct PendingApp(pub Env);

#[async_trait]
impl Destination for PendingApp {
    async fn app_name(&self, _request: &str) -> Option<String> {
        None
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

/// The background work of this room.
#[must_use]
pub fn jobs(env: &Env, live: &LiveGrants) -> Vec<Job> {
    let sweep_env = env.clone();
    let sweep = Job::new("oauth sweep", 60, move || {
        let env = sweep_env.clone();
        async move {
            let now = env.now();
            let deleted = env
                .db
                .write(move |tx| Box::pin(async move { store::token::sweep(tx, now, SWEEP_BATCH).await }))
                .await?;
            Ok(if deleted == 0 { Progress::Idle } else { Progress::More })
        }
    });
    vec![sweep, live.usage_job(env)]
}
