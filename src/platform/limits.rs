//! Limits on how often something may be tried, and how often at once, by named action and subject (an account, a network
//! address, a number).
//!
//! They live in this process: with several machines each has its own, which makes the limit as many times as wide.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasher as _;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::{Clock, Timestamp};

/// Subjects that one action remembers one by one.
const SUBJECTS_MAX: usize = 50_000;
/// Beyond them newcomers are counted in so many crowds, each as if it were one subject: a flood of subjects costs no memory
/// and makes nobody's tries forgotten.
const CROWDS: u64 = 1024;
/// Looking for those who have been quiet takes time, so that it is not done more often.
const SWEEP_EVERY_S: i64 = 60;

/// How often an action may happen: `burst` times at once, and again one every `refill`.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    action: &'static str,
    burst: u32,
    refill: Duration,
}

impl Limit {
    /// `burst` times at once, and again one every `refill_s` seconds.
    #[must_use]
    pub const fn new(action: &'static str, burst: u32, refill_s: u64) -> Self {
        Self { action, burst, refill: Duration::from_secs(refill_s) }
    }

    /// So many times in a minute, whether at once or spread over it.
    #[must_use]
    pub fn a_minute(action: &'static str, times: NonZeroU32) -> Self {
        Self { action, burst: times.get(), refill: Duration::from_secs(60) / times.get() }
    }
}

/// How often something may go on at once.
#[derive(Debug, Clone, Copy)]
pub struct Hold {
    action: &'static str,
    at_most: usize,
}

impl Hold {
    #[must_use]
    pub const fn new(action: &'static str, at_most: usize) -> Self {
        Self { action, at_most }
    }
}

/// How often each action of each subject goes on now; none that does not.
type GoingOn = Arc<Mutex<HashMap<(&'static str, String), usize>>>;

/// One that goes on, until this is dropped.
pub struct Held {
    key: (&'static str, String),
    going_on: GoingOn,
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut going_on = self.going_on.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut count) = going_on.entry(std::mem::take(&mut self.key)) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
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

/// What one action remembers: when each subject's tries will be paid off. Never more than [`SUBJECTS_MAX`] and the crowds.
#[derive(Default)]
struct Subjects(Mutex<HashMap<String, Nanos>>);

impl Subjects {
    fn known(&self) -> MutexGuard<'_, HashMap<String, Nanos>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateStore for Subjects {
    type Key = String;

    fn measure_and_replace<T, F, E>(&self, subject: &String, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut known = self.known();
        let key = if known.len() < SUBJECTS_MAX || known.contains_key(subject) {
            subject.clone()
        } else {
            // No subject of ours begins like this.
            format!("\0crowd {}", known.hasher().hash_one(subject) % CROWDS)
        };
        let (outcome, paid_off) = measure(known.get(&key).copied())?;
        known.insert(key, paid_off);
        Ok(outcome)
    }
}

impl ShrinkableKeyedStateStore<String> for Subjects {
    fn retain_recent(&self, drop_below: Nanos) {
        self.known().retain(|_, paid_off| *paid_off > drop_below);
    }

    fn len(&self) -> usize {
        self.known().len()
    }

    fn is_empty(&self) -> bool {
        self.known().is_empty()
    }
}

type Limiter = RateLimiter<String, Subjects, OurClock, NoOpMiddleware<Nanos>>;

struct Limited {
    limiter: Arc<Limiter>,
    swept_at: Timestamp,
}

pub struct Limits {
    clock: OurClock,
    limiters: Mutex<HashMap<&'static str, Limited>>,
    going_on: GoingOn,
}

impl Limits {
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock: OurClock(clock), limiters: Mutex::default(), going_on: GoingOn::default() }
    }

    /// Counts one try of `limit.action` by `subject`. An IPv6 address counts as its network.
    pub fn check(&self, limit: Limit, subject: &str) -> Result<(), TooOften> {
        let limiter = self.limiter(limit);
        limiter.check_key(&counted_as(subject).into_owned()).map_err(|wait| {
            let wait = wait.wait_time_from(self.clock.now());
            TooOften { retry_after_s: i64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(i64::MAX) }
        })
    }

    /// Counts one more of `hold.action` that goes on, until the answer is dropped; nothing when there are enough.
    #[must_use]
    pub fn hold(&self, hold: Hold, subject: &str) -> Option<Held> {
        let key = (hold.action, subject.to_owned());
        let mut going_on = self.going_on.lock().unwrap_or_else(PoisonError::into_inner);
        let count = going_on.get(&key).copied().unwrap_or(0);
        (count < hold.at_most).then(|| {
            going_on.insert(key.clone(), count + 1);
            Held { key, going_on: Arc::clone(&self.going_on) }
        })
    }

    fn limiter(&self, limit: Limit) -> Arc<Limiter> {
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.0.now();
        let limited = limiters.entry(limit.action).or_insert_with(|| {
            let burst = NonZeroU32::new(limit.burst).unwrap_or(NonZeroU32::MIN);
            let quota =
                Quota::with_period(limit.refill).unwrap_or(Quota::per_second(NonZeroU32::MIN)).allow_burst(burst);
            let limiter = Arc::new(RateLimiter::new(quota, Subjects::default(), self.clock.clone()));
            Limited { limiter, swept_at: now }
        });
        if limited.limiter.len() >= SUBJECTS_MAX && limited.swept_at.plus_s(SWEEP_EVERY_S) <= now {
            limited.limiter.retain_recent();
            limited.swept_at = now;
        }
        Arc::clone(&limited.limiter)
    }
}

/// Whoever has one IPv6 address has a whole /64 of them (RFC 6177 §2), and can try from each.
fn counted_as(subject: &str) -> Cow<'_, str> {
    match subject.parse() {
        Ok(IpAddr::V6(address)) => {
            let network = Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX));
            format!("{network}/64").into()
        }
        _ => subject.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::clock::HandClock;

    const TRIES: Limit = Limit::new("tries", 2, 600);

    fn limits() -> (Arc<HandClock>, Limits) {
        let clock = Arc::new(HandClock::at(Timestamp(1_767_225_600_000)));
        (Arc::clone(&clock), Limits::new(clock))
    }

    #[test]
    fn a_subject_has_its_burst_and_then_waits() {
        let (clock, limits) = limits();
        let tries = |subject| limits.check(TRIES, subject);
        assert_eq!([tries("ann"), tries("ann")], [Ok(()), Ok(())]);
        assert_eq!(tries("ann"), Err(TooOften { retry_after_s: 600 }));
        assert_eq!(tries("bob"), Ok(()));
        clock.advance(Duration::from_secs(600));
        assert_eq!([tries("ann"), tries("ann")], [Ok(()), Err(TooOften { retry_after_s: 600 })]);
    }

    #[test]
    fn what_may_happen_so_often_a_minute_comes_back_evenly() {
        let (clock, limits) = limits();
        let four = Limit::a_minute("calls", NonZeroU32::new(4).expect("not zero"));
        let calls = |count: usize| (0..count).filter(|_| limits.check(four, "ann").is_ok()).count();
        assert_eq!(calls(9), 4);
        assert_eq!(limits.check(four, "ann"), Err(TooOften { retry_after_s: 15 }));
        clock.advance(Duration::from_secs(30));
        assert_eq!(calls(9), 2);
    }

    #[test]
    fn so_many_go_on_at_once_and_one_that_ends_makes_room() {
        let (_, limits) = limits();
        let holds = |subject| limits.hold(Hold::new("streams", 2), subject);
        let (first, second) = (holds("ann"), holds("ann"));
        assert!(first.is_some() && second.is_some() && holds("ann").is_none());
        assert!(holds("bob").is_some(), "others have their own");
        drop(first);
        let third = holds("ann");
        assert!(third.is_some() && holds("ann").is_none());
        drop((second, third));
        assert!(limits.going_on.lock().is_ok_and(|going_on| going_on.is_empty()), "nobody is remembered");
    }

    #[test]
    fn an_ipv6_network_is_one_subject() {
        let (_, limits) = limits();
        let tries = |subject| limits.check(TRIES, subject).is_ok();
        assert!(tries("2001:db8:0:1::1") && tries("2001:db8:0:1:ffff::2"));
        assert!(!tries("2001:db8:0:1::3"), "the same /64");
        assert!(tries("2001:db8:0:2::1"), "another one");
        assert!(tries("192.0.2.1") && tries("192.0.2.2") && tries("192.0.2.1") && tries("192.0.2.2"));
    }

    #[test]
    fn a_flood_of_subjects_neither_grows_without_end_nor_makes_anyone_forgotten() {
        let (clock, limits) = limits();
        let tries = |subject: &str| limits.check(TRIES, subject).is_ok();
        assert!(tries("ann") && tries("ann"));
        let flood = SUBJECTS_MAX + 10_000;
        for number in 0..flood {
            tries(&format!("nobody {number}"));
        }
        let remembered = || limits.limiter(TRIES).len();
        assert!((SUBJECTS_MAX..=SUBJECTS_MAX + 1024).contains(&remembered()), "{}", remembered());
        assert!(!tries("ann"), "her tries still count");
        // By now all of them could try again, so that nobody needs to be remembered.
        clock.advance(Duration::from_secs(3600));
        assert!(tries("ann"));
        assert_eq!(remembered(), 1);
    }
}
