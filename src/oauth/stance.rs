//! A workspace decides about apps: its rules for all of them, and a block for one.

use serde_json::json;

use super::bearer::LiveGrants;
use super::end::{Ending, end_in};
use super::policy::{self, BlockedApp, Policy};
use super::store;
use crate::audit::{self, Entry, Who};
use crate::platform::Env;
use crate::platform::db::Tx;

#[derive(Debug, thiserror::Error)]
pub enum BlockError {
    #[error("the reason is too long")]
    LongReason,
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

/// Which app is blocked, and where.
#[derive(Debug, Clone)]
pub struct Blocking {
    pub workspace_id: String,
    pub app_id: String,
    pub app_name: String,
}

/// Blocks an app in a workspace, and ends its access there in the same transaction.
pub async fn block_app(
    env: &Env,
    live: &LiveGrants,
    who: &Who,
    what: Blocking,
    person_id: &str,
    reason: &str,
) -> Result<(), BlockError> {
    let reason = policy::reason(reason).ok_or(BlockError::LongReason)?;
    let (unit_env, who, person_id) = (env.clone(), who.clone(), person_id.to_owned());
    env.db
        .write(move |tx| Box::pin(async move { block_within(tx, &unit_env, &who, &what, &person_id, &reason).await }))
        .await?;
    live.forget();
    Ok(())
}

/// The same inside somebody else's unit of work. Blocking twice is blocking once.
pub(super) async fn block_within(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    what: &Blocking,
    person_id: &str,
    reason: &str,
) -> sqlx::Result<()> {
    let Blocking { workspace_id, app_id, app_name } = what;
    if !store::policy::block(tx, workspace_id, app_id, (person_id, reason), env.now()).await? {
        return Ok(());
    }
    // The grant before the log: whoever ends it at the same moment holds its row and waits for the log.
    if let Some(grant_id) = store::grant::active_id(tx, workspace_id, app_id).await? {
        end_in(tx, env, who, workspace_id, &grant_id, Ending::Disconnect).await?;
    }
    let detail = json!({ "app": app_name, "reason": reason });
    record(tx, env, who, workspace_id, "app.blocked", ("app", app_id), detail).await
}

/// Lets a blocked app ask again; what it had before stays ended. False when it is not blocked here.
pub async fn unblock_app(env: &Env, who: &Who, workspace_id: &str, app_id: &str) -> sqlx::Result<bool> {
    let (unit_env, who) = (env.clone(), who.clone());
    let (workspace_id, app_id) = (workspace_id.to_owned(), app_id.to_owned());
    env.db
        .write(move |tx| {
            Box::pin(async move {
                if !store::policy::unblock(tx, &workspace_id, &app_id).await? {
                    return Ok(false);
                }
                let name = crate::apps::find_within(tx, &app_id).await?.map(|app| app.name);
                let detail = json!({ "app": name });
                record(tx, &unit_env, &who, &workspace_id, "app.unblocked", ("app", &app_id), detail).await?;
                Ok(true)
            })
        })
        .await
}

/// The apps that a workspace blocked.
pub async fn blocked_apps(env: &Env, workspace_id: &str) -> sqlx::Result<Vec<BlockedApp>> {
    store::policy::blocked(&mut env.db.read().await?, workspace_id).await
}

/// The rules of a workspace for apps.
pub async fn policy_of(env: &Env, workspace_id: &str) -> sqlx::Result<Policy> {
    store::policy::policy(&mut env.db.read().await?, workspace_id).await
}

/// Changes the rules of a workspace. They bind approvals from now on.
pub async fn set_policy(env: &Env, who: &Who, workspace_id: &str, policy: Policy) -> sqlx::Result<()> {
    let (unit_env, who, workspace_id) = (env.clone(), who.clone(), workspace_id.to_owned());
    env.db
        .write(move |tx| {
            Box::pin(async move {
                if store::policy::policy(tx, &workspace_id).await? == policy {
                    return Ok(());
                }
                store::policy::save_policy(tx, &workspace_id, &policy, unit_env.now()).await?;
                let detail = json!({
                    "owners_only": policy.owners_only,
                    "reviewed_only": policy.reviewed_only,
                    "longest": policy.longest.name(),
                });
                let target = ("workspace", workspace_id.as_str());
                record(tx, &unit_env, &who, &workspace_id, "apps.rules_changed", target, detail).await
            })
        })
        .await
}

async fn record(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    workspace_id: &str,
    action: &'static str,
    (target_kind, target_id): (&'static str, &str),
    detail: serde_json::Value,
) -> sqlx::Result<()> {
    let (workspace_id, target_id) = (Some(workspace_id.to_owned()), target_id.to_owned());
    audit::record(tx, env, who, Entry { workspace_id, action, target_kind, target_id, detail }).await
}
