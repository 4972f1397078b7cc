//! What the operator decides about apps.

use serde_json::json;

use super::{AppState, store, trail};
use crate::audit::Who;
use crate::events::{self, AppFact, Event, Kind as EventKind, Subject};
use crate::platform::Env;
use crate::platform::db::Tx;

/// A decision about one app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may neither ask nor act, anywhere.
    Suspend,
    Resume,
    /// The operator vouches for what the app says of itself.
    Review,
    WithdrawReview,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JudgeRefusal {
    #[error("there is no such app; `grantline app list` shows all of them")]
    NoSuchApp,
    #[error("that is so already")]
    Already,
}

#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    #[error(transparent)]
    Refused(#[from] JudgeRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

/// Carries out what the operator decided.
pub async fn judge(env: &Env, who: &Who, app_id: &str, verdict: Verdict) -> Result<(), JudgeError> {
    let (env, who, app_id) = (env.clone(), who.clone(), app_id.to_owned());
    env.clone().db.write(move |tx| Box::pin(async move { carry_out(tx, &env, &who, &app_id, verdict).await })).await
}

async fn carry_out(tx: &mut Tx, env: &Env, who: &Who, app_id: &str, verdict: Verdict) -> Result<(), JudgeError> {
    let now = env.now();
    let (active, suspended) = (AppState::Active.name(), AppState::Suspended.name());
    let changed = match verdict {
        Verdict::Suspend => store::set_state(tx, app_id, active, suspended, now).await?,
        Verdict::Resume => store::set_state(tx, app_id, suspended, active, now).await?,
        Verdict::Review => store::set_reviewed(tx, app_id, Some(now)).await?,
        Verdict::WithdrawReview => store::set_reviewed(tx, app_id, None).await?,
    };
    let app = store::find(tx, app_id).await?.ok_or(JudgeRefusal::NoSuchApp)?;
    if !changed {
        return Err(JudgeRefusal::Already.into());
    }
    let (action, detail) = match verdict {
        Verdict::Suspend => ("app.suspended", json!({ "name": app.name })),
        Verdict::Resume => ("app.resumed", json!({ "name": app.name })),
        Verdict::Review => ("app.reviewed", json!({ "name": app.name, "reviewed": true })),
        Verdict::WithdrawReview => ("app.reviewed", json!({ "name": app.name, "reviewed": false })),
    };
    trail::record(tx, env, who, action, app_id, detail).await?;
    if verdict == Verdict::Suspend {
        let event = Event {
            kind: EventKind::AppSuspended,
            subject: Subject::App(app.id.clone()),
            number_id: None,
            grant_id: None,
            data: json!(AppFact { app_id: app.id, name: app.name }),
        };
        events::emit(tx, env, event).await?;
    }
    Ok(())
}
