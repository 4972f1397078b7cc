//! Tries as a page shows them.

use crate::events::{Attempt, Outcome};
use crate::platform::Timestamp;
use crate::platform::web::{Markup, Words};

pub(super) struct Try {
    pub id: String,
    pub event_id: String,
    pub kind: String,
    /// The workspace or the app that the event is about.
    pub subject: String,
    pub at: Markup,
    pub number: Markup,
    pub tone: &'static str,
    pub outcome: String,
    pub next: Option<Markup>,
    pub status: Option<i64>,
    /// The key of the sentence that says why there was no answer.
    pub failure: Option<String>,
    pub took: Markup,
    /// Somebody else's words.
    pub answer: String,
    pub is_test: bool,
}

impl Try {
    pub fn of(words: &Words, attempt: Attempt, now: Timestamp) -> Self {
        let next = attempt.next_at.filter(|at| *at > now);
        Self {
            at: Markup::moment(attempt.at),
            number: words.msg("webhook-try-number").count("number", attempt.number).into(),
            tone: tone(&attempt),
            outcome: format!("webhook-outcome-{}", attempt.outcome.name()),
            next: next.map(|at| words.msg("webhook-next-try").time("at", at).into()),
            status: attempt.status,
            failure: attempt.failure.map(|failure| format!("webhook-failure-{failure}")),
            took: words.msg("webhook-took").count("ms", attempt.took_ms).into(),
            is_test: attempt.outcome == Outcome::Test,
            id: attempt.id,
            event_id: attempt.event_id,
            kind: attempt.kind,
            subject: attempt.subject,
            answer: attempt.answer,
        }
    }

    pub fn was_taken(&self) -> bool {
        is_taken(self.status)
    }
}

fn tone(attempt: &Attempt) -> &'static str {
    match attempt.outcome {
        Outcome::Delivered | Outcome::Recovered => "good",
        Outcome::Again => "warn",
        Outcome::Failed => "bad",
        Outcome::Test if is_taken(attempt.status) => "good",
        Outcome::Test => "bad",
    }
}

fn is_taken(status: Option<i64>) -> bool {
    status.is_some_and(|status| (200..300).contains(&status))
}
