//! What leaves by itself: sessions that ended or were idle, invitations that ran out long ago.

use super::invitations::forget_invitations;
use super::sessions::forget_stale_sessions;
use crate::platform::Env;
use crate::platform::jobs::{Job, Progress};

/// Rows a run takes away of each kind: no other write waits long for it.
const BATCH: i64 = 200;

#[must_use]
pub fn jobs(env: &Env) -> Vec<Job> {
    let env = env.clone();
    vec![Job::new("accounts cleaning", 3600, move || {
        let env = env.clone();
        async move { clean(&env).await }
    })]
}

async fn clean(env: &Env) -> anyhow::Result<Progress> {
    let gone = [forget_stale_sessions(env, BATCH).await?, forget_invitations(env, BATCH).await?];
    let more = gone.into_iter().any(|gone| gone == BATCH.unsigned_abs());
    Ok(if more { Progress::More } else { Progress::Idle })
}
