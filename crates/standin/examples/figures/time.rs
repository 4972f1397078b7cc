//! Real time, which is what is measured here.

use std::time::{Duration, Instant};

#[expect(clippy::disallowed_methods, reason = "this program measures real time")]
pub fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "this program measures real time")]
pub async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}
