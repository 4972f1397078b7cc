//! When a fact that did not arrive is told again.

use crate::platform::Timestamp;

/// Pauses before the second try, the third ...; the one after the last pause is the last.
const PAUSES_S: [i64; 7] = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600];

/// A pause is up to this much longer, by chance, so that those who failed together do not come back together.
const JITTER_PERCENT: i64 = 10;

/// An endpoint to which nothing arrived for this long is told no more.
pub const FAILING_MAX_S: i64 = 5 * 86_400;

/// When to try again after a failure; nothing when that was the last try. `failures` counts those before this one, `asked_s` is how
/// long the receiver asked to be left alone (RFC 9110 §10.2.3), `chance` is any byte.
#[must_use]
pub fn next_try(failures: i64, asked_s: Option<i64>, chance: u8, now: Timestamp) -> Option<Timestamp> {
    let pause_s = *PAUSES_S.get(usize::try_from(failures).ok()?)?;
    let jitter_ms = pause_s * 10 * JITTER_PERCENT * i64::from(chance) / 255;
    let by_schedule = now.plus_s(pause_s).plus_ms(jitter_ms);
    Some(by_schedule.max(now.plus_s(asked_s.unwrap_or(0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn pause_ms(failures: i64, asked_s: Option<i64>, chance: u8) -> Option<i64> {
        next_try(failures, asked_s, chance, NOW).map(|at| at.since_ms(NOW))
    }

    #[test]
    fn pauses_grow_from_seconds_to_hours_and_end() {
        let minutes: Vec<_> = (0..8).map(|failures| pause_ms(failures, None, 0).map(|ms| ms / 1000)).collect();
        let hours = |hours: i64| Some(hours * 3600);
        assert_eq!(minutes, [Some(5), Some(300), Some(1800), hours(2), hours(5), hours(10), hours(10), None]);
        assert_eq!(pause_ms(-1, None, 0), None);
    }

    #[test]
    fn chance_makes_a_pause_longer_by_a_tenth_at_most() {
        assert_eq!(pause_ms(1, None, 0), Some(300_000));
        assert_eq!(pause_ms(1, None, 255), Some(330_000));
        assert!((300_000..=330_000).contains(&pause_ms(1, None, 99).unwrap_or(0)));
    }

    #[test]
    fn who_asks_for_patience_gets_it_and_nobody_is_hurried() {
        assert_eq!(pause_ms(0, Some(120), 0), Some(120_000));
        assert_eq!(pause_ms(3, Some(120), 0), Some(7_200_000));
    }
}
