//! Ending a link from here, and removing a number.

use serde_json::json;

use super::link::LinkFailure;
use super::number::{Number, Turn};
use super::phone::Phone;
use super::progress::{self, AttemptRef, Step};
use super::sessions::{End, Sessions};
use super::{attempts, news, standing, store};
use crate::audit::Who;
use crate::platform::Env;
use crate::platform::db::Tx;

/// Logs a number out from here, and stops an attempt at linking it. False when the workspace has no such number, or there is
/// nothing to end.
pub async fn unlink(sessions: &Sessions, who: &Who, workspace_id: &str, number_id: &str) -> anyhow::Result<bool> {
    let (env, who) = (sessions.env().clone(), who.clone());
    let (workspace_id, number_id) = (workspace_id.to_owned(), number_id.to_owned());
    let sessions = sessions.clone();
    sessions
        .clone()
        .detached(async move {
            let (unit, ids) = (env.clone(), (workspace_id.clone(), number_id.clone()));
            let unlinked = env
                .db
                .write(move |tx| Box::pin(async move { save_unlinked(tx, &unit, &who, &ids.0, &ids.1).await }))
                .await?;
            if unlinked {
                // After the commit: if we stop between the two, the next start finds the keys and takes the link off.
                sessions.end(&number_id, End::LogOut).await;
                sessions.happened(&number_id);
            }
            Ok(unlinked)
        })
        .await
}

async fn save_unlinked(tx: &mut Tx, env: &Env, who: &Who, workspace_id: &str, number_id: &str) -> anyhow::Result<bool> {
    let Some(number) = store::number(tx, workspace_id, number_id).await? else { return Ok(false) };
    let stopped = stop_attempt(tx, env, who, &number).await?;
    let turned = standing::turn(tx, env, who, &number, Turn::LoggedOutHere).await?;
    Ok(stopped || turned)
}

/// An attempt that was under way loses its session, so it ends too.
async fn stop_attempt(tx: &mut Tx, env: &Env, who: &Who, number: &Number) -> anyhow::Result<bool> {
    let Some(open) = attempts::open_attempt(tx, env, &number.id).await? else { return Ok(false) };
    let at =
        AttemptRef { workspace_id: number.workspace_id.clone(), number_id: number.id.clone(), attempt_id: open.id };
    progress::take(tx, env, &at, who, Step::Failed(LinkFailure::Cancelled)).await
}

/// Takes a number off the phone and out of the workspace, with its messages here. False when there is no such number.
pub async fn remove(sessions: &Sessions, who: &Who, workspace_id: &str, number_id: &str) -> anyhow::Result<bool> {
    unlink(sessions, who, workspace_id, number_id).await?;
    let (env, who) = (sessions.env().clone(), who.clone());
    let ids = (workspace_id.to_owned(), number_id.to_owned());
    let removed = sessions
        .env()
        .db
        .write(move |tx| Box::pin(async move { save_removed(tx, &env, &who, &ids.0, &ids.1).await }))
        .await?;
    if removed {
        // Somebody may have begun to link it again in between.
        sessions.end(number_id, End::LogOut).await;
        sessions.happened(number_id);
        sessions.forget(number_id);
    }
    Ok(removed)
}

async fn save_removed(tx: &mut Tx, env: &Env, who: &Who, workspace_id: &str, number_id: &str) -> anyhow::Result<bool> {
    let Some(number) = store::number(tx, workspace_id, number_id).await? else { return Ok(false) };
    if !store::delete_number(tx, workspace_id, number_id).await? {
        return Ok(false);
    }
    let target = (workspace_id, number_id);
    let detail = json!({ "name": number.name });
    news::record(tx, env, who, "number.removed", target, &Phone::of_digits(&number.phone), detail).await?;
    news::tell_removed(tx, env, &number).await?;
    Ok(true)
}
