//! Every call to the API: whose token is it, and what may it do at this moment?

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use moka::sync::Cache;

use super::rights::effective;
use super::store::token as store;
use super::token::ACCESS_PREFIX;
use super::usage::Usage;
use crate::access::{Authority, ScopeSet};
use crate::accounts::Role;
use crate::events::{Grants, Standing};
use crate::platform::secret::{PlainSecret, SecretHash};
use crate::platform::{Env, Timestamp};

/// Tokens whose authority is remembered for a moment.
const REMEMBERED_MAX: u64 = 100_000;

/// What this node knows of live grants. Cheap to clone.
///
/// An authority is remembered for `oauth.grant_cache_ms`, and for no longer than until anything ends on this node: each
/// ending raises the epoch, and what was read before it counts no more. The epoch is read before the database is, so that
/// an ending between the two is not missed.
#[derive(Clone)]
pub struct LiveGrants {
    epoch: Arc<AtomicU64>,
    remembered: Cache<SecretHash, Remembered>,
    /// What their apps do with them.
    pub(super) usage: Usage,
}

#[derive(Clone)]
struct Remembered {
    epoch: u64,
    until: Timestamp,
    authority: Arc<Authority>,
}

/// Why a token opens nothing. RFC 6750 §3.1 calls all of them `invalid_token`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BearerRefusal {
    /// Not one of ours, or mistyped: found without asking the database.
    Malformed,
    /// Unknown, expired, or its grant, app or workspace has ended.
    Dead,
    /// Nobody in the workspace stands behind the grant any more.
    Orphaned,
}

impl Default for LiveGrants {
    fn default() -> Self {
        Self { epoch: Arc::default(), remembered: Cache::new(REMEMBERED_MAX), usage: Usage::default() }
    }
}

impl LiveGrants {
    /// Something ended or changed: whatever was remembered is looked up anew.
    pub fn forget(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
    }

    /// The authority of a token at this moment.
    pub async fn authority(
        &self,
        env: &Env,
        token: &PlainSecret,
    ) -> sqlx::Result<Result<Arc<Authority>, BearerRefusal>> {
        if !token.is_well_formed(ACCESS_PREFIX) {
            return Ok(Err(BearerRefusal::Malformed));
        }
        let (hash, now, epoch) = (token.hash(), env.now(), self.epoch.load(Ordering::SeqCst));
        if let Some(known) = self.remembered.get(&hash)
            && known.epoch == epoch
            && now < known.until
        {
            return Ok(Ok(known.authority));
        }
        let found = match look_up(env, &hash, now).await? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if found.first_use {
            let hash = hash.clone();
            env.db.write(move |tx| Box::pin(async move { store::mark_used(tx, &hash).await })).await?;
        }
        let until = now.plus_ms(env.config.oauth.grant_cache_ms).min(found.ends_at);
        let authority = Arc::new(found.authority);
        self.remembered.insert(hash, Remembered { epoch, until, authority: Arc::clone(&authority) });
        Ok(Ok(authority))
    }
}

/// The authority of a token as the database knows it, whatever is remembered: who was woken by the end of a grant must not
/// be quicker than the forgetting of it.
pub async fn look_again(env: &Env, token: &PlainSecret) -> sqlx::Result<Result<Authority, BearerRefusal>> {
    let found = look_up(env, &token.hash(), env.now()).await?;
    Ok(found.map(|found| found.authority))
}

struct Found {
    authority: Authority,
    ends_at: Timestamp,
    first_use: bool,
}

async fn look_up(env: &Env, hash: &SecretHash, now: Timestamp) -> sqlx::Result<Result<Found, BearerRefusal>> {
    let mut tx = env.db.read().await?;
    let Some(row) = store::find_bearer(&mut tx, hash).await? else { return Ok(Err(BearerRefusal::Dead)) };
    let ends_at = row.grant_expires_at.map_or(row.expires_at, |grant_ends| grant_ends.min(row.expires_at));
    if ends_at <= now {
        return Ok(Err(BearerRefusal::Dead));
    }
    let Some(role) = row.approver_role.as_deref().and_then(|role| role.parse::<Role>().ok()) else {
        return Ok(Err(BearerRefusal::Orphaned));
    };
    let declared = store::declared_scopes(&mut tx, &row.app_id).await?;
    let numbers = if row.all_numbers { None } else { Some(store::numbers_of_grant(&mut tx, &row.grant_id).await?) };
    let granted = scopes_of(&row.token_scopes)?.intersection(&scopes_of(&row.grant_scopes)?);
    let authority = Authority {
        grant_id: row.grant_id,
        app_id: row.app_id,
        app_name: row.app_name,
        workspace_id: row.workspace_id,
        workspace_name: row.workspace_name,
        scopes: effective(&granted, &declared, |right| role.may(right)),
        numbers,
    };
    Ok(Ok(Found { authority, ends_at, first_use: !row.used }))
}

/// How grants stand, for those whose webhooks are told by them.
pub struct GrantStandings(pub Env);

#[async_trait]
impl Grants for GrantStandings {
    async fn standing(&self, grant_id: &str) -> anyhow::Result<Standing> {
        Ok(standing(&self.0, grant_id).await?)
    }
}

async fn standing(env: &Env, grant_id: &str) -> sqlx::Result<Standing> {
    let mut tx = env.db.read().await?;
    let Some(row) = store::find_grant(&mut tx, grant_id).await? else { return Ok(Standing::Ended) };
    if row.state != "active" {
        return Ok(Standing::Ended);
    }
    let suspended = row.app_state != "active" || row.workspace_state != "active";
    let role = row.approver_role.as_deref().and_then(|role| role.parse::<Role>().ok());
    let (Some(role), false) = (role, suspended || row.expires_at.is_some_and(|ends_at| ends_at <= env.now())) else {
        return Ok(Standing::Barred);
    };
    let declared = store::declared_scopes(&mut tx, &row.app_id).await?;
    let numbers = if row.all_numbers { None } else { Some(store::numbers_of_grant(&mut tx, grant_id).await?) };
    Ok(Standing::Live(Authority {
        grant_id: grant_id.to_owned(),
        app_id: row.app_id,
        app_name: row.app_name,
        workspace_id: row.workspace_id,
        workspace_name: row.workspace_name,
        scopes: effective(&scopes_of(&row.scopes)?, &declared, |right| role.may(right)),
        numbers,
    }))
}

fn scopes_of(text: &str) -> sqlx::Result<ScopeSet> {
    text.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}
