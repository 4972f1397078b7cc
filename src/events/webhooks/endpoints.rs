//! What owners do with their endpoints.

use serde_json::json;

use super::disable::record;
use super::dispatch::JOB;
use super::endpoint::{ENDPOINTS_MAX, Endpoint, EndpointState, Owner, Wish};
use super::signature::SigningSecret;
use crate::audit::Who;
use crate::events::store::endpoints::{self as store, Sealed};
use crate::events::store::lanes;
use crate::platform::db::Tx;
use crate::platform::seal::SealError;
use crate::platform::{Env, Timestamp};

/// After a rotation the secret before it goes on signing for this long, unless it is ended earlier.
const OLD_SECRET_S: i64 = 7 * 86_400;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointRefusal {
    #[error("There is no such endpoint.")]
    NoSuchEndpoint,
    #[error("There are 20 endpoints already; delete one before you add another.")]
    TooMany,
}

#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    #[error(transparent)]
    Refused(#[from] EndpointRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
    #[error("a secret could not be sealed or opened")]
    Sealing(#[from] SealError),
}

/// Signs with the newest first.
pub struct Secrets {
    pub newest: SigningSecret,
    pub old: Option<SigningSecret>,
    pub old_until: Option<Timestamp>,
}

/// All endpoints of an owner, oldest first.
pub async fn list_endpoints(env: &Env, owner: &Owner) -> sqlx::Result<Vec<Endpoint>> {
    store::list(&mut env.db.read().await?, owner, ENDPOINTS_MAX).await
}

/// An owner's endpoint; somebody else's does not exist.
pub async fn find_endpoint(env: &Env, owner: &Owner, id: &str) -> sqlx::Result<Option<Endpoint>> {
    store::find_own(&mut env.db.read().await?, owner, id).await
}

/// Its secrets, for its owner to see.
pub async fn endpoint_secrets(env: &Env, owner: &Owner, id: &str) -> Result<Secrets, EndpointError> {
    let mut tx = env.db.read().await?;
    store::find_own(&mut tx, owner, id).await?.ok_or(EndpointRefusal::NoSuchEndpoint)?;
    let sealed = store::secrets(&mut tx, id).await?.ok_or(EndpointRefusal::NoSuchEndpoint)?;
    let old_until = sealed.old_secret_until.filter(|until| *until > env.now());
    let mut opened = opened_secrets(env, id, &sealed)?.into_iter();
    let newest = opened.next().ok_or(SealError::Damaged)?;
    Ok(Secrets { newest, old: opened.next(), old_until })
}

/// The secrets that sign at this moment, the newest first.
pub(super) fn opened_secrets(env: &Env, id: &str, sealed: &Sealed) -> Result<Vec<SigningSecret>, SealError> {
    let old_is_live = sealed.old_secret_until.is_some_and(|until| until > env.now());
    let live = [Some(&sealed.secret), sealed.old_secret.as_ref().filter(|_| old_is_live)];
    live.into_iter()
        .flatten()
        .map(|sealed| {
            let bytes = env.sealer.open(&context(id), sealed)?;
            SigningSecret::of_sealed(&bytes).ok_or(SealError::Damaged)
        })
        .collect()
}

fn context(id: &str) -> String {
    format!("webhook_endpoint:{id}")
}

fn seal(env: &Env, id: &str, secret: &SigningSecret) -> Result<String, SealError> {
    env.sealer.seal(&context(id), secret.bytes(), &*env.random)
}

/// Endpoints whose secrets are read at once.
const SEALED_PAGE: i64 = 200;

/// Seals with the newest master key the secrets that lie under an older one: how many endpoints those were.
pub async fn seal_secrets_anew(env: &Env) -> anyhow::Result<usize> {
    let (mut count, mut after) = (0, String::new());
    loop {
        let page = store::sealed_secrets(&mut env.db.read().await?, &after, SEALED_PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(count) };
        after.clone_from(last);
        for (id, before) in page {
            let secret = env.sealer.seal_anew(&context(&id), &before.secret, &*env.random)?;
            let old = before.old_secret.as_ref();
            let old_anew = old.map(|old| env.sealer.seal_anew(&context(&id), old, &*env.random)).transpose()?.flatten();
            if secret.is_none() && old_anew.is_none() {
                continue;
            }
            let secret = secret.unwrap_or_else(|| before.secret.clone());
            let old_secret = old_anew.or_else(|| before.old_secret.clone());
            let unit = env.db.write(move |tx| {
                Box::pin(async move { store::replace_secrets(tx, &id, &before, &secret, old_secret.as_deref()).await })
            });
            count += usize::from(unit.await?);
        }
    }
}

/// Adds an endpoint: it hears of what happens from now on.
pub async fn create_endpoint(env: &Env, who: &Who, owner: &Owner, wish: Wish) -> Result<Endpoint, EndpointError> {
    let (id, now) = (env.id("whe"), env.now());
    let sealed = seal(env, &id, &SigningSecret::of(env.random.bytes()))?;
    let endpoint = Endpoint {
        id,
        owner: owner.clone(),
        url: wish.url.as_str().to_owned(),
        description: wish.description,
        filter: wish.filter,
        state: EndpointState::Active,
        reason: None,
        old_secret_until: None,
        failing_since: None,
        created_at: now,
        changed_at: now,
    };
    let (unit_env, who, made) = (env.clone(), who.clone(), endpoint.clone());
    let unit = env.db.write(move |tx| {
        Box::pin(async move {
            store::lock_owner(tx, &made.owner).await?;
            let there = store::list(tx, &made.owner, ENDPOINTS_MAX).await?.len();
            if i64::try_from(there).unwrap_or(i64::MAX) >= ENDPOINTS_MAX {
                return Err(EndpointRefusal::TooMany.into());
            }
            store::insert(tx, &made, &sealed).await?;
            let detail = json!({ "events": made.filter.kept().trim() });
            Ok::<_, EndpointError>(record(tx, &unit_env, &who, "endpoint.created", &made, detail).await?)
        })
    });
    unit.await?;
    Ok(endpoint)
}

/// What an owner does to one endpoint.
#[derive(Debug, Clone)]
pub enum Deed {
    Change(Box<Wish>),
    Pause,
    /// Also after we disabled it.
    Resume,
    /// A new secret signs, and the present one beside it for a week.
    RotateSecret,
    /// The secret before the present one signs no more.
    EndOldSecret,
    Delete,
}

impl Deed {
    /// As the audit log has it.
    const fn action(&self) -> &'static str {
        match self {
            Self::Change(_) => "endpoint.changed",
            Self::Pause => "endpoint.paused",
            Self::Resume => "endpoint.resumed",
            Self::RotateSecret => "endpoint.secret_rotated",
            Self::EndOldSecret => "endpoint.old_secret_ended",
            Self::Delete => "endpoint.deleted",
        }
    }
}

/// Carries out a deed. Doing it twice is doing it once.
pub async fn change_endpoint(env: &Env, who: &Who, owner: &Owner, id: &str, deed: Deed) -> Result<(), EndpointError> {
    let resumes = matches!(deed, Deed::Resume);
    let (unit_env, who, owner, unit_id) = (env.clone(), who.clone(), owner.clone(), id.to_owned());
    env.db
        .write(move |tx| Box::pin(async move { carry_out_in(tx, &unit_env, &who, &owner, &unit_id, &deed).await }))
        .await?;
    if resumes {
        wake(env, id).await?;
    }
    Ok(())
}

/// What was held back is due. After the commit of the endpoint's new state: whoever held something back before that has
/// committed it by now, and nobody does so any more.
async fn wake(env: &Env, id: &str) -> sqlx::Result<()> {
    let (now, id) = (env.now(), id.to_owned());
    env.db
        .write(move |tx| {
            Box::pin(async move {
                tx.ring(JOB);
                lanes::wake_all_of(tx, &id, now).await.map(drop)
            })
        })
        .await
}

async fn carry_out_in(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    owner: &Owner,
    id: &str,
    deed: &Deed,
) -> Result<(), EndpointError> {
    let now = env.now();
    let endpoint = store::find_own(tx, owner, id).await?.ok_or(EndpointRefusal::NoSuchEndpoint)?;
    let done = match deed {
        Deed::Change(wish) => store::change(tx, owner, id, wish, now).await?,
        Deed::Pause => store::pause(tx, owner, id, now).await?,
        Deed::Resume => store::resume(tx, owner, id, now).await?,
        Deed::RotateSecret => {
            let sealed = seal(env, id, &SigningSecret::of(env.random.bytes()))?;
            store::rotate(tx, owner, id, &sealed, now.plus_s(OLD_SECRET_S), now).await?
        }
        Deed::EndOldSecret => store::forget_old_secret(tx, owner, id, now).await?,
        Deed::Delete => {
            // First its lanes: whoever works on one locks it before the endpoint.
            lanes::delete_all_of(tx, id).await?;
            store::delete(tx, owner, id).await?
        }
    };
    if done {
        let after = store::find_own(tx, owner, id).await?.unwrap_or(endpoint);
        let detail = json!({ "events": after.filter.kept().trim() });
        record(tx, env, who, deed.action(), &after, detail).await?;
    }
    Ok(())
}
