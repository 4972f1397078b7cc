//! Secrets of confidential apps: shown once, two at a time so that one can be changed without a pause.

use serde_json::json;

use super::store::{Client, SecretInfo};
use super::{App, Kind, store, trail};
use crate::audit::Who;
use crate::platform::Env;
use crate::platform::db::Tx;
use crate::platform::secret::PlainSecret;

/// Lets secret scanners find a leaked one.
pub const SECRET_PREFIX: &str = "gl_cs_";

/// Live secrets of one app.
pub const SECRETS_MAX: usize = 2;

/// "Last used" is written anew when it is older than this: a token request is no reason to write a row.
const NOTE_USE_AFTER_MS: i64 = 3_600_000;

/// Characters of a secret's end that its developer sees again; they belong to its checksum.
const HINT_LENGTH: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretRefusal {
    #[error("a public app has no secret")]
    PublicApp,
    #[error("two secrets are live; end one before you make another")]
    TwoLive,
    #[error("there is no such app")]
    NoSuchApp,
}

#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error(transparent)]
    Refused(#[from] SecretRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

/// A secret that has not been saved yet.
pub(super) struct NewSecret {
    pub plain: PlainSecret,
    info: SecretInfo,
}

impl NewSecret {
    pub fn make(env: &Env) -> Self {
        let plain = PlainSecret::generate(SECRET_PREFIX, &*env.random);
        let text = plain.reveal();
        let hint = text.get(text.len() - HINT_LENGTH..).unwrap_or_default().to_owned();
        Self { info: SecretInfo { id: env.id("sec"), hint, created_at: env.now(), last_used_at: None }, plain }
    }
}

pub(super) async fn save(tx: &mut Tx, env: &Env, who: &Who, app_id: &str, secret: &NewSecret) -> sqlx::Result<()> {
    store::insert_secret(tx, app_id, &secret.info, &secret.plain.hash()).await?;
    let detail = json!({ "secret_id": secret.info.id, "hint": secret.info.hint });
    trail::record(tx, env, who, "app.secret_created", app_id, detail).await
}

/// Makes another secret for a developer's own app: the only moment at which it can be seen.
pub async fn create_secret(env: &Env, who: &Who, app: &App) -> Result<PlainSecret, SecretError> {
    if app.kind == Kind::Public {
        return Err(SecretRefusal::PublicApp.into());
    }
    let secret = NewSecret::make(env);
    let plain = secret.plain.clone();
    let (env, who, app) = (env.clone(), who.clone(), app.clone());
    env.clone()
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !store::lock_own(tx, &app.owner_id, &app.id, env.now()).await? {
                    return Err(SecretRefusal::NoSuchApp.into());
                }
                if store::secrets(tx, &app.id).await?.len() >= SECRETS_MAX {
                    return Err(SecretRefusal::TwoLive.into());
                }
                Ok::<(), SecretError>(save(tx, &env, &who, &app.id, &secret).await?)
            })
        })
        .await?;
    Ok(plain)
}

/// Ends one secret of a developer's own app. False when it was not live any more.
pub async fn revoke_secret(env: &Env, who: &Who, app: &App, secret_id: &str) -> sqlx::Result<bool> {
    let (env, who, app, secret_id) = (env.clone(), who.clone(), app.clone(), secret_id.to_owned());
    env.clone()
        .db
        .write(move |tx| {
            Box::pin(async move {
                let now = env.now();
                if !store::lock_own(tx, &app.owner_id, &app.id, now).await? {
                    return Ok(false);
                }
                let Some(hint) = store::revoke_secret(tx, &app.id, &secret_id, now).await? else { return Ok(false) };
                let detail = json!({ "secret_id": secret_id, "hint": hint });
                trail::record(tx, &env, &who, "app.secret_revoked", &app.id, detail).await?;
                Ok(true)
            })
        })
        .await
}

/// The live secrets of an app, newest first.
pub async fn live_secrets(env: &Env, app: &App) -> sqlx::Result<Vec<SecretInfo>> {
    store::secrets(&mut env.db.read().await?, &app.id).await
}

/// Whether whoever sends `secret` is the active app of this id (RFC 6749 §3.2.1): a confidential app shows a live secret, a
/// public one has none. Notes to the hour that the secret was used.
pub async fn authenticate(env: &Env, app_id: &str, secret: Option<&PlainSecret>) -> sqlx::Result<bool> {
    let hash = secret.filter(|secret| secret.is_well_formed(SECRET_PREFIX)).map(PlainSecret::hash);
    let client = store::client(&mut env.db.read().await?, app_id, hash.as_ref()).await?;
    let Some(Client { kind, secret_id, last_used_at }) = client else { return Ok(false) };
    // Some clients send Basic with an empty secret for a public app.
    if kind == Kind::Public.name() {
        return Ok(secret.is_none_or(|secret| secret.reveal().is_empty()));
    }
    let Some(id) = secret_id else { return Ok(false) };
    let now = env.now();
    let stale = now.plus_ms(-NOTE_USE_AFTER_MS);
    if last_used_at.is_none_or(|at| at <= stale) {
        let noted = env.db.write(move |tx| Box::pin(async move { store::note_use(tx, &id, stale, now).await })).await;
        // The secret is right whether or not this could be noted.
        if let Err(error) = noted {
            tracing::warn!(error = &error as &dyn std::error::Error, "the use of a secret could not be noted");
        }
    }
    Ok(true)
}
