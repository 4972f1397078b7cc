//! Background work: an action that a clock or a bell starts.
//!
//! A job is idempotent, takes no input, reads its instructions from the database, does a bounded amount of work and says
//! whether there is more. It is woken by a bell (rung after the commit that made work) and by a timer (for what a bell on
//! another machine, or before a restart, has rung for).

use std::any::Any;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Clock;

/// The bell that sounds when the server stops: whoever waits for news answers now.
pub const STOP: &str = "stop";

/// Wakes the job of a name, and everybody who listens to that name. Ringing twice before a job wakes is ringing once.
#[derive(Clone, Default)]
pub struct Bell(Arc<Mutex<HashMap<&'static str, Clapper>>>);

struct Clapper {
    job: Arc<Notify>,
    listeners: watch::Sender<u64>,
}

impl Default for Clapper {
    fn default() -> Self {
        Self { job: Arc::default(), listeners: watch::Sender::new(0) }
    }
}

impl Bell {
    pub fn ring(&self, name: &'static str) {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let clapper = bells.entry(name).or_default();
        clapper.job.notify_one();
        clapper.listeners.send_modify(|rung| *rung = rung.wrapping_add(1));
    }

    fn of(&self, job: &'static str) -> Arc<Notify> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(job).or_default().job)
    }

    /// Changes with every ring: for any number of listeners, none of which takes it from another.
    #[must_use]
    pub fn listen(&self, name: &'static str) -> watch::Receiver<u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default().listeners.subscribe()
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
    /// Whether it runs once more when a stop has finished what had begun.
    pub at_the_end: bool,
    work: Work,
}

impl Job {
    pub fn new<F, R>(name: &'static str, every_s: i64, work: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = anyhow::Result<Progress>> + Send + 'static,
    {
        Self { name, every_s, at_the_end: false, work: Arc::new(move || Box::pin(work())) }
    }

    /// What it works on is in memory only: it runs once more at the end.
    #[must_use]
    pub fn and_at_the_end(self) -> Self {
        Self { at_the_end: true, ..self }
    }

    /// One bounded piece of work.
    pub async fn run_once(&self) -> anyhow::Result<Progress> {
        (self.work)().await
    }

    /// A panic is a failure like any other: the job must run again, nobody else does its work.
    async fn run_guarded(&self) -> anyhow::Result<Progress> {
        let run = AssertUnwindSafe(async { self.run_once().await }).catch_unwind().await;
        run.unwrap_or_else(|panic| Err(anyhow::anyhow!("it panicked: {}", told(&*panic))))
    }
}

/// Runs every job until `stop`; what a job has begun it finishes.
pub fn start(jobs: Vec<Job>, clock: &Arc<dyn Clock>, bell: &Bell, stop: &CancellationToken, tracker: &TaskTracker) {
    for job in jobs {
        let (clock, bell, stop) = (Arc::clone(clock), bell.of(job.name), stop.clone());
        tracker.spawn(async move {
            while !stop.is_cancelled() {
                match job.run_guarded().await {
                    Ok(Progress::More) => {}
                    Ok(Progress::Idle) => rest(&job, &*clock, &bell, &stop).await,
                    Err(error) => {
                        failed(&job, &error);
                        rest(&job, &*clock, &bell, &stop).await;
                    }
                }
            }
        });
    }
}

/// The last run of jobs that were [started](start) and have stopped.
pub async fn run_last(jobs: &[Job]) {
    for job in jobs {
        if let Err(error) = job.run_guarded().await {
            failed(job, &error);
        }
    }
}

fn failed(job: &Job, error: &anyhow::Error) {
    tracing::error!(job = job.name, error = format!("{error:#}"), "a background job failed");
}

fn told(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("it said nothing")
}

async fn rest(job: &Job, clock: &dyn Clock, bell: &Notify, stop: &CancellationToken) {
    tokio::select! {
        () = clock.sleep_until(clock.now().plus_s(job.every_s)) => {}
        () = bell.notified() => {}
        () = stop.cancelled() => {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::mpsc;

    use super::*;
    use crate::platform::Timestamp;
    use crate::platform::clock::HandClock;

    /// Whether one that fails, in whatever way, runs again when the bell rings.
    async fn runs_again_after(failure: fn() -> anyhow::Result<Progress>) {
        let clock: Arc<dyn Clock> = Arc::new(HandClock::at(Timestamp(0)));
        let (bell, stop, tracker) = (Bell::default(), CancellationToken::new(), TaskTracker::new());
        let (told, mut runs) = mpsc::unbounded_channel();
        let count = AtomicUsize::new(0);
        let job = Job::new("unlucky", 60, move || {
            let run = count.fetch_add(1, Ordering::SeqCst);
            let _ = told.send(run);
            async move { if run == 0 { failure() } else { Ok(Progress::Idle) } }
        });
        start(vec![job], &clock, &bell, &stop, &tracker);
        assert_eq!(runs.recv().await, Some(0));
        bell.ring("unlucky");
        assert_eq!(runs.recv().await, Some(1), "it ran once and never again");
        stop.cancel();
        tracker.close();
        tracker.wait().await;
    }

    #[tokio::test]
    async fn a_job_that_fails_runs_again() {
        runs_again_after(|| anyhow::bail!("no luck")).await;
    }

    #[tokio::test]
    async fn a_job_that_panics_runs_again() {
        runs_again_after(|| panic!("no luck at all")).await;
    }
}
