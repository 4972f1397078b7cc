//! The workers of the queue, and what nobody needs any more.

use std::sync::Arc;

use super::queue::Queue;
use super::{Grants, Sender, store};
use crate::platform::Env;
use crate::platform::jobs::{Job, Progress};

pub const JOB: &str = "messages";

/// So many numbers can be slow at once before others wait for them.
const WORKERS: usize = 8;

/// How often a worker looks without being rung for: pauses that are over, and what other machines took in.
const EVERY_S: i64 = 5;

const DAY_S: i64 = 86_400;
/// How often files are looked for that nobody needs any more.
const CLEANING_EVERY_S: i64 = 3600;
/// Files that one transaction takes away: each may be many pieces.
const BATCH: i64 = 10;
/// Whoever began to hand a file in and has not finished after this long is gone: no request takes as long.
const UNFINISHED_S: i64 = 3600;

/// The workers, each of which hands over what waits in one lane; and the one that clears up.
#[must_use]
pub fn jobs(env: &Env, sender: &Arc<dyn Sender>, grants: &Arc<dyn Grants>) -> Vec<Job> {
    let queue = Queue { env: env.clone(), sender: Arc::clone(sender), grants: Arc::clone(grants) };
    let worker = |_| {
        let queue = queue.clone();
        Job::new(JOB, EVERY_S, move || {
            let queue = queue.clone();
            async move { queue.work(|| queue.env.bell.ring(JOB)).await }
        })
    };
    let env = env.clone();
    let old_media = Job::new("old media", CLEANING_EVERY_S, move || forget_media(env.clone()));
    (0..WORKERS).map(worker).chain([old_media]).collect()
}

async fn forget_media(env: Env) -> anyhow::Result<Progress> {
    let (before, unfinished_before) =
        (env.now().plus_s(-env.config.messages.media_kept_days * DAY_S), env.now().plus_s(-UNFINISHED_S));
    let unit = env
        .db
        .write(move |tx| Box::pin(async move { store::delete_old_media(tx, before, unfinished_before, BATCH).await }));
    Ok(if unit.await? == 0 { Progress::Idle } else { Progress::More })
}
