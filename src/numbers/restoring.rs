//! Bringing everything back after a start: sessions of linked numbers are opened, attempts from before have failed, and
//! links that nobody knows of are taken off their phones.
//!
//! Each attempt and each number is taken by itself: what fails holds nothing else up, and is tried again.

use std::panic::AssertUnwindSafe;

use futures_util::{FutureExt as _, StreamExt as _, future, stream};
use grantline_whatsapp::SessionError;

use super::link::LinkFailure;
use super::number::{Number, Turn};
use super::progress::{self, AttemptRef, Step};
use super::sessions::{End, Sessions};
use super::{patience, standing, store};
use crate::audit::Who;

/// Sessions that are opened at once: WhatsApp must not see all numbers come back in the same moment.
const OPENED_AT_ONCE: usize = 8;
const PAGE: i64 = 200;

impl Sessions {
    /// Returns when all is back, or when the server is about to stop.
    pub async fn restore_all(&self) {
        for failures in 0.. {
            if AssertUnwindSafe(restore_once(self)).catch_unwind().await.unwrap_or(false) {
                return;
            }
            let env = self.env();
            tokio::select! {
                () = env.clock.sleep_until(env.now().plus_s(patience::pause_s(failures))) => {}
                () = self.stopping() => return,
            }
        }
    }
}

/// False when something is left to do.
async fn restore_once(sessions: &Sessions) -> bool {
    let failed = read(fail_interrupted(sessions).await, "link attempts from before the start could not be read");
    let undone = read(log_leftovers_out(sessions).await, "leftover links could not be read");
    let restored = read(restore_linked(sessions).await, "linked numbers could not be read");
    failed && undone && restored
}

fn read(done: sqlx::Result<bool>, what: &str) -> bool {
    done.inspect_err(|error| tracing::error!(error = error as &dyn std::error::Error, "{what}; it is tried again"))
        .unwrap_or(false)
}

/// Whether one of many was done; what went wrong with it is told here.
fn one(number_id: &str, done: anyhow::Result<()>, what: &str) -> bool {
    done.inspect_err(|error| {
        tracing::error!(number = number_id, error = format!("{error:#}"), "{what}; it is tried again")
    })
    .is_ok()
}

async fn fail_interrupted(sessions: &Sessions) -> sqlx::Result<bool> {
    let (env, mut after, mut all) = (sessions.env(), String::new(), true);
    loop {
        let mut tx = env.db.read().await?;
        let page = store::attempts_from_before(&mut tx, sessions.started_at(), &after, PAGE).await?;
        drop(tx);
        let Some((_, _, last)) = page.last() else { return Ok(all) };
        after.clone_from(last);
        for (workspace_id, number_id, attempt_id) in page {
            let at = AttemptRef { workspace_id, number_id, attempt_id };
            let failed = progress::advance(env, &at, &Who::system(), Step::Failed(LinkFailure::Interrupted)).await;
            all &= one(&at.number_id, failed.map(drop), "a link attempt from before the start could not be ended");
            sessions.happened(&at.number_id);
        }
    }
}

/// A phone accepted in the moment in which the server stopped, or the server stopped before the phone heard that a
/// member had unlinked the number.
async fn log_leftovers_out(sessions: &Sessions) -> sqlx::Result<bool> {
    let (env, mut after, mut all) = (sessions.env(), String::new(), true);
    loop {
        let mut tx = env.db.read().await?;
        let page = store::with_leftover_keys(&mut tx, sessions.connector(), &after, PAGE).await?;
        drop(tx);
        let Some((_, last)) = page.last() else { return Ok(all) };
        after.clone_from(last);
        for (workspace_id, number_id) in page {
            let undone = log_leftover_out(sessions, &workspace_id, &number_id).await;
            all &= one(&number_id, undone, "a leftover link could not be undone");
        }
    }
}

async fn log_leftover_out(sessions: &Sessions, workspace_id: &str, number_id: &str) -> anyhow::Result<()> {
    match sessions.open_if_none(workspace_id, number_id).await {
        Ok(true) => sessions.end(number_id, End::LogOut).await,
        Ok(false) => {}
        Err(SessionError::Damaged(error)) => {
            tracing::warn!(number = number_id, error, "a leftover link cannot be undone any more; it is forgotten");
            let (env, number_id) = (sessions.env(), number_id.to_owned());
            env.db.write(move |tx| Box::pin(async move { store::forget_keys(tx, &number_id).await })).await?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

async fn restore_linked(sessions: &Sessions) -> sqlx::Result<bool> {
    let (mut after, mut all) = (String::new(), true);
    loop {
        let mut tx = sessions.env().db.read().await?;
        let page = store::linked(&mut tx, sessions.connector(), &after, PAGE).await?;
        drop(tx);
        let Some(last) = page.last() else { return Ok(all) };
        after.clone_from(&last.id);
        let restored = stream::iter(page).map(|number| async move {
            let restored = restore(sessions, &number).await;
            one(&number.id, restored, "the session of a linked number could not be opened")
        });
        all &= restored.buffer_unordered(OPENED_AT_ONCE).fold(true, |all, one| future::ready(all && one)).await;
    }
}

async fn restore(sessions: &Sessions, number: &Number) -> anyhow::Result<()> {
    let (env, workspace_id, id) = (sessions.env(), number.workspace_id.as_str(), number.id.as_str());
    if sessions.session(id).await.is_some() {
        return Ok(());
    }
    standing::turn_of(env, workspace_id, id, Turn::Reconnecting).await?;
    // The keys of a link that is over are forgotten before we hear of its end, and then the server may have stopped.
    let has_keys = store::has_keys(&mut env.db.read().await?, id).await?;
    let opened = if has_keys {
        sessions.open_if_none(workspace_id, id).await.map(drop)
    } else {
        Err(SessionError::Damaged(String::from("there are none")))
    };
    match opened {
        Err(SessionError::Damaged(error)) => {
            tracing::error!(number = id, error, "the link of a number cannot be found again");
            standing::turn_of(env, workspace_id, id, Turn::Unreadable).await?;
        }
        opened => opened?,
    }
    sessions.happened(id);
    Ok(())
}
