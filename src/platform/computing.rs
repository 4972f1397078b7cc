//! Work that is all computing: password hashes, which are slow by design, and pictures from strangers.
//!
//! As much of it runs at once as there are cores: more would be no faster, and each hash takes 19 MiB, each picture up to
//! 128. A bounded number waits; whoever comes after them is told to come back, which beats memory without end.

use std::error::Error;
use std::sync::Arc;

use tokio::sync::Semaphore;

/// With a hash of some tens of milliseconds the last one waits a second or two.
const WAITING_A_CORE: usize = 32;

/// There is more to compute than this machine can; nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is too much to compute at the moment")]
pub struct TooBusy;

impl TooBusy {
    /// Whether this is what lies behind a failure.
    #[must_use]
    pub fn is_behind(error: &(dyn Error + 'static)) -> bool {
        let mut next = Some(error);
        while let Some(error) = next {
            if error.is::<Self>() {
                return true;
            }
            next = error.source();
        }
        false
    }
}

pub struct Computing {
    cores: Arc<Semaphore>,
    /// For those who compute and those who wait.
    places: Semaphore,
}

impl Computing {
    #[must_use]
    pub fn on(cores: usize) -> Self {
        Self { cores: Arc::new(Semaphore::new(cores)), places: Semaphore::new(cores * (1 + WAITING_A_CORE)) }
    }

    /// Runs `work` on a thread of its own as soon as a core is free.
    pub async fn run<T, F>(&self, work: F) -> Result<T, TooBusy>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let _place = self.places.try_acquire().map_err(|_| TooBusy)?;
        let core = Arc::clone(&self.cores).acquire_owned().await.map_err(|_| TooBusy)?;
        let run = tokio::task::spawn_blocking(move || {
            // The core is busy until the work is done, even if whoever asked has gone.
            let _core = core;
            work()
        });
        run.await.map_err(|error| match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => TooBusy,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use futures_util::FutureExt as _;
    use futures_util::future::join_all;

    use super::*;

    #[tokio::test]
    async fn as_many_compute_as_there_are_cores_some_wait_and_the_rest_is_refused() {
        let computing = Computing::on(1);
        let (go, wait) = mpsc::channel::<()>();
        let (tell, mut begun) = tokio::sync::mpsc::unbounded_channel();
        let mut first = Box::pin(computing.run(move || {
            let _ = tell.send(());
            wait.recv()
        }));
        assert!(first.as_mut().now_or_never().is_none());
        assert_eq!(begun.recv().await, Some(()));
        let mut waiting: Vec<_> = (0..WAITING_A_CORE).map(|number| Box::pin(computing.run(move || number))).collect();
        for one in &mut waiting {
            assert_eq!(one.as_mut().now_or_never(), None, "the core is busy");
        }
        assert_eq!(computing.run(|| ()).now_or_never(), Some(Err(TooBusy)));
        drop(go);
        assert!(first.await.is_ok_and(|told| told.is_err()));
        let done: Vec<_> = join_all(waiting).await.into_iter().collect();
        assert_eq!(done, (0..WAITING_A_CORE).map(Ok).collect::<Vec<_>>());
        assert_eq!(computing.run(|| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn a_panic_reaches_whoever_asked_and_frees_its_core() {
        let computing = Computing::on(1);
        let run = std::panic::AssertUnwindSafe(computing.run(|| panic!("no luck"))).catch_unwind().await;
        assert!(run.is_err());
        assert_eq!(computing.run(|| 7).await, Ok(7));
    }

    #[test]
    fn it_is_found_behind_other_failures() {
        use anyhow::Context as _;
        #[derive(Debug, thiserror::Error)]
        enum Failure {
            #[error(transparent)]
            Broken(#[from] anyhow::Error),
        }
        let busy: Result<(), TooBusy> = Err(TooBusy);
        let failure = Failure::from(busy.context("a password was not checked").expect_err("busy"));
        assert!(TooBusy::is_behind(&failure));
        assert!(!TooBusy::is_behind(&Failure::from(anyhow::anyhow!("something else"))));
    }
}
