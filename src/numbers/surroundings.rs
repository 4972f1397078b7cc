//! The server's time and chance, in the shape that connectors ask for.

use async_trait::async_trait;
use grantline_whatsapp::Surroundings;

use crate::platform::{Env, Timestamp};

pub struct ServerSurroundings(pub Env);

#[async_trait]
impl Surroundings for ServerSurroundings {
    fn now_ms(&self) -> i64 {
        self.0.now().0
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.0.random.fill(bytes);
    }

    async fn sleep_until(&self, at_ms: i64) {
        self.0.clock.sleep_until(Timestamp(at_ms)).await;
    }
}
