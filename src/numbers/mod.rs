//! Linked numbers: link attempts, the state machine, and the sessions that run them.

mod api;
mod attempts;
mod call_api;
mod calls;
mod country;
mod ending;
mod jobs;
mod keys;
mod link;
mod linking;
mod news;
mod number;
mod pages;
mod passkey;
mod patience;
mod pausing;
mod phone;
mod progress;
mod pump;
mod renaming;
mod restoring;
mod sessions;
mod standing;
mod store;
mod surroundings;
mod told;

use std::sync::Arc;

use grantline_whatsapp::Surroundings;
use grantline_whatsapp::sandbox::Sandbox;

pub use api::api_routes;
pub use call_api::{OfWhatsapp, call_problem, call_routes};
pub use calls::{CallError, CallRefusal, groups, look_up, picture, show};
pub use country::Country;
pub use ending::{remove, unlink};
pub use jobs::jobs;
pub use keys::{NumberKeys, seal_keys_anew};
pub use link::{Attempt, LinkFailure, LinkState, Shown, Waiting};
pub use linking::{
    CodeError, CodeRefusal, LinkError, LinkRefusal, LinkRequest, cancel_link, request_new_code, start_link,
};
pub use number::{Number, NumberState};
pub use pages::{routes, sandbox_routes};
pub use passkey::{PasskeyError, PasskeyRefusal, codes_are_same, codes_differ, give_passkey};
pub use pausing::pause;
pub use phone::{Phone, PhoneRefusal};
pub use sessions::Sessions;
pub use told::{MessageSink, MessageTold};

use crate::platform::Env;
use crate::platform::db::Tx;

/// A simulated WhatsApp in the server's time and chance.
#[must_use]
pub fn sandbox(env: &Env) -> Arc<Sandbox> {
    Sandbox::new(surroundings(env))
}

/// The server's time and chance, for a connector.
#[must_use]
pub fn surroundings(env: &Env) -> Arc<dyn Surroundings> {
    Arc::new(surroundings::ServerSurroundings(env.clone()))
}

/// The numbers of a workspace, by name, whatever their state.
pub async fn in_workspace(env: &Env, workspace_id: &str) -> sqlx::Result<Vec<Number>> {
    store::in_workspace(&mut env.db.read().await?, workspace_id).await
}

/// The same as [`in_workspace`], inside a unit of work.
pub async fn in_workspace_within(tx: &mut Tx, workspace_id: &str) -> sqlx::Result<Vec<Number>> {
    store::in_workspace(tx, workspace_id).await
}

/// One number of a workspace.
pub async fn number(env: &Env, workspace_id: &str, id: &str) -> sqlx::Result<Option<Number>> {
    store::number(&mut env.db.read().await?, workspace_id, id).await
}

/// Those of these phones that belong to these workspaces: an account has one place, the workspace that holds its link, else
/// the one that was first to link it or to try.
pub async fn phones_of(env: &Env, workspaces: &[String], phones: &[String]) -> sqlx::Result<Vec<String>> {
    let json = |texts: &[String]| serde_json::json!(texts).to_string();
    store::phones_of(&mut env.db.read().await?, &json(workspaces), &json(phones)).await
}

/// A page of a workspace's numbers, by id, from behind `after`; `only` some of them, or all.
pub async fn page(
    env: &Env,
    workspace_id: &str,
    only: Option<&[String]>,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<Number>> {
    let only = only.map(|ids| serde_json::json!(ids).to_string());
    store::page(&mut env.db.read().await?, workspace_id, only.as_deref(), after, limit).await
}

/// The link attempt of this id, if it belongs to the workspace.
pub async fn link_attempt(env: &Env, workspace_id: &str, id: &str) -> anyhow::Result<Option<Attempt>> {
    attempts::attempt(env, workspace_id, id).await
}

/// The attempts that are under way in a workspace: number and attempt.
pub async fn attempts_under_way(env: &Env, workspace_id: &str) -> sqlx::Result<Vec<(String, String)>> {
    store::open_attempts(&mut env.db.read().await?, workspace_id, 1000).await
}
