//! One try to tell an endpoint of one fact, and what came of it.

use crate::platform::Timestamp;
use crate::platform::outbound::{Answer, Failure};

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver answered 2xx.
    Delivered,
    /// It will be told again.
    Again,
    /// That was the last try.
    Failed,
    /// The last try failed, and later somebody had it told again, and it arrived.
    Recovered,
    /// A sample that the owner sent to see what happens.
    Test,
}

impl Outcome {
    const ALL: [Self; 5] = [Self::Delivered, Self::Again, Self::Failed, Self::Recovered, Self::Test];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Again => "again",
            Self::Failed => "failed",
            Self::Recovered => "recovered",
            Self::Test => "test",
        }
    }

    /// From the database, where only names of ours stand.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name).unwrap_or(Self::Failed)
    }
}

/// A try as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub id: String,
    pub endpoint_id: String,
    pub event_id: String,
    /// The name of the event's kind.
    pub kind: String,
    /// The workspace or the app that the event is about.
    pub subject: String,
    /// The grant by which an app heard; empty for a workspace or an app itself.
    pub grant_id: String,
    /// 1 for the first try.
    pub number: i64,
    pub outcome: Outcome,
    /// What the receiver answered ...
    pub status: Option<i64>,
    /// ... or why there was no answer, in a word.
    pub failure: Option<String>,
    /// The beginning of the answer, a kilobyte at most.
    pub answer: String,
    pub took_ms: i64,
    pub at: Timestamp,
    /// When it is tried again.
    pub next_at: Option<Timestamp>,
}

/// What to make of what a receiver said, or did not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// 2xx.
    Taken,
    /// 410: Standard Webhooks lets a receiver say so that it wants no more.
    Gone,
    /// Anything else, a redirect too; with the patience that the receiver asked for.
    NotTaken { asked_s: Option<i64> },
}

#[must_use]
pub fn reply(exchange: &Result<Answer, Failure>) -> Reply {
    match exchange {
        Ok(answer) if answer.is_success() => Reply::Taken,
        Ok(answer) if answer.status == 410 => Reply::Gone,
        Ok(answer) => Reply::NotTaken { asked_s: answer.retry_after_s },
        Err(_) => Reply::NotTaken { asked_s: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, retry_after_s: Option<i64>) -> Reply {
        reply(&Ok(Answer { status, retry_after_s, body: String::new(), took_ms: 1 }))
    }

    #[test]
    fn only_2xx_is_success() {
        assert_eq!([200, 202, 204, 299].map(|status| answered(status, None)), [Reply::Taken; 4]);
        let not_taken = Reply::NotTaken { asked_s: None };
        assert_eq!([101, 301, 302, 400, 404, 500].map(|status| answered(status, None)), [not_taken; 6]);
        assert_eq!(answered(410, None), Reply::Gone);
        assert_eq!(answered(429, Some(7)), Reply::NotTaken { asked_s: Some(7) });
        assert_eq!(reply(&Err(Failure::TimedOut)), not_taken);
    }

    #[test]
    fn an_outcome_is_found_by_its_name() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::named(outcome.name()), outcome);
        }
    }
}
