//! What a developer does to an app of their own. To anyone else it does not exist.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::details::{Details, Mistakes};
use super::logo::{self, LogoRefusal};
use super::{App, Grants, store, trail};
use crate::audit::Who;
use crate::platform::Env;
use crate::platform::computing::TooBusy;
use crate::platform::db::Tx;
use crate::platform::limits::{Limit, TooOften};
use crate::platform::secret::fingerprint;

/// Drawing a logo anew takes memory and a second of computing.
const LOGOS: Limit = Limit::new("logo by developer", 10, 30);

const LOGO_TAG_LENGTH: usize = 16;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefusal {
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    #[error(transparent)]
    Logo(#[from] LogoRefusal),
    #[error(transparent)]
    TooOften(#[from] TooOften),
    #[error("there is no such app")]
    NoSuchApp,
}

#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error(transparent)]
    Refused(#[from] ChangeRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
    #[error("a logo could not be drawn")]
    Drawing(#[from] TooBusy),
}

/// Changes what an app says of itself. Whatever an operator vouched for before is no longer reviewed.
pub async fn change(env: &Env, who: &Who, app: &App, details: Details) -> Result<(), ChangeError> {
    let details = details.checked(app.kind, &env.config.server.product_name).map_err(ChangeRefusal::from)?;
    let (env, who, owner_id, app_id) = (env.clone(), who.clone(), app.owner_id.clone(), app.id.clone());
    env.clone()
        .db
        .write(move |tx| {
            Box::pin(async move {
                let before = lock(tx, &env, &owner_id, &app_id).await?;
                let changes = details.changes_since(&Details::from(&before));
                if changes.is_empty() {
                    return Ok(());
                }
                store::update(tx, &app_id, &details).await?;
                Ok(trail::record(tx, &env, &who, "app.changed", &app_id, changes.into()).await?)
            })
        })
        .await
}

/// Gives an app a new logo, drawn anew from `file`.
pub async fn set_logo(env: &Env, who: &Who, app: &App, file: Vec<u8>) -> Result<(), ChangeError> {
    env.limits.check(LOGOS, &app.owner_id).map_err(ChangeRefusal::from)?;
    let drawn = env.computing.run(move || logo::redraw(&file)).await?;
    let png = STANDARD.encode(drawn.map_err(ChangeRefusal::from)?);
    let tag = fingerprint(&png).chars().take(LOGO_TAG_LENGTH).collect();
    save_logo(env, who, app, Some((png, tag))).await
}

/// Takes an app's logo away.
pub async fn remove_logo(env: &Env, who: &Who, app: &App) -> Result<(), ChangeError> {
    save_logo(env, who, app, None).await
}

async fn save_logo(env: &Env, who: &Who, app: &App, logo: Option<(String, String)>) -> Result<(), ChangeError> {
    let (env, who, owner_id, app_id) = (env.clone(), who.clone(), app.owner_id.clone(), app.id.clone());
    env.clone()
        .db
        .write(move |tx| {
            Box::pin(async move {
                let before = lock(tx, &env, &owner_id, &app_id).await?.logo_tag;
                let logo = logo.as_ref().map(|(png, tag)| (png.as_str(), tag.as_str()));
                let tag = logo.map(|(_, tag)| tag);
                if before.as_deref() == tag {
                    return Ok(());
                }
                store::set_logo(tx, &app_id, logo).await?;
                let detail = json!({ "logo": tag, "logo_before": before });
                Ok(trail::record(tx, &env, &who, "app.changed", &app_id, detail).await?)
            })
        })
        .await
}

/// The app as it is, held against other changes until the unit of work ends.
async fn lock(tx: &mut Tx, env: &Env, owner_id: &str, app_id: &str) -> Result<App, ChangeError> {
    if !store::lock_own(tx, owner_id, app_id, env.now()).await? {
        return Err(ChangeRefusal::NoSuchApp.into());
    }
    Ok(store::find_own(tx, owner_id, app_id).await?.ok_or(ChangeRefusal::NoSuchApp)?)
}

/// Deletes an app with its secrets, and ends every grant that workspaces gave to it.
pub async fn delete(env: &Env, who: &Who, grants: Arc<dyn Grants>, app: &App) -> Result<(), ChangeError> {
    let (cloned, who, app_id, owner_id) = (env.clone(), who.clone(), app.id.clone(), app.owner_id.clone());
    let ending = Arc::clone(&grants);
    env.db
        .write(move |tx| {
            Box::pin(async move {
                let app = lock(tx, &cloned, &owner_id, &app_id).await?;
                let ended = ending.end_all(tx, &who, &app_id).await?;
                store::delete(tx, &app_id).await?;
                let detail = json!({ "name": app.name, "publisher": app.publisher, "grants_ended": ended });
                Ok::<(), ChangeError>(trail::record(tx, &cloned, &who, "app.deleted", &app_id, detail).await?)
            })
        })
        .await?;
    grants.forget(&app.id);
    Ok(())
}
