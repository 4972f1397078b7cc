//! Background work: an action that a clock or a bell starts.
//!
//! A job is idempotent, takes no input, reads its instructions from the database, does a bounded amount of work and says
//! whether there is more. It is woken by a bell (rung after the commit that made work) and by a timer (for what a bell on
//! another machine, or before a restart, has rung for).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Clock;

/// Wakes the job of a name. Ringing twice before it wakes is ringing once.
#[derive(Clone, Default)]
pub struct Bell(Arc<Mutex<HashMap<&'static str, Arc<Notify>>>>);

impl Bell {
    pub fn ring(&self, job: &'static str) {
        self.of(job).notify_one();
    }

    fn of(&self, job: &'static str) -> Arc<Notify> {
        Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(job).or_default())
    }
}

/// Whether a run left work that could be done at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Idle,
    More,
}

type Work = Arc<dyn Fn() -> BoxFuture<'static, anyhow::Result<Progress>> + Send + Sync>;

/// One kind of background work.
#[derive(Clone)]
pub struct Job {
    /// Also the name of its bell.
    pub name: &'static str,
    /// The timer, in seconds.
    pub every_s: i64,
    work: Work,
}

impl Job {
    pub fn new<F, R>(name: &'static str, every_s: i64, work: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = anyhow::Result<Progress>> + Send + 'static,
    {
        Self { name, every_s, work: Arc::new(move || Box::pin(work())) }
    }

    /// One bounded piece of work.
    pub async fn run_once(&self) -> anyhow::Result<Progress> {
        (self.work)().await
    }
}

/// Runs every job until `stop`; what a job has begun it finishes.
pub fn start(jobs: Vec<Job>, clock: &Arc<dyn Clock>, bell: &Bell, stop: &CancellationToken, tracker: &TaskTracker) {
    for job in jobs {
        let (clock, bell, stop) = (Arc::clone(clock), bell.of(job.name), stop.clone());
        tracker.spawn(async move {
            while !stop.is_cancelled() {
                match job.run_once().await {
                    Ok(Progress::More) => {}
                    Ok(Progress::Idle) => rest(&job, &*clock, &bell, &stop).await,
                    Err(error) => {
                        tracing::error!(job = job.name, error = format!("{error:#}"), "a background job failed");
                        rest(&job, &*clock, &bell, &stop).await;
                    }
                }
            }
        });
    }
}

async fn rest(job: &Job, clock: &dyn Clock, bell: &Notify, stop: &CancellationToken) {
    tokio::select! {
        () = clock.sleep_until(clock.now().plus_s(job.every_s)) => {}
        () = bell.notified() => {}
        () = stop.cancelled() => {}
    }
}
