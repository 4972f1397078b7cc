//! Facts that nobody needs any more are forgotten, a few at a time.

use super::store;
use crate::platform::Env;
use crate::platform::jobs::{Job, Progress};

const DAY_S: i64 = 86_400;
/// Facts that one transaction takes away.
const BATCH: i64 = 500;

#[must_use]
pub fn jobs(env: &Env) -> Vec<Job> {
    let env = env.clone();
    vec![Job::new("old events", 3600, move || {
        let env = env.clone();
        async move {
            let before = env.now().plus_s(-env.config.events.kept_days * DAY_S);
            let gone =
                env.db.write(move |tx| Box::pin(async move { store::delete_old(tx, before, BATCH).await })).await?;
            Ok(if gone == BATCH.unsigned_abs() { Progress::More } else { Progress::Idle })
        }
    })]
}
