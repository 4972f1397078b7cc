//! How long to wait before a client is made anew. No waiting.

/// The first pause; each is twice as long as the one before.
const FIRST_MS: i64 = 5_000;
const LONGEST_MS: i64 = 15 * 60 * 1_000;
/// The pause when WhatsApp does not let us in and does not say until when, and the longest that it may ask for.
const HALTED_MS: i64 = 60 * 60 * 1_000;
const LONGEST_HALT_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

/// Grows with every loss, until a client has connected.
#[derive(Debug, Default)]
pub(super) struct Patience {
    losses: u32,
}

impl Patience {
    pub fn connected(&mut self) {
        self.losses = 0;
    }

    pub fn next_ms(&mut self) -> i64 {
        let pause_ms = (FIRST_MS << self.losses.min(10)).min(LONGEST_MS);
        self.losses = self.losses.saturating_add(1);
        pause_ms
    }
}

/// `until_ms` is what WhatsApp said, if it did.
pub(super) fn halt_ms(until_ms: Option<i64>, now_ms: i64) -> i64 {
    until_ms.map_or(HALTED_MS, |until_ms| until_ms.saturating_sub(now_ms).clamp(FIRST_MS, LONGEST_HALT_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_quarter_of_an_hour_and_begin_anew() {
        let mut patience = Patience::default();
        let pauses: Vec<i64> = (0..9).map(|_| patience.next_ms() / 1_000).collect();
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320, 640, 900]);
        for _ in 0..100 {
            assert_eq!(patience.next_ms(), LONGEST_MS);
        }
        patience.connected();
        assert_eq!(patience.next_ms(), FIRST_MS);
    }

    #[test]
    fn a_halt_lasts_as_long_as_whatsapp_says_within_reason() {
        assert_eq!(halt_ms(None, 7), HALTED_MS);
        assert_eq!(halt_ms(Some(60_007), 7), 60_000);
        assert_eq!(halt_ms(Some(0), 7), FIRST_MS);
        assert_eq!(halt_ms(Some(i64::MAX), -7), LONGEST_HALT_MS);
    }
}
