//! Tokio for the library, with the server's clock: what it waits for, a test can move.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use whatsapp_rust::wacore::runtime::AbortHandle;
use whatsapp_rust::{Runtime, TokioRuntime};

use crate::Surroundings;

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

pub(super) struct ClockedRuntime(pub Arc<dyn Surroundings>);

impl Runtime for ClockedRuntime {
    fn spawn(&self, work: Work) -> AbortHandle {
        TokioRuntime.spawn(work)
    }

    fn spawn_detached(&self, work: Work) {
        TokioRuntime.spawn_detached(work);
    }

    fn sleep(&self, duration: Duration) -> Work {
        let surroundings = Arc::clone(&self.0);
        Box::pin(async move {
            let until_ms =
                surroundings.now_ms().saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX));
            surroundings.sleep_until(until_ms).await;
        })
    }

    fn spawn_blocking(&self, work: Box<dyn FnOnce() + Send>) -> Work {
        TokioRuntime.spawn_blocking(work)
    }

    fn yield_now(&self) -> Option<Work> {
        TokioRuntime.yield_now()
    }
}
