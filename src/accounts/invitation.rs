//! Invitations to a workspace.

use std::str::FromStr;

use super::Role;
use crate::platform::Timestamp;

/// What was done about an invitation. Its expiry is no state: it passes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    Accepted,
    Withdrawn,
}

impl State {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Withdrawn => "withdrawn",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an invitation is open, accepted or withdrawn")]
pub struct UnknownState;

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, UnknownState> {
        [Self::Open, Self::Accepted, Self::Withdrawn].into_iter().find(|state| state.name() == text).ok_or(UnknownState)
    }
}

/// A question to one address: will you work in this workspace?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub id: String,
    pub workspace_id: String,
    pub workspace_name: String,
    /// In lower case, as accounts have it.
    pub email: String,
    pub role: Role,
    /// The id and the name of the member who asked.
    pub invited_by: String,
    pub inviter_name: String,
    pub state: State,
    pub expires_at: Timestamp,
}

/// What an invitation is worth at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Open,
    Accepted,
    Withdrawn,
    Expired,
}

impl Invitation {
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        match self.state {
            State::Accepted => Standing::Accepted,
            _ if self.expires_at <= now => Standing::Expired,
            State::Withdrawn => Standing::Withdrawn,
            State::Open => Standing::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_worth_something_while_it_is_open_and_young() {
        let standing = |state, now| {
            let invitation = Invitation {
                id: String::from("inv_1"),
                workspace_id: String::from("ws_1"),
                workspace_name: String::from("Bakery"),
                email: String::from("sam@example.com"),
                role: Role::Viewer,
                invited_by: String::from("usr_1"),
                inviter_name: String::from("Ann"),
                state,
                expires_at: Timestamp(100),
            };
            invitation.standing(Timestamp(now))
        };
        assert_eq!(standing(State::Open, 99), Standing::Open);
        assert_eq!(standing(State::Open, 100), Standing::Expired);
        assert_eq!(standing(State::Withdrawn, 99), Standing::Withdrawn);
        assert_eq!(standing(State::Withdrawn, 100), Standing::Expired);
        assert_eq!(standing(State::Accepted, 100), Standing::Accepted);
    }

    #[test]
    fn a_state_reads_back_what_it_wrote() {
        for state in [State::Open, State::Accepted, State::Withdrawn] {
            assert_eq!(state.name().parse(), Ok(state));
        }
        assert_eq!("expired".parse::<State>(), Err(UnknownState));
    }
}
