//! Where the live connector runs in tests and measurements: against a stand-in, in time that passes.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use grantline_standin::MediaHost;
use grantline_whatsapp::Surroundings;
use grantline_whatsapp::live::{Live, Version, Web, WebAnswer, WebRequest};
use tokio::sync::watch;
use whatsapp_rust::http::{HttpClient as _, HttpRequest};

/// Any version is current to the stand-in.
pub const VERSION: Version = (2, 3000, 1_000_000_000);

/// The live connector against a stand-in. Files go to and from `media`.
pub fn live(chat_url: &str, surroundings: Arc<dyn Surroundings>, media: &MediaHost) -> Live {
    Live::against(chat_url, VERSION, surroundings, Arc::new(MediaWeb(media.clone())))
}

/// Time that passes by itself, since a network takes some, and that a test can move on besides.
pub struct RunningClock {
    begun: Instant,
    ahead_ms: watch::Sender<i64>,
}

#[expect(clippy::disallowed_methods, reason = "the time of a real network is real")]
impl RunningClock {
    pub fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970");
        let now_ms = i64::try_from(now.as_millis()).expect("it is not that late");
        Self { begun: Instant::now(), ahead_ms: watch::Sender::new(now_ms) }
    }

    pub fn moves_by(&self, ms: i64) {
        self.ahead_ms.send_modify(|ahead_ms| *ahead_ms += ms);
    }
}

#[async_trait]
impl Surroundings for RunningClock {
    fn now_ms(&self) -> i64 {
        *self.ahead_ms.borrow() + i64::try_from(self.begun.elapsed().as_millis()).expect("a test is short")
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        rand::Rng::fill_bytes(&mut rand::make_rng::<rand::rngs::StdRng>(), bytes);
    }

    #[expect(clippy::disallowed_methods, reason = "the time of a real network is real")]
    async fn sleep_until(&self, at_ms: i64) {
        let mut ahead_ms = self.ahead_ms.subscribe();
        while let Ok(left_ms) = u64::try_from(at_ms - self.now_ms())
            && left_ms > 0
        {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(left_ms)) => {}
                _ = ahead_ms.changed() => {}
            }
        }
    }
}

/// Media is taken and given on this machine.
struct MediaWeb(MediaHost);

#[async_trait]
impl Web for MediaWeb {
    async fn fetch(&self, request: WebRequest) -> Result<WebAnswer, String> {
        let mut wanted = HttpRequest::get(request.url);
        wanted.method = request.method;
        wanted.body = (!request.body.is_empty()).then(|| request.body.into());
        let answer = self.0.execute(wanted).await.map_err(|error| error.to_string())?;
        Ok(WebAnswer { status: answer.status_code, body: answer.body })
    }
}
