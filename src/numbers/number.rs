//! A number as the other rooms know it, and the states of its link.

use std::str::FromStr;

use grantline_whatsapp::{Halt, SendFailure, UnlinkReason};

use super::phone::Phone;
use crate::platform::Timestamp;

/// A WhatsApp account that belongs to a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    pub id: String,
    pub workspace_id: String,
    /// Digits with country code.
    pub phone: String,
    pub name: String,
    /// How it reaches WhatsApp: `sandbox`, `live` or `cloud`.
    pub connector: String,
    pub state: NumberState,
    /// Why it needs attention, or why it is no longer linked, as a word of ours.
    pub reason: Option<String>,
    /// The name under which the phone lists us; empty before the first link.
    pub device_name: String,
    /// As the account calls itself; empty before that is known.
    pub profile_name: String,
    pub linked_at: Option<Timestamp>,
    pub changed_at: Timestamp,
}

impl Number {
    /// For programs (E.164): `+447700900123`.
    #[must_use]
    pub fn e164(&self) -> String {
        format!("+{}", self.phone)
    }

    /// Its name once the account calls itself so. One that a member chose stays; the account's own is better than digits.
    #[must_use]
    pub fn name_after(&self, profile_name: &str) -> String {
        let follows = self.name == self.international() || self.name == self.profile_name;
        if follows && !profile_name.is_empty() { profile_name.to_owned() } else { self.name.clone() }
    }

    /// For reading: `+44 7700 900123`.
    #[must_use]
    pub fn international(&self) -> String {
        Phone::of_digits(&self.phone).international()
    }
}

/// ```text
/// not_linked --linked--> linked <--connected/lost--> starting
///      ^                   |--unlinked on the phone, replaced--> needs_attention(reason) --linked--> linked
///      |                   \--blocked by WhatsApp--> blocked
///      \--unlinked here, or linked by another workspace-- any of them
/// ```
/// A link attempt under way is no state of the number: it has a state of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberState {
    NotLinked,
    Starting,
    Linked,
    NeedsAttention,
    Blocked,
}

/// What can happen to a number's link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Linked,
    Connected,
    /// The connection is lost, or not there yet; the connector is at it.
    Reconnecting,
    /// WhatsApp does not let us in for now; the connector tries again, seldom.
    Halted(Halt),
    /// The link is over, and not by us.
    Ended(UnlinkReason),
    /// A member ended the link from here.
    LoggedOutHere,
    /// The phone was linked by another workspace after this link had ended on the phone.
    LinkedElsewhere,
    /// What a link must be found again with could not be read.
    Unreadable,
}

impl NumberState {
    pub const ALL: [Self; 5] = [Self::NotLinked, Self::Starting, Self::Linked, Self::NeedsAttention, Self::Blocked];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotLinked => "not_linked",
            Self::Starting => "starting",
            Self::Linked => "linked",
            Self::NeedsAttention => "needs_attention",
            Self::Blocked => "blocked",
        }
    }

    /// Whether the phone lists us as a linked device, as far as we know.
    #[must_use]
    pub const fn is_linked(self) -> bool {
        matches!(self, Self::Starting | Self::Linked)
    }

    /// Why a call through the number's session came to nothing. A linked number without a session is on its way back.
    #[must_use]
    pub const fn explains(self, failure: SendFailure) -> SendFailure {
        match failure {
            SendFailure::NotLinked if self.is_linked() => SendFailure::Network,
            failure => failure,
        }
    }

    /// The state and the reason after a turn; nothing when the turn does not concern this state (a word about a connection
    /// that came after the link had ended).
    #[must_use]
    pub const fn after(self, turn: Turn) -> Option<(Self, Option<&'static str>)> {
        match (self, turn) {
            (_, Turn::Linked) | (Self::Starting, Turn::Connected) => Some((Self::Linked, None)),
            (Self::Linked, Turn::Reconnecting) => Some((Self::Starting, None)),
            (Self::Linked | Self::Starting, Turn::Halted(halt)) => Some((
                Self::Starting,
                Some(match halt {
                    Halt::Banned => "banned",
                    Halt::Outdated => "outdated",
                    Halt::Refused => "refused",
                }),
            )),
            (Self::Linked | Self::Starting, Turn::Ended(UnlinkReason::UnlinkedOnPhone)) => {
                Some((Self::NeedsAttention, Some("unlinked_on_phone")))
            }
            (Self::Linked | Self::Starting, Turn::Ended(UnlinkReason::ReplacedElsewhere)) => {
                Some((Self::NeedsAttention, Some("replaced_elsewhere")))
            }
            (Self::Linked | Self::Starting, Turn::Ended(UnlinkReason::Blocked)) => Some((Self::Blocked, None)),
            (Self::Linked | Self::Starting, Turn::Unreadable) => Some((Self::NeedsAttention, Some("unreadable"))),
            (Self::Linked | Self::Starting | Self::NeedsAttention | Self::Blocked, Turn::LoggedOutHere) => {
                Some((Self::NotLinked, Some("logged_out_here")))
            }
            (Self::NeedsAttention, Turn::LinkedElsewhere) => Some((Self::NotLinked, Some("linked_elsewhere"))),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no state of a number")]
pub struct UnknownState(String);

impl FromStr for NumberState {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, UnknownState> {
        Self::ALL.into_iter().find(|state| state.name() == text).ok_or_else(|| UnknownState(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_reads_back_its_name() {
        for state in NumberState::ALL {
            assert_eq!(state.name().parse(), Ok(state));
        }
    }

    #[test]
    fn news_about_a_link_that_is_over_change_nothing() {
        for state in [NumberState::NotLinked, NumberState::NeedsAttention, NumberState::Blocked] {
            for turn in [Turn::Connected, Turn::Reconnecting, Turn::Ended(UnlinkReason::UnlinkedOnPhone)] {
                assert_eq!(state.after(turn), None, "{state:?} {turn:?}");
            }
        }
    }

    #[test]
    fn a_lost_connection_comes_back_without_a_word_to_anyone() {
        let lost = NumberState::Linked.after(Turn::Reconnecting);
        assert_eq!(lost, Some((NumberState::Starting, None)));
        assert_eq!(NumberState::Starting.after(Turn::Connected), Some((NumberState::Linked, None)));
    }
}
