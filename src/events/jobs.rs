//! Webhooks are told, and what nobody needs any more is forgotten, a few rows at a time.

use std::sync::Arc;

use super::store::{attempts, lanes, outbox};
use super::webhooks::deliver::Courier;
use super::webhooks::dispatch::{EVERY_S, JOB, run};
use super::{Grants, Owners};
use crate::platform::Env;
use crate::platform::jobs::{Job, Progress};

const DAY_S: i64 = 86_400;
/// How often old rows are looked for.
const CLEANING_EVERY_S: i64 = 3600;
/// Rows that one transaction takes away.
const BATCH: i64 = 500;

#[must_use]
pub fn jobs(env: &Env, grants: &Arc<dyn Grants>, owners: &Arc<dyn Owners>) -> Vec<Job> {
    let courier = Courier::new(env, grants, owners);
    let telling = Job::new(JOB, EVERY_S, move || {
        let courier = courier.clone();
        async move { run(&courier).await }
    });
    let (facts, tries) = (env.clone(), env.clone());
    let old_facts = Job::new("old events", CLEANING_EVERY_S, move || {
        let env = facts.clone();
        async move {
            let before = env.now().plus_s(-env.config.events.kept_days * DAY_S);
            let unit = env.db.write(move |tx| Box::pin(async move { outbox::delete_old(tx, before, BATCH).await }));
            Ok(progress(unit.await?))
        }
    });
    let old_attempts = Job::new("old webhook attempts", CLEANING_EVERY_S, move || {
        let env = tries.clone();
        async move {
            let before = env.now().plus_s(-env.config.events.attempts_kept_days * DAY_S);
            let unit = env.db.write(move |tx| Box::pin(async move { attempts::delete_old(tx, before, BATCH).await }));
            Ok(progress(unit.await?))
        }
    });
    vec![telling, old_facts, old_attempts]
}

const fn progress(gone: u64) -> Progress {
    if gone == BATCH.unsigned_abs() { Progress::More } else { Progress::Idle }
}

/// Whoever told webhooks before this server started is gone: what they had begun begins anew. Only for a server that has the
/// database to itself.
pub async fn take_over(env: &Env) -> sqlx::Result<()> {
    let now = env.now();
    let due = env.db.write(move |tx| Box::pin(async move { lanes::release_all(tx, now).await })).await?;
    if due > 0 {
        tracing::info!(lanes = due, "webhooks that were interrupted go on");
    }
    Ok(())
}
