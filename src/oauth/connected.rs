//! Apps that are, or were, connected to a workspace.

use std::cmp::Reverse;

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
    /// Calls in the last 30 days.
    pub calls: i64,
    pub expires_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
}

/// A number that a grant covers: name and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedNumber {
    pub name: String,
    pub phone: String,
}

/// A grant as whoever approved it sees it among those of every workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovedApp {
    pub grant_id: String,
    pub workspace_id: String,
    pub workspace_name: String,
    pub app_name: String,
    pub publisher: String,
    pub logo_url: Option<String>,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

/// Somebody should ask whether access is still needed that nobody has used for this long: 60 days.
const IDLE_S: i64 = 60 * 86_400;

/// How a connection stands at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectedState {
    Connected,
    /// Connected, and nobody has used it for long.
    Idle,
    /// The time for which it was approved is over.
    Expired,
    /// It ended by itself because nobody used it.
    Unused,
    /// The operator stopped the app everywhere.
    Suspended,
    /// The person who approved it is no longer in the workspace: it waits for another approval.
    Orphaned,
    Disconnected,
}

/// What an active grant's worth depends on.
pub struct Surroundings {
    /// Its last approval or use.
    pub idle_since: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub app_active: bool,
    pub approver_is_member: bool,
}

impl ConnectedState {
    /// `kept` is the state in the grant's row. A grant whose time is over has expired before its row says so.
    #[must_use]
    pub fn of(kept: &str, around: &Surroundings, now: Timestamp) -> Self {
        match kept {
            "expired" => Self::Expired,
            "unused" => Self::Unused,
            "active" if !around.app_active => Self::Suspended,
            "active" if around.expires_at.is_some_and(|end| end <= now) => Self::Expired,
            "active" if !around.approver_is_member => Self::Orphaned,
            "active" if now >= around.idle_since.plus_s(IDLE_S) => Self::Idle,
            "active" => Self::Connected,
            _ => Self::Disconnected,
        }
    }

    /// The key of its word in the language files.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Connected => "connected-state-connected",
            Self::Idle => "connected-state-idle",
            Self::Expired => "connected-state-expired",
            Self::Unused => "connected-state-unused",
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
            Self::Idle | Self::Expired | Self::Unused | Self::Orphaned => "warn",
            Self::Suspended => "bad",
            Self::Disconnected => "",
        }
    }

    /// Whether somebody should look at it.
    #[must_use]
    pub const fn needs_attention(self) -> bool {
        matches!(self, Self::Idle | Self::Expired | Self::Unused | Self::Suspended | Self::Orphaned)
    }
}

/// Which apps of a list; an empty text is no condition, and so is one that means nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The key of a group of permissions.
    pub group: String,
    /// `reviewed` or `not-reviewed`.
    pub review: String,
    /// The name of the person who approved it.
    pub person: String,
}

impl Filter {
    #[must_use]
    pub fn admits(&self, app: &ConnectedApp) -> bool {
        let group = GROUPS.iter().find(|group| group.key == self.group);
        let touches = group.is_none_or(|group| group.scopes.iter().any(|scope| app.scopes.contains(*scope)));
        let reviewed = match self.review.as_str() {
            "reviewed" => app.reviewed,
            "not-reviewed" => !app.reviewed,
            _ => true,
        };
        touches && reviewed && (self.person.is_empty() || self.person == app.approved_by)
    }
}

/// In which order. Among equals the newest stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// What somebody should look at.
    Attention,
    /// What was used last; what never was comes last.
    LastUsed,
}

impl Order {
    /// `apps` come newest first.
    pub fn sort(self, apps: &mut [ConnectedApp]) {
        match self {
            Self::Attention => apps.sort_by_key(|app| !app.state.needs_attention()),
            Self::LastUsed => apps.sort_by_key(|app| Reverse(app.last_used_at)),
        }
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
        let fine = || Surroundings { idle_since: now, expires_at: None, app_active: true, approver_is_member: true };
        let active = |around: &Surroundings| ConnectedState::of("active", around, now);
        assert_eq!(active(&fine()), ConnectedState::Connected);
        let idle = Surroundings { idle_since: now.plus_s(-IDLE_S), ..fine() };
        assert_eq!(active(&idle), ConnectedState::Idle);
        let lately = Surroundings { idle_since: now.plus_s(1 - IDLE_S), ..fine() };
        assert_eq!(active(&lately), ConnectedState::Connected);
        let late = Surroundings { expires_at: Some(now), ..fine() };
        assert_eq!(active(&late), ConnectedState::Expired);
        let stopped = Surroundings { app_active: false, ..late };
        assert_eq!(active(&stopped), ConnectedState::Suspended);
        assert_eq!(active(&Surroundings { approver_is_member: false, ..fine() }), ConnectedState::Orphaned);
        assert_eq!(ConnectedState::of("disconnected", &stopped, now), ConnectedState::Disconnected);
        assert_eq!(ConnectedState::of("unused", &stopped, now), ConnectedState::Unused);
    }
}
