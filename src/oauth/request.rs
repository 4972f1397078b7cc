//! An authorization request: an app's question that waits for a person's answer.

use std::str::FromStr;

use super::way_back::WayBack;
use crate::access::ScopeSet;
use crate::platform::Timestamp;
use crate::platform::secret::SecretHash;

/// The handle in the address bar. Whoever holds it can look at the question, not answer it.
pub const HANDLE_PREFIX: &str = "gl_ar_";

/// ```text
/// pending -> approved
///         -> denied
///         -> (its time runs out)
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// SHA-256 of the handle.
    pub id: SecretHash,
    pub app_id: String,
    pub way_back: WayBack,
    pub scopes: ScopeSet,
    pub code_challenge: String,
    pub wishes: Wishes,
    pub chosen: Option<Chosen>,
    pub state: State,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// What the app wishes of how the person is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Whoever answers has signed in for this request, not for an earlier one (`prompt=login`).
    pub sign_in_anew: bool,
    /// The e-mail address of the person, as the app knows it.
    pub login_hint: Option<String>,
    /// The id of the workspace, as the app knows it: it is preselected, never chosen.
    pub workspace_hint: Option<String>,
}

/// The workspace that somebody picked for the app. It counts for nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub workspace_id: String,
    pub person_id: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Pending,
    Approved,
    Denied,
}

/// Why a question can no longer be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Dead {
    #[error("the link is not one of ours")]
    Altered,
    #[error("the link was used before")]
    Used,
    #[error("the link has expired")]
    Expired,
}

impl Request {
    /// Whether it can still be answered. Used is said before expired: it is the more helpful of the two.
    pub fn open(self, now: Timestamp) -> Result<Self, Dead> {
        match self.state {
            State::Approved | State::Denied => Err(Dead::Used),
            State::Pending if now >= self.expires_at => Err(Dead::Expired),
            State::Pending => Ok(self),
        }
    }

    /// Whether somebody who signed in at that moment has to do so again.
    #[must_use]
    pub fn wants_newer_sign_in(&self, signed_in_at: Timestamp) -> bool {
        self.wishes.sign_in_anew && signed_in_at < self.created_at
    }

    /// The workspace that this person picked.
    #[must_use]
    pub fn chosen_by(&self, person_id: &str) -> Option<&str> {
        let chosen = self.chosen.as_ref().filter(|chosen| chosen.person_id == person_id);
        chosen.map(|chosen| chosen.workspace_id.as_str())
    }
}

impl State {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Denied => "denied",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a request is pending, approved or denied")]
pub struct UnknownState;

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, UnknownState> {
        [Self::Pending, Self::Approved, Self::Denied].into_iter().find(|state| state.name() == text).ok_or(UnknownState)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(state: State) -> Request {
        Request {
            id: SecretHash(String::from("hash")),
            app_id: String::from("app_1"),
            way_back: WayBack { redirect_uri: String::from("https://app.example/cb"), state: None },
            scopes: ScopeSet::default(),
            code_challenge: String::new(),
            wishes: Wishes::default(),
            chosen: Some(Chosen { workspace_id: String::from("ws_1"), person_id: String::from("usr_1") }),
            state,
            created_at: Timestamp(10),
            expires_at: Timestamp(1000),
        }
    }

    #[test]
    fn only_a_pending_question_that_is_young_enough_can_be_answered() {
        assert!(request(State::Pending).open(Timestamp(999)).is_ok());
        assert_eq!(request(State::Pending).open(Timestamp(1000)), Err(Dead::Expired));
        assert_eq!(request(State::Approved).open(Timestamp(1)), Err(Dead::Used));
        assert_eq!(request(State::Denied).open(Timestamp(1000)), Err(Dead::Used));
    }

    #[test]
    fn a_new_sign_in_is_one_that_came_after_the_question() {
        let asks =
            |sign_in_anew| Request { wishes: Wishes { sign_in_anew, ..Wishes::default() }, ..request(State::Pending) };
        assert!(!asks(false).wants_newer_sign_in(Timestamp(1)));
        assert!(asks(true).wants_newer_sign_in(Timestamp(9)));
        assert!(!asks(true).wants_newer_sign_in(Timestamp(10)));
    }

    #[test]
    fn what_one_person_picked_is_nothing_to_another() {
        assert_eq!(request(State::Pending).chosen_by("usr_1"), Some("ws_1"));
        assert_eq!(request(State::Pending).chosen_by("usr_2"), None);
    }
}
