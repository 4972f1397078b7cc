//! Ending a grant: one press, and the next call fails.

use async_trait::async_trait;
use serde_json::json;

use super::bearer::LiveGrants;
use super::store::{connected, token, usage};
use crate::apps::Grants;
use crate::audit::{self, Entry, Who};
use crate::events::{self, Event, GrantEndedFact, Kind, Subject};
use crate::platform::Env;
use crate::platform::db::Tx;

/// What is left of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The row stays in the list; a new consent reconnects.
    Disconnect,
    /// The row leaves the list, too. The audit log stays.
    Delete,
}

impl Ending {
    /// As it is kept in the grant.
    pub(super) const fn state(self) -> &'static str {
        match self {
            Self::Disconnect => "disconnected",
            Self::Delete => "deleted",
        }
    }

    /// Whether it changes anything about a grant in the state `kept`: disconnecting twice is disconnecting once.
    fn changes(self, kept: &str) -> bool {
        match self {
            Self::Disconnect => kept == "active",
            Self::Delete => kept != "deleted",
        }
    }
}

/// Ends a workspace's grant with its codes, access tokens and refresh tokens, in one transaction. False when there was nothing
/// to end: no such grant here, or somebody else was first.
pub async fn end_grant(
    env: &Env,
    live: &LiveGrants,
    who: &Who,
    workspace_id: &str,
    grant_id: &str,
    ending: Ending,
) -> sqlx::Result<bool> {
    let (unit_env, who) = (env.clone(), who.clone());
    let (workspace_id, grant_id) = (workspace_id.to_owned(), grant_id.to_owned());
    let ended = env
        .db
        .write(move |tx| Box::pin(async move { end_in(tx, &unit_env, &who, &workspace_id, &grant_id, ending).await }))
        .await?;
    live.forget();
    Ok(ended)
}

pub(super) async fn end_in(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    workspace_id: &str,
    grant_id: &str,
    ending: Ending,
) -> sqlx::Result<bool> {
    let Some(was) = connected::hold(tx, workspace_id, grant_id).await?.filter(|was| ending.changes(&was.state)) else {
        return Ok(false);
    };
    connected::end(tx, grant_id, ending.state(), who.actor.name(), env.now()).await?;
    if ending == Ending::Delete {
        usage::forget(tx, grant_id).await?;
    }
    let was_active = was.state == "active";
    let action = match ending {
        Ending::Disconnect => "grant.revoked",
        Ending::Delete => "grant.deleted",
    };
    let entry = Entry {
        workspace_id: Some(workspace_id.to_owned()),
        action,
        target_kind: "grant",
        target_id: grant_id.to_owned(),
        detail: json!({ "app": was.app_name, "was_active": was_active }),
    };
    audit::record(tx, env, who, entry).await?;
    if was_active {
        end_access(tx, env, workspace_id, grant_id, &was.app_id, ending.state()).await?;
    }
    Ok(true)
}

/// What every end of an active grant brings with it, whoever ended it.
async fn end_access(
    tx: &mut Tx,
    env: &Env,
    workspace_id: &str,
    grant_id: &str,
    app_id: &str,
    reason: &str,
) -> sqlx::Result<()> {
    token::end_tokens_of_grant(tx, grant_id, env.now()).await?;
    let fact = GrantEndedFact { grant_id: grant_id.to_owned(), app_id: app_id.to_owned(), reason: reason.to_owned() };
    let event = Event {
        kind: Kind::GrantRevoked,
        subject: Subject::Workspace(workspace_id.to_owned()),
        number_id: None,
        grant_id: Some(grant_id.to_owned()),
        data: json!(fact),
    };
    events::emit(tx, env, event).await?;
    events::end_telling(tx, grant_id).await
}

/// Ends grants whose time is over, and those that were neither approved nor used for `oauth.refresh_idle_s`: how many. Work
/// for a job, a small batch at a time.
pub async fn end_overdue(env: &Env, live: &LiveGrants) -> sqlx::Result<usize> {
    let unit_env = env.clone();
    let ended = env.db.write(move |tx| Box::pin(async move { end_overdue_in(tx, &unit_env).await })).await?;
    if ended > 0 {
        live.forget();
    }
    Ok(ended)
}

async fn end_overdue_in(tx: &mut Tx, env: &Env) -> sqlx::Result<usize> {
    let now = env.now();
    let overdue = connected::end_overdue(tx, now, now.plus_s(-env.config.oauth.refresh_idle_s), BATCH).await?;
    for grant in &overdue {
        let entry = Entry {
            workspace_id: Some(grant.workspace_id.clone()),
            action: "grant.expired",
            target_kind: "grant",
            target_id: grant.id.clone(),
            detail: json!({ "app": grant.app_name, "reason": grant.state }),
        };
        audit::record(tx, env, &Who::system(), entry).await?;
        end_access(tx, env, &grant.workspace_id, &grant.id, &grant.app_id, &grant.state).await?;
    }
    Ok(overdue.len())
}

/// Grants that one transaction or query takes at a time when many end.
const BATCH: i64 = 200;

/// What `apps` may know of grants.
pub struct AppGrants {
    pub env: Env,
    pub live: LiveGrants,
}

#[async_trait]
impl Grants for AppGrants {
    async fn live_count(&self, app_id: &str) -> sqlx::Result<i64> {
        connected::count_live(&mut self.env.db.read().await?, app_id).await
    }

    async fn end_all(&self, tx: &mut Tx, who: &Who, app_id: &str) -> sqlx::Result<i64> {
        let mut ended = 0;
        loop {
            let batch = connected::live_grants_of_app(tx, app_id, BATCH).await?;
            if batch.is_empty() {
                return Ok(ended);
            }
            for (grant_id, workspace_id) in batch {
                end_in(tx, &self.env, who, &workspace_id, &grant_id, Ending::Disconnect).await?;
                ended += 1;
            }
        }
    }

    fn forget(&self, _app_id: &str) {
        self.live.forget();
    }
}
