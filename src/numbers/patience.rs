//! How long to wait before something that must not be lost is tried again.

/// Pauses in seconds: the first, the second ... and the last one from then on. A database that restarts is back within the
/// first few; one that is away for long is not pressed.
const PAUSES_S: [i64; 6] = [1, 2, 5, 15, 30, 60];

/// The pause after so many failures before this one.
#[must_use]
pub fn pause_s(failures: usize) -> i64 {
    PAUSES_S[failures.min(PAUSES_S.len() - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_minute() {
        let pauses: Vec<i64> = (0..8).map(pause_s).collect();
        assert_eq!(pauses, [1, 2, 5, 15, 30, 60, 60, 60]);
    }
}
