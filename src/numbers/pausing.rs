//! The first step of stopping the server: whoever is linking a number is told at once, and not when the code is dead.

use super::link::LinkFailure;
use super::linking::end_attempt;
use super::progress::AttemptRef;
use super::sessions::Sessions;
use super::store;
use crate::audit::Who;

const PAGE: i64 = 200;

/// No number begins to be linked from here on, attempts that are under way have failed, and then the streams end. Linked
/// numbers go on until [`Sessions::shutdown`].
pub async fn pause(sessions: &Sessions) {
    sessions.pause_linking();
    // What cannot be ended now is found by the next start.
    if let Err(error) = end_attempts(sessions).await {
        tracing::error!(error = format!("{error:#}"), "link attempts could not be ended before the stop");
    }
    sessions.end_streams();
}

async fn end_attempts(sessions: &Sessions) -> anyhow::Result<()> {
    let (env, mut after) = (sessions.env(), String::new());
    loop {
        let mut tx = env.db.read().await?;
        let page = store::attempts_from_before(&mut tx, env.now(), &after, PAGE).await?;
        drop(tx);
        let Some((_, _, last)) = page.last() else { return Ok(()) };
        after.clone_from(last);
        for (workspace_id, number_id, attempt_id) in page {
            let at = AttemptRef { workspace_id, number_id, attempt_id };
            end_attempt(sessions, &Who::system(), &at, LinkFailure::ServerPaused).await?;
        }
    }
}
