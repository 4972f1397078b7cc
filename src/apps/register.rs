//! Registering an app.

use serde_json::json;

use super::details::{Details, Mistakes};
use super::secrets::{self, NewSecret};
use super::{App, AppState, Kind, store, trail};
use crate::audit::Who;
use crate::platform::Env;
use crate::platform::db::Tx;
use crate::platform::secret::PlainSecret;

/// Apps of one developer. Two registrations at the same moment may pass it by one, which does no harm.
pub const APPS_MAX: i64 = 50;

/// An app about to be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApp {
    /// The developer: a person's id.
    pub owner_id: String,
    /// For good: what keeps a secret cannot become what keeps none, nor the reverse.
    pub kind: Kind,
    pub details: Details,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegisterRefusal {
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    #[error("one developer may have at most 50 apps; delete one that is no longer used")]
    TooManyApps,
}

#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    #[error(transparent)]
    Refused(#[from] RegisterRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

/// Registers an app and, when it is confidential, makes its first secret: the only moment at which that can be seen.
pub async fn register(env: &Env, who: &Who, new: NewApp) -> Result<(App, Option<PlainSecret>), RegisterError> {
    let NewApp { owner_id, kind, details } = new;
    let details = details.checked(kind, &env.config.server.product_name).map_err(RegisterRefusal::from)?;
    let secret = (kind == Kind::Confidential).then(|| NewSecret::make(env));
    let plain = secret.as_ref().map(|secret| secret.plain.clone());
    let app = App {
        id: env.id("app"),
        owner_id,
        name: details.name,
        publisher: details.publisher,
        kind,
        homepage_url: details.homepage_url,
        privacy_url: details.privacy_url,
        terms_url: details.terms_url,
        logo_tag: None,
        state: AppState::Active,
        reviewed: false,
        in_development: details.in_development,
        redirect_uris: details.redirect_uris,
        scopes: details.scopes,
    };
    let (env, who) = (env.clone(), who.clone());
    let app = env
        .clone()
        .db
        .write(move |tx| Box::pin(async move { save(tx, &env, &who, app, secret.as_ref()).await }))
        .await?;
    Ok((app, plain))
}

async fn save(tx: &mut Tx, env: &Env, who: &Who, app: App, secret: Option<&NewSecret>) -> Result<App, RegisterError> {
    if store::count_own(tx, &app.owner_id).await? >= APPS_MAX {
        return Err(RegisterRefusal::TooManyApps.into());
    }
    let details = Details::from(&app);
    store::insert(tx, &app.id, &app.owner_id, app.kind, &details, env.now()).await?;
    let mut detail = details.changes_since(&Details::default());
    detail.retain(|field, _| !field.ends_with("_before"));
    detail.insert(String::from("kind"), json!(app.kind.name()));
    detail.insert(String::from("owner_id"), json!(app.owner_id));
    trail::record(tx, env, who, "app.created", &app.id, detail.into()).await?;
    if let Some(secret) = secret {
        secrets::save(tx, env, who, &app.id, secret).await?;
    }
    Ok(app)
}
