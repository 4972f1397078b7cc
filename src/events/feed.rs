//! Reading facts in their order, from a place on, and waiting for more.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::watch;

use super::store::outbox as store;
use super::{BELL, Hearer, Saved, Subject};
use crate::platform::jobs::STOP;
use crate::platform::{Env, Timestamp};

/// Facts that one query looks at.
const LOOKED_AT: i64 = 200;
/// Queries that one page takes at most; what it has not looked at by then is the next page's.
const QUERIES_MAX: usize = 10;

/// Facts for one hearer, in their order.
#[derive(Debug, Default)]
pub struct Page {
    pub events: Vec<Saved>,
    /// The place behind which the next page begins.
    pub next: i64,
    /// Whether there was nothing more to look at.
    pub at_end: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// Facts behind this place have been forgotten: whoever goes on from here would miss them.
    #[error("facts behind this place are no longer kept")]
    Forgotten,
    /// No fact ever had this place.
    #[error("there has never been such a place")]
    Unknown,
    /// The access ended while the caller waited.
    #[error("the access has ended")]
    Ended,
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
    #[error("the access could not be looked up")]
    Access(#[from] anyhow::Error),
}

/// The facts behind `after` that somebody may hear of: at most `limit`. Without `after`, from the first that is kept.
pub async fn page(env: &Env, hearer: &Hearer, after: Option<i64>, limit: usize) -> Result<Page, FeedError> {
    let mut tx = env.db.read().await?;
    let subject = hearer.subject();
    let (first, last) = store::places(&mut tx, &subject).await?;
    let mut page = Page { next: begin(after, first, last)?, ..Page::default() };
    for _ in 0..QUERIES_MAX {
        let (found, looked_at) = store::after(&mut tx, &subject, page.next, LOOKED_AT).await?;
        let Some(looked_at) = looked_at else {
            page.at_end = true;
            return Ok(page);
        };
        page.next = looked_at;
        for saved in found.into_iter().filter(|saved| saved.event.is_for(hearer)) {
            page.next = saved.seq;
            page.events.push(saved);
            if page.events.len() == limit {
                return Ok(page);
            }
        }
        page.next = looked_at;
    }
    Ok(page)
}

/// The place behind which to begin. `first` is the first that is kept, `last` the last that was given.
fn begin(after: Option<i64>, first: Option<i64>, last: i64) -> Result<i64, FeedError> {
    match after {
        Some(after) if after > last => Err(FeedError::Unknown),
        // Nothing lies behind the last place, whatever was forgotten before it.
        Some(after) if after < last && first.is_none_or(|first| after + 1 < first) => Err(FeedError::Forgotten),
        Some(after) => Ok(after),
        None => Ok(first.map_or(last, |first| first - 1)),
    }
}

/// The last place that was given among the facts of a subject: nothing lies behind it yet.
pub async fn last_place(env: &Env, subject: &Subject) -> sqlx::Result<i64> {
    let (_, last) = store::places(&mut env.db.read().await?, subject).await?;
    Ok(last)
}

/// Who a hearer is at a later moment; nobody once their access has ended.
pub type LookUp = Arc<dyn Fn() -> BoxFuture<'static, anyhow::Result<Option<Hearer>>> + Send + Sync>;

/// Somebody who reads on as facts come in.
pub struct Reader {
    env: Env,
    /// Who they were when that was last asked.
    hearer: Hearer,
    look_up: LookUp,
    news: watch::Receiver<u64>,
    stop: watch::Receiver<u64>,
}

impl Reader {
    pub fn new(env: &Env, hearer: Hearer, look_up: LookUp) -> Self {
        let (news, stop) = (env.bell.listen(BELL), env.bell.listen(STOP));
        Self { env: env.clone(), hearer, look_up, news, stop }
    }

    /// The next facts behind `after`: at once when there are any, else when they come, or an empty page at `until` and when
    /// the server stops.
    ///
    /// Their access is asked for after each look at the facts: what was read under another one counts neither as told nor as
    /// none of theirs.
    pub async fn wait(&mut self, after: Option<i64>, limit: usize, until: Timestamp) -> Result<Page, FeedError> {
        let mut after = after;
        loop {
            self.news.borrow_and_update();
            let page = page(&self.env, &self.hearer, after, limit).await?;
            let hearer = (self.look_up)().await?.ok_or(FeedError::Ended)?;
            if hearer != self.hearer {
                self.hearer = hearer;
                continue;
            }
            if !page.events.is_empty() || self.env.now() >= until || self.is_stopping() {
                return Ok(page);
            }
            after = Some(page.next);
            if !page.at_end {
                continue;
            }
            tokio::select! {
                _ = self.news.changed() => {}
                _ = self.stop.changed() => {}
                () = self.env.clock.sleep_until(until) => {}
            }
        }
    }

    /// Whether there is no use in waiting for more.
    pub fn is_stopping(&self) -> bool {
        *self.stop.borrow() > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_one_that_was_given_and_behind_which_nothing_is_missing() {
        let begun = |after, first, last| begin(after, first, last).map_err(|error| error.to_string());
        assert_eq!(begun(None, None, 0), Ok(0));
        assert_eq!(begun(None, Some(4), 9), Ok(3));
        assert_eq!(begun(None, None, 9), Ok(9));
        assert_eq!(begun(Some(3), Some(4), 9), Ok(3));
        assert_eq!(begun(Some(9), None, 9), Ok(9));
        assert!(begun(Some(2), Some(4), 9).is_err_and(|why| why.contains("no longer kept")));
        assert!(begun(Some(8), None, 9).is_err_and(|why| why.contains("no longer kept")));
        assert!(begun(Some(10), Some(4), 9).is_err_and(|why| why.contains("never")));
    }
}
