//! Time is an argument: rules receive a [`Timestamp`], only actions ask a [`Clock`].

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use tokio::sync::watch;

/// Milliseconds since 1970-01-01 UTC. Stored as `bigint`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize, sqlx::Type,
)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    #[must_use]
    pub const fn plus_s(self, seconds: i64) -> Self {
        Self(self.0 + seconds * 1000)
    }

    #[must_use]
    pub const fn plus_ms(self, milliseconds: i64) -> Self {
        Self(self.0 + milliseconds)
    }

    /// Milliseconds from `earlier` until this moment; negative when `earlier` is later.
    #[must_use]
    pub const fn since_ms(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// From RFC 3339, with any offset.
    #[must_use]
    pub fn of_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|at| Self(at.as_millisecond()))
    }

    /// RFC 3339 in UTC with milliseconds, as APIs and `<time datetime>` want it.
    #[must_use]
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_millisecond(self.0).map_or_else(|_| String::from("-"), |at| format!("{at:.3}"))
    }
}

#[async_trait]
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Timestamp;

    /// Returns once `now()` is at least `at`.
    async fn sleep_until(&self, at: Timestamp);
}

/// The machine's clock.
pub struct WallClock;

#[async_trait]
impl Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where real time comes in")]
    fn now(&self) -> Timestamp {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place where somebody really waits")]
    async fn sleep_until(&self, at: Timestamp) {
        // The machine may sleep or its clock be set back meanwhile, hence the loop.
        while let Ok(rest_ms @ 1..) = u64::try_from(at.since_ms(self.now())) {
            tokio::time::sleep(Duration::from_millis(rest_ms.min(60_000))).await;
        }
    }
}

/// Stands still until a test moves it; who sleeps until a moment wakes when the hand passes it.
pub struct HandClock {
    now_ms: AtomicI64,
    moved: watch::Sender<()>,
}

impl HandClock {
    #[must_use]
    pub fn at(start: Timestamp) -> Self {
        Self { now_ms: AtomicI64::new(start.0), moved: watch::Sender::new(()) }
    }

    pub fn advance(&self, by: Duration) {
        let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.now_ms.fetch_add(by_ms, Ordering::SeqCst);
        self.moved.send_replace(());
    }
}

#[async_trait]
impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.now_ms.load(Ordering::SeqCst))
    }

    async fn sleep_until(&self, at: Timestamp) {
        let mut moved = self.moved.subscribe();
        while self.now() < at {
            if moved.changed().await.is_err() {
                return;
            }
        }
    }
}
