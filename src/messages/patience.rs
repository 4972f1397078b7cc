//! How long the queue goes on trying.

use grantline_whatsapp::SendFailure;

use super::Reason;
use crate::platform::Timestamp;

/// Pauses after a message could not be handed over, in seconds: the first, the second ... and the last one from then on.
const PAUSES_S: [i64; 4] = [5, 30, 120, 600];

/// Between looks at a number that is not linked, in seconds: to ask costs nothing, and it may be back at any moment.
const NOT_LINKED_PAUSE_S: i64 = 60;

/// What to do with a message that was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Again { at: Timestamp },
    Fail(Reason),
}

/// `failures` counts those before this one, `expires_at` is when the message stops being worth a try.
#[must_use]
pub fn after(failure: SendFailure, failures: i64, expires_at: Timestamp, now: Timestamp) -> Next {
    let pause_s = match failure {
        SendFailure::NotOnWhatsapp | SendFailure::Refused | SendFailure::Unsupported => {
            return Next::Fail(failure.into());
        }
        SendFailure::NotLinked => NOT_LINKED_PAUSE_S,
        SendFailure::Throttled | SendFailure::Network => {
            let step = usize::try_from(failures).unwrap_or_default();
            PAUSES_S[step.min(PAUSES_S.len() - 1)]
        }
    };
    // At its end the queue looks once more, and lets it fail.
    Next::Again { at: now.plus_s(pause_s).min(expires_at) }
}

/// Whether WhatsApp may have got a message although it was not taken. Then its words cannot be changed here any more.
#[must_use]
pub const fn may_have_left(failure: SendFailure) -> bool {
    match failure {
        SendFailure::Network => true,
        SendFailure::NotLinked
        | SendFailure::NotOnWhatsapp
        | SendFailure::Refused
        | SendFailure::Throttled
        | SendFailure::Unsupported => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn pause_s(failure: SendFailure, failures: i64) -> i64 {
        match after(failure, failures, NOW.plus_s(86_400), NOW) {
            Next::Again { at } => at.since_ms(NOW) / 1000,
            Next::Fail(reason) => panic!("{reason:?}"),
        }
    }

    #[test]
    fn pauses_grow_up_to_ten_minutes() {
        let pauses: Vec<i64> = (0..6).map(|failures| pause_s(SendFailure::Network, failures)).collect();
        assert_eq!(pauses, [5, 30, 120, 600, 600, 600]);
        assert_eq!(pause_s(SendFailure::Throttled, 1), 30);
        assert_eq!([pause_s(SendFailure::NotLinked, 0), pause_s(SendFailure::NotLinked, 9)], [60, 60]);
    }

    #[test]
    fn a_refusal_is_the_end_and_nothing_waits_beyond_its_time() {
        let expires_at = NOW.plus_s(3);
        assert_eq!(after(SendFailure::Refused, 0, expires_at, NOW), Next::Fail(Reason::Refused));
        assert_eq!(after(SendFailure::NotOnWhatsapp, 0, expires_at, NOW), Next::Fail(Reason::NotOnWhatsapp));
        assert_eq!(after(SendFailure::Network, 3, expires_at, NOW), Next::Again { at: expires_at });
    }
}
