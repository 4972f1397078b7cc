//! The passkey gate between "Link" on the phone and the link: what WhatsApp waits for, and until when. No waiting.
//!
//! ```text
//! WhatsApp asks --> asked --an answer is sent--> given --WhatsApp goes on--> comparing --confirmed--> confirmed --> paired
//!                     ^--WhatsApp did not take it--/
//! ```

use crate::passkey::{Answer, Asked};
use crate::{Event, LinkFailure, PasskeyRefusal};

/// How long the passkey may be given. WhatsApp does not say how long it waits.
const GIVING_MS: i64 = 10 * 60 * 1_000;
/// How long the codes may be compared.
const COMPARING_MS: i64 = 3 * 60 * 1_000;
/// How long WhatsApp and the phone may take for a step of theirs.
const ANSWERING_MS: i64 = 2 * 60 * 1_000;

#[derive(Default)]
pub(super) enum Gate {
    /// No passkey is asked for.
    #[default]
    Open,
    Asked {
        asked: Asked,
        until_ms: i64,
    },
    /// An answer is on its way to WhatsApp, or was taken.
    Given {
        asked: Asked,
        /// Until when another one may be given, if this one is not taken.
        asked_until_ms: i64,
        until_ms: i64,
    },
    Comparing {
        until_ms: i64,
    },
    Confirmed {
        until_ms: i64,
    },
    /// It leads nowhere any more.
    Broken,
}

impl Gate {
    /// Whether linking waits at the gate.
    pub fn is_shut(&self) -> bool {
        !matches!(self, Self::Open)
    }

    /// The moment at which waiting has been in vain.
    pub fn due_ms(&self) -> Option<i64> {
        match self {
            Self::Open => None,
            Self::Asked { until_ms, .. }
            | Self::Given { until_ms, .. }
            | Self::Comparing { until_ms }
            | Self::Confirmed { until_ms } => Some(*until_ms),
            Self::Broken => Some(i64::MIN),
        }
    }

    /// Why linking ends when it was in vain.
    pub fn failure(&self) -> LinkFailure {
        match self {
            Self::Asked { .. } | Self::Comparing { .. } => LinkFailure::PasskeyNeeded,
            Self::Open | Self::Given { .. } | Self::Confirmed { .. } | Self::Broken => LinkFailure::PasskeyFailed,
        }
    }

    /// Why linking ends when the connection is lost, and with it the question: out of time, or just lost.
    pub fn loss(&self, now_ms: i64) -> LinkFailure {
        if self.due_ms().is_some_and(|due_ms| due_ms <= now_ms) { self.failure() } else { LinkFailure::Network }
    }

    /// WhatsApp asks, perhaps once more. Nothing when that leads nowhere: nobody could answer it, or the former question has
    /// its answer already, which the library cannot take back.
    pub fn ask(&mut self, options_json: &str, now_ms: i64) -> Option<Event> {
        let asked = Asked::read(options_json).filter(|_| matches!(self, Self::Open | Self::Asked { .. }))?;
        let until_ms = now_ms + GIVING_MS;
        *self = Self::Asked { asked, until_ms };
        Some(Event::PasskeyAsked { options_json: options_json.to_owned(), valid_until_ms: until_ms })
    }

    /// The answer that may be sent now.
    pub fn give(&mut self, assertion_json: &str, now_ms: i64) -> Result<Answer, PasskeyRefusal> {
        let Self::Asked { asked, until_ms } = self else { return Err(PasskeyRefusal::NotAsked) };
        let (answer, asked_until_ms) = (asked.check(assertion_json)?, *until_ms);
        if let Self::Asked { asked, .. } = std::mem::take(self) {
            *self = Self::Given { asked, asked_until_ms, until_ms: now_ms + ANSWERING_MS };
        }
        Ok(answer)
    }

    /// The answer was not taken; another one may be given.
    pub fn not_taken(&mut self) {
        *self = match std::mem::take(self) {
            Self::Given { asked, asked_until_ms, .. } => Self::Asked { asked, until_ms: asked_until_ms },
            other => other,
        };
    }

    /// WhatsApp took the answer, and there is a code to compare. It comes with a dash. Nothing when no answer was given.
    pub fn compare(&mut self, code: &str, now_ms: i64) -> Option<Event> {
        if !matches!(self, Self::Given { .. }) {
            return None;
        }
        let valid_until_ms = now_ms + COMPARING_MS;
        *self = Self::Comparing { until_ms: valid_until_ms };
        Some(Event::PasskeyCode { code: code.replace('-', ""), valid_until_ms })
    }

    /// The codes are the same.
    pub fn confirm(&mut self, now_ms: i64) -> Result<(), PasskeyRefusal> {
        if !matches!(self, Self::Comparing { .. }) {
            return Err(PasskeyRefusal::NotAsked);
        }
        *self = Self::Confirmed { until_ms: now_ms + ANSWERING_MS };
        Ok(())
    }

    /// What was confirmed could not be said.
    pub fn breaks(&mut self) {
        if self.is_shut() {
            *self = Self::Broken;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passkey::{options, simulated_answer};

    const MINUTE_MS: i64 = 60_000;

    fn asked() -> Gate {
        let mut gate = Gate::default();
        let told = gate.ask(&options(b"first"), 0);
        assert_eq!(told, Some(Event::PasskeyAsked { options_json: options(b"first"), valid_until_ms: 10 * MINUTE_MS }));
        gate
    }

    fn give(gate: &mut Gate, challenge: &[u8]) -> Result<(), PasskeyRefusal> {
        gate.give(&simulated_answer(&options(challenge), "Ann").expect("an answer"), MINUTE_MS).map(drop)
    }

    #[test]
    fn the_whole_way() {
        let mut gate = asked();
        assert_eq!(gate.confirm(0), Err(PasskeyRefusal::NotAsked));
        assert_eq!(give(&mut gate, b"first"), Ok(()));
        assert_eq!(give(&mut gate, b"first"), Err(PasskeyRefusal::NotAsked), "one answer at a time");
        let code = Event::PasskeyCode { code: String::from("ABCDEFGH"), valid_until_ms: 4 * MINUTE_MS };
        assert_eq!(gate.compare("ABCD-EFGH", MINUTE_MS), Some(code));
        assert_eq!(gate.confirm(2 * MINUTE_MS), Ok(()));
        assert_eq!(gate.confirm(2 * MINUTE_MS), Err(PasskeyRefusal::NotAsked));
        assert_eq!(gate.due_ms(), Some(4 * MINUTE_MS));
    }

    #[test]
    fn a_refused_answer_loses_nothing() {
        let mut gate = asked();
        assert_eq!(gate.give("ABCD", 0).map(drop), Err(PasskeyRefusal::NotAnAssertion));
        assert_eq!(give(&mut gate, b"second"), Err(PasskeyRefusal::AnotherChallenge));
        assert_eq!(give(&mut gate, b"first"), Ok(()));
        gate.not_taken();
        assert_eq!(gate.due_ms(), Some(10 * MINUTE_MS));
        assert_eq!(give(&mut gate, b"first"), Ok(()));
    }

    #[test]
    fn a_new_question_replaces_one_that_has_no_answer_yet() {
        let mut gate = asked();
        assert!(gate.ask(&options(b"second"), 0).is_some());
        assert_eq!(give(&mut gate, b"first"), Err(PasskeyRefusal::AnotherChallenge));
        assert_eq!(give(&mut gate, b"second"), Ok(()));
        assert_eq!(gate.ask(&options(b"third"), 0), None);
        assert_eq!(asked().ask("{}", 0), None, "nobody could answer that");
    }

    #[test]
    fn every_wait_ends_with_its_reason() {
        let mut gate = Gate::default();
        assert!(!gate.is_shut() && gate.due_ms().is_none());
        assert_eq!(gate.compare("ABCD-EFGH", 0), None);
        gate = asked();
        assert_eq!((gate.failure(), gate.is_shut()), (LinkFailure::PasskeyNeeded, true));
        assert_eq!(gate.loss(MINUTE_MS), LinkFailure::Network);
        assert_eq!(gate.loss(10 * MINUTE_MS), LinkFailure::PasskeyNeeded);
        give(&mut gate, b"first").expect("it is right");
        assert_eq!((gate.failure(), gate.due_ms()), (LinkFailure::PasskeyFailed, Some(3 * MINUTE_MS)));
        gate.compare("ABCD-EFGH", MINUTE_MS);
        assert_eq!(gate.failure(), LinkFailure::PasskeyNeeded);
        gate.confirm(MINUTE_MS).expect("there is a code");
        assert_eq!(gate.failure(), LinkFailure::PasskeyFailed);
        gate.breaks();
        assert_eq!(gate.loss(0), LinkFailure::PasskeyFailed);
    }
}
