//! Reading the log, and checking that nobody has changed it.

use super::chain::Walk;
use super::{Fault, Recorded, Verdict, store};
use crate::platform::Env;

/// Entries on one page.
const PAGE: usize = 50;
/// Entries that a check holds in memory at once.
const BATCH: i64 = 500;
/// More than this nobody picks from a list.
const CHOICES_MAX: i64 = 200;

/// Which entries; an empty text is no condition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub action: String,
    /// The id of a person, or of an app's grant.
    pub person: String,
}

impl Filter {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.action.is_empty() && self.person.is_empty()
    }
}

/// Where a page of the log begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Newest,
    /// Older than this entry.
    Before(i64),
    /// Newer than this entry.
    After(i64),
}

/// One page of the log, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    pub entries: Vec<Recorded>,
    /// Where the newer and the older page begin, if there are any.
    pub newer: Option<Place>,
    pub older: Option<Place>,
}

/// What can be chosen in the filters of a workspace's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    pub actions: Vec<String>,
    /// Ids, each with the name it had last.
    pub people: Vec<(String, String)>,
}

pub async fn read(env: &Env, workspace_id: &str, filter: &Filter, place: Place) -> sqlx::Result<Extract> {
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut entries = store::entries_at(&mut env.db.read().await?, workspace_id, filter, place, limit).await?;
    let more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let upwards = matches!(place, Place::After(_));
    if upwards {
        entries.reverse();
    }
    let newer = entries.first().map(|entry| Place::After(entry.seq));
    let older = entries.last().map(|entry| Place::Before(entry.seq));
    // The page that somebody came from is there in any case.
    let has_newer = if upwards { more } else { place != Place::Newest };
    let has_older = upwards || more;
    Ok(Extract { entries, newer: newer.filter(|_| has_newer), older: older.filter(|_| has_older) })
}

/// The latest decisions about one thing, newest first; of the kinds in `actions` only.
pub async fn about(env: &Env, workspace_id: &str, actions: &[&str], target_id: &str) -> sqlx::Result<Vec<Recorded>> {
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let mut tx = env.db.read().await?;
    let mut entries = Vec::new();
    for action in actions {
        entries.extend(store::entries_about(&mut tx, workspace_id, action, target_id, limit).await?);
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.seq));
    entries.truncate(PAGE);
    Ok(entries)
}

pub async fn choices(env: &Env, workspace_id: &str) -> sqlx::Result<Choices> {
    let mut tx = env.db.read().await?;
    Ok(Choices {
        actions: store::actions(&mut tx, workspace_id, CHOICES_MAX).await?,
        people: store::actors(&mut tx, workspace_id, CHOICES_MAX).await?,
    })
}

/// The names of chains in their order, from the one after `after` on: workspaces and [`SYSTEM`](super::SYSTEM).
pub async fn chains_after(env: &Env, after: &str) -> sqlx::Result<Vec<String>> {
    store::chains_after(&mut env.db.read().await?, after, BATCH).await
}

/// Whether a chain is as it was written. It finds what was changed, removed or moved by somebody who can write to the
/// database but does not compute every later hash and the head anew; keep the head elsewhere to find that too.
pub async fn verify(env: &Env, workspace_id: &str) -> sqlx::Result<Verdict> {
    let mut tx = env.db.read().await?;
    // What is written meanwhile is left for the next check.
    let (last, last_hash) = store::head(&mut tx, workspace_id).await?.unwrap_or_default();
    let mut walk = Walk::default();
    while walk.seq < last {
        let batch = store::entries_after(&mut tx, workspace_id, walk.seq, last, BATCH).await?;
        if batch.is_empty() {
            return Ok(Verdict::Broken { seq: walk.seq + 1, fault: Fault::Missing });
        }
        for entry in &batch {
            if let Err((seq, fault)) = walk.step(entry) {
                return Ok(Verdict::Broken { seq, fault });
            }
        }
    }
    let beyond = store::entries_after(&mut tx, workspace_id, last, i64::MAX, 1).await?;
    if walk.hash != last_hash {
        return Ok(Verdict::Broken { seq: last, fault: Fault::OutOfOrder });
    }
    match (store::head(&mut tx, workspace_id).await?.unwrap_or_default().0 == last, beyond.first()) {
        (true, Some(entry)) => Ok(Verdict::Broken { seq: entry.seq, fault: Fault::OutOfOrder }),
        _ => Ok(Verdict::Intact { entries: last }),
    }
}
