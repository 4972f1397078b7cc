//! Link attempts that can lead nowhere any more, and those that are long over.

use super::link::{LinkFailure, LinkState};
use super::linking::end_attempt;
use super::progress::AttemptRef;
use super::sessions::Sessions;
use super::{attempts, store};
use crate::audit::Who;
use crate::platform::Env;
use crate::platform::jobs::{Job, Progress};

const JOB: &str = "link attempts";
const EVERY_S: i64 = 30;
const BATCH: i64 = 50;
/// WhatsApp ends an attempt itself; this is for one that it has forgotten. The phone may still be asking "Link this
/// device?" for a minute after the last code.
const GRACE_S: i64 = 120;

const OLD_JOB: &str = "old link attempts";
const OLD_EVERY_S: i64 = 3600;
const OLD_BATCH: i64 = 200;
/// How long an attempt can still be looked at. The audit log keeps what was decided.
const KEPT_S: i64 = 90 * 86_400;

#[must_use]
pub fn jobs(sessions: &Sessions) -> Vec<Job> {
    let (sessions, env) = (sessions.clone(), sessions.env().clone());
    let fail_past = Job::new(JOB, EVERY_S, move || {
        let sessions = sessions.clone();
        async move { fail_past(&sessions).await }
    });
    let forget_old = Job::new(OLD_JOB, OLD_EVERY_S, move || {
        let env = env.clone();
        async move { forget_old(&env).await }
    });
    vec![fail_past, forget_old]
}

async fn forget_old(env: &Env) -> anyhow::Result<Progress> {
    let before = env.now().plus_s(-KEPT_S);
    let forgotten =
        env.db.write(move |tx| Box::pin(async move { store::forget_attempts(tx, before, OLD_BATCH).await })).await?;
    Ok(if forgotten < OLD_BATCH.unsigned_abs() { Progress::Idle } else { Progress::More })
}

async fn fail_past(sessions: &Sessions) -> anyhow::Result<Progress> {
    let env = sessions.env();
    let before = env.now().plus_s(-GRACE_S);
    let past = store::attempts_past(&mut env.db.read().await?, before, BATCH).await?;
    if past.is_empty() {
        return Ok(Progress::Idle);
    }
    let mut failure = None;
    for (workspace_id, number_id, attempt_id) in past {
        let at = AttemptRef { workspace_id, number_id, attempt_id };
        // One that cannot be ended holds up none of the others.
        if let Err(error) = fail(sessions, &at).await {
            failure = Some(error.context(format!("link attempt {}", at.attempt_id)));
        }
    }
    failure.map_or(Ok(Progress::More), Err)
}

async fn fail(sessions: &Sessions, at: &AttemptRef) -> anyhow::Result<()> {
    let attempt = attempts::attempt(sessions.env(), &at.workspace_id, &at.attempt_id).await?;
    let reason = match attempt.map(|attempt| attempt.state) {
        Some(LinkState::Waiting(_)) => LinkFailure::Expired,
        Some(LinkState::PasskeyAsked(_) | LinkState::Comparing(_)) => LinkFailure::PasskeyNeeded,
        _ => LinkFailure::Network,
    };
    end_attempt(sessions, &Who::system(), at, reason).await.map(drop)
}
