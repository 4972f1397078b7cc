//! Ending a grant: one press, and the next call fails.

use async_trait::async_trait;
use serde_json::json;

use super::bearer::LiveGrants;
use super::store::{connected, token};
use crate::apps::Grants;
use crate::audit::{self, Entry, Who};
use crate::events::{self, Event, Kind};
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

async fn end_in(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    workspace_id: &str,
    grant_id: &str,
    ending: Ending,
) -> sqlx::Result<bool> {
    let now = env.now();
    let Some(was) = connected::end(tx, workspace_id, grant_id, ending.state(), who.actor.name(), now).await? else {
        return Ok(false);
    };
    token::end_tokens_of_grant(tx, grant_id, now).await?;
    if was.was_active {
        let event = Event {
            kind: Kind::GrantRevoked,
            workspace_id: Some(workspace_id.to_owned()),
            number_id: None,
            grant_id: Some(grant_id.to_owned()),
            data: json!({ "grant_id": grant_id, "app_id": was.app_id }),
        };
        events::emit(tx, env, event).await?;
    }
    let action = match ending {
        Ending::Disconnect => "grant.revoked",
        Ending::Delete => "grant.deleted",
    };
    let entry = Entry {
        workspace_id: Some(workspace_id.to_owned()),
        action,
        target_kind: "grant",
        target_id: grant_id.to_owned(),
        detail: json!({ "app": was.app_name, "was_active": was.was_active }),
    };
    audit::record(tx, env, who, entry).await?;
    Ok(true)
}

/// Grants that one query takes at a time when an app is deleted.
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
