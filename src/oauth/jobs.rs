//! What the room does by itself.

use super::bearer::LiveGrants;
use super::end::end_overdue;
use super::store;
use crate::platform::Env;
use crate::platform::jobs::{Job, Progress};

/// Requests are kept for a day after their end, so that a late click is told "used" or "expired" and by which app.
const KEEP_S: i64 = 86_400;
const BATCH: i64 = 200;

/// The jobs of this room.
#[must_use]
pub fn jobs(env: &Env, live: &LiveGrants) -> Vec<Job> {
    let (requests, tokens, overdue) = (env.clone(), env.clone(), (env.clone(), live.clone()));
    vec![
        Job::new("overdue grants", 60, move || end_grants(overdue.clone())),
        Job::new("authorization requests", 600, move || forget_requests(requests.clone())),
        Job::new("tokens", 60, move || forget_tokens(tokens.clone())),
        live.usage.job(env),
    ]
}

/// Ends what ends by itself. Calls fail from the very moment on, whenever this runs; it tells the app and the log.
async fn end_grants((env, live): (Env, LiveGrants)) -> anyhow::Result<Progress> {
    Ok(if end_overdue(&env, &live).await? == 0 { Progress::Idle } else { Progress::More })
}

/// Deletes requests that nobody needs any more, a small batch at a time: nobody waits long behind it.
async fn forget_requests(env: Env) -> anyhow::Result<Progress> {
    let before = env.now().plus_s(-KEEP_S);
    let gone =
        env.db.write(move |tx| Box::pin(async move { store::request::delete_ended(tx, before, BATCH).await })).await?;
    Ok(if i64::try_from(gone).is_ok_and(|gone| gone < BATCH) { Progress::Idle } else { Progress::More })
}

/// The same for codes and tokens.
async fn forget_tokens(env: Env) -> anyhow::Result<Progress> {
    let now = env.now();
    let gone = env.db.write(move |tx| Box::pin(async move { store::token::sweep(tx, now, BATCH).await })).await?;
    Ok(if gone == 0 { Progress::Idle } else { Progress::More })
}
