//! Workspaces: made, renamed, and stopped by the operator.

use serde_json::json;

use super::sign_up::tidy_name;
use super::{Person, Right, Role, store};
use crate::audit::{self, Entry, Who};
use crate::platform::Env;
use crate::platform::db::Tx;

/// Workspaces that one person may have made and still be in.
const MADE_MAX: i64 = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WorkspaceRefusal {
    #[error("write a name, in at most 80 characters")]
    Name,
    #[error("you have made as many workspaces as one person may")]
    TooMany,
    #[error("your role does not include this")]
    NotAllowed,
}

#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    #[error(transparent)]
    Refused(#[from] WorkspaceRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

#[derive(Debug, thiserror::Error)]
pub enum SuspendError {
    #[error("there is no such workspace; `grantline workspace list` shows all of them")]
    NoSuchWorkspace,
    #[error("that is so already")]
    Already,
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

/// Makes another workspace, owned by the person: its id.
pub async fn create_workspace(env: &Env, who: &Who, person: &Person, name: &str) -> Result<String, WorkspaceError> {
    let name = tidy_name(name).ok_or(WorkspaceRefusal::Name)?;
    let (env, who, person) = (env.clone(), who.clone(), person.clone());
    env.clone()
        .db
        .write(move |tx| {
            Box::pin(async move {
                if store::count_workspaces_of(tx, &person.id).await? >= MADE_MAX {
                    return Err(WorkspaceError::from(WorkspaceRefusal::TooMany));
                }
                Ok(found_workspace(tx, &env, &who, &person, &name).await?)
            })
        })
        .await
}

/// A workspace and its first owner, inside the unit of work of whoever asks.
pub(super) async fn found_workspace(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    person: &Person,
    name: &str,
) -> sqlx::Result<String> {
    let (now, id) = (env.now(), env.id("ws"));
    store::insert_workspace(tx, &id, name, &person.id, now).await?;
    store::insert_member(tx, &id, &person.id, Role::Owner, now).await?;
    let detail = json!({ "name": name, "owner": person.email });
    audit::record(tx, env, who, entry("workspace.created", &id, detail)).await?;
    Ok(id)
}

pub async fn rename_workspace(
    env: &Env,
    who: &Who,
    by: &Person,
    workspace_id: &str,
    name: &str,
) -> Result<(), WorkspaceError> {
    let name = tidy_name(name).ok_or(WorkspaceRefusal::Name)?;
    let (env, who, by, id) = (env.clone(), who.clone(), by.id.clone(), workspace_id.to_owned());
    env.clone()
        .db
        .write(move |tx| {
            Box::pin(async move {
                store::lock_workspace(tx, &id).await?;
                let membership = store::membership(tx, &by, &id).await?;
                let Some(membership) = membership.filter(|held| held.role.may(Right::ManageWorkspace)) else {
                    return Err(WorkspaceError::from(WorkspaceRefusal::NotAllowed));
                };
                store::rename_workspace(tx, &id, &name).await?;
                let detail = json!({ "name": name, "before": membership.workspace.name });
                Ok(audit::record(tx, &env, &who, entry("workspace.renamed", &id, detail)).await?)
            })
        })
        .await
}

/// Stops a workspace, or lets a stopped one go on: while it is stopped no app can be approved in it, and every call for it
/// fails.
pub async fn set_workspace_active(env: &Env, who: &Who, workspace_id: &str, active: bool) -> Result<(), SuspendError> {
    let (env, who, id) = (env.clone(), who.clone(), workspace_id.to_owned());
    env.clone()
        .db
        .write(move |tx| {
            Box::pin(async move {
                let (from, to, action) = if active {
                    ("suspended", "active", "workspace.resumed")
                } else {
                    ("active", "suspended", "workspace.suspended")
                };
                if store::set_workspace_state(tx, &id, from, to).await? {
                    return Ok(audit::record(tx, &env, &who, entry(action, &id, json!({}))).await?);
                }
                let known = store::workspace(tx, &id).await?.is_some();
                Err(if known { SuspendError::Already } else { SuspendError::NoSuchWorkspace })
            })
        })
        .await
}

fn entry(action: &'static str, workspace_id: &str, detail: serde_json::Value) -> Entry {
    Entry {
        workspace_id: Some(workspace_id.to_owned()),
        action,
        target_kind: "workspace",
        target_id: workspace_id.to_owned(),
        detail,
    }
}
