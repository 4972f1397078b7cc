//! Apps that are, or were, connected to a workspace.

use crate::access::{GROUPS, Group, ScopeSet};
use crate::platform::Timestamp;

/// A grant as the Apps pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectedApp {
    pub grant_id: String,
    pub app_id: String,
    pub app_name: String,
    pub publisher: String,
    pub logo_url: Option<String>,
    pub homepage_url: String,
    pub privacy_url: String,
    pub terms_url: String,
    pub reviewed: bool,
    pub state: ConnectedState,
    pub scopes: ScopeSet,
    /// `None` for all numbers, including ones linked later.
    pub numbers: Option<Vec<GrantedNumber>>,
    pub approved_by: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
}

/// A number that a grant covers: name and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedNumber {
    pub name: String,
    pub phone: String,
}

/// How a connection stands at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectedState {
    Connected,
    /// The time for which it was approved is over.
    Expired,
    /// The operator stopped the app everywhere.
    Suspended,
    /// The person who approved it is no longer in the workspace: it waits for another approval.
    Orphaned,
    Disconnected,
}

/// What decides the state.
pub struct Standing {
    pub active: bool,
    pub expires_at: Option<Timestamp>,
    pub app_active: bool,
    pub approver_is_member: bool,
}

impl ConnectedState {
    #[must_use]
    pub fn of(standing: &Standing, now: Timestamp) -> Self {
        if !standing.active {
            Self::Disconnected
        } else if !standing.app_active {
            Self::Suspended
        } else if standing.expires_at.is_some_and(|end| end <= now) {
            Self::Expired
        } else if !standing.approver_is_member {
            Self::Orphaned
        } else {
            Self::Connected
        }
    }

    /// The key of its word in the language files.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Connected => "connected-state-connected",
            Self::Expired => "connected-state-expired",
            Self::Suspended => "connected-state-suspended",
            Self::Orphaned => "connected-state-orphaned",
            Self::Disconnected => "connected-state-disconnected",
        }
    }

    /// The badge's class: the colour only repeats what the word says.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Connected => "good",
            Self::Expired | Self::Orphaned => "warn",
            Self::Suspended => "bad",
            Self::Disconnected => "",
        }
    }

    /// Whether somebody should look at it.
    #[must_use]
    pub const fn needs_attention(self) -> bool {
        matches!(self, Self::Expired | Self::Suspended | Self::Orphaned)
    }
}

impl ConnectedApp {
    /// The groups of the consent page that its scopes touch, for a short summary.
    #[must_use]
    pub fn groups(&self) -> Vec<&'static Group> {
        GROUPS.iter().filter(|group| group.scopes.iter().any(|scope| self.scopes.contains(*scope))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_tells_the_first_thing_that_is_wrong() {
        let now = Timestamp(1000);
        let fine = || Standing { active: true, expires_at: None, app_active: true, approver_is_member: true };
        assert_eq!(ConnectedState::of(&fine(), now), ConnectedState::Connected);
        let late = Standing { expires_at: Some(now), ..fine() };
        assert_eq!(ConnectedState::of(&late, now), ConnectedState::Expired);
        let stopped = Standing { app_active: false, ..late };
        assert_eq!(ConnectedState::of(&stopped, now), ConnectedState::Suspended);
        let orphaned = Standing { approver_is_member: false, ..fine() };
        assert_eq!(ConnectedState::of(&orphaned, now), ConnectedState::Orphaned);
        let ended = Standing { active: false, ..stopped };
        assert_eq!(ConnectedState::of(&ended, now), ConnectedState::Disconnected);
    }
}
