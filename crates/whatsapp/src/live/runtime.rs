//! Tokio for the library, with the server's clock: what it waits for, a test can move.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use whatsapp_rust::wacore::runtime::AbortHandle;
use whatsapp_rust::{Runtime, TokioRuntime};

use super::passkey::Gate;
use crate::Surroundings;

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How long the library shows a QR code and waits for a phone that was given the code: when the last of these is over it ends
/// the connection, also while somebody looks for the passkey that WhatsApp has asked for. So they do not end meanwhile. What
/// else lasts as long, such as the wait for the answer to a ping, then takes until the gate is passed, which has its own end.
const HELD: [Duration; 2] = [Duration::from_secs(20), Duration::from_secs(60)];

pub(super) struct ClockedRuntime {
    pub surroundings: Arc<dyn Surroundings>,
    pub gate: watch::Receiver<Gate>,
}

impl Runtime for ClockedRuntime {
    fn spawn(&self, work: Work) -> AbortHandle {
        TokioRuntime.spawn(work)
    }

    fn spawn_detached(&self, work: Work) {
        TokioRuntime.spawn_detached(work);
    }

    fn sleep(&self, duration: Duration) -> Work {
        let (surroundings, mut gate) = (Arc::clone(&self.surroundings), self.gate.clone());
        Box::pin(async move {
            let until_ms =
                surroundings.now_ms().saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX));
            surroundings.sleep_until(until_ms).await;
            if HELD.contains(&duration) {
                // An error means that the session is gone, and with it every reason to wait.
                let _ = gate.wait_for(|gate| !gate.is_shut()).await;
            }
        })
    }

    fn spawn_blocking(&self, work: Box<dyn FnOnce() + Send>) -> Work {
        TokioRuntime.spawn_blocking(work)
    }

    fn yield_now(&self) -> Option<Work> {
        TokioRuntime.yield_now()
    }
}
