//! Limits on how often something may be tried, by named action and subject (an account, a network address, a number).
//!
//! They live in this process: with several machines each has its own, which makes the limit as many times as wide.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::Clock;

/// Subjects that one action may remember before those who have been quiet are forgotten.
const SUBJECTS_MAX: usize = 50_000;

/// How often an action may happen: `burst` times at once, and again one every `refill_s` seconds.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    pub action: &'static str,
    pub burst: u32,
    pub refill_s: u64,
}

/// Refused for now; may be tried again after so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many tries; wait {retry_after_s} seconds")]
pub struct TooOften {
    pub retry_after_s: i64,
}

/// Shows our clock to the limiter, so that a test can move it.
#[derive(Clone)]
struct OurClock(Arc<dyn Clock>);

impl GovernorClock for OurClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(Duration::from_millis(u64::try_from(self.0.now().0).unwrap_or_default()))
    }
}

type Limiter = RateLimiter<String, DefaultKeyedStateStore<String>, OurClock, NoOpMiddleware<Nanos>>;

pub struct Limits {
    clock: OurClock,
    limiters: Mutex<HashMap<&'static str, Arc<Limiter>>>,
}

impl Limits {
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock: OurClock(clock), limiters: Mutex::default() }
    }

    /// Counts one try of `limit.action` by `subject`.
    pub fn check(&self, limit: Limit, subject: &str) -> Result<(), TooOften> {
        let limiter = self.limiter(limit);
        limiter.check_key(&subject.to_owned()).map_err(|wait| {
            let wait = wait.wait_time_from(self.clock.now());
            TooOften { retry_after_s: i64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(i64::MAX) }
        })
    }

    fn limiter(&self, limit: Limit) -> Arc<Limiter> {
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        let limiter = limiters.entry(limit.action).or_insert_with(|| {
            let burst = NonZeroU32::new(limit.burst).unwrap_or(NonZeroU32::MIN);
            let quota = Quota::with_period(Duration::from_secs(limit.refill_s.max(1)))
                .unwrap_or(Quota::per_second(NonZeroU32::MIN))
                .allow_burst(burst);
            Arc::new(RateLimiter::new(quota, DefaultKeyedStateStore::default(), self.clock.clone()))
        });
        if limiter.len() > SUBJECTS_MAX {
            limiter.retain_recent();
        }
        Arc::clone(limiter)
    }
}
