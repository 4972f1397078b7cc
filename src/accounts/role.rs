//! What a member may do, by role.

use std::fmt;
use std::str::FromStr;

/// A person's role in a workspace, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Owner,
    Admin,
    Editor,
    Viewer,
}

/// One thing that a member may do. To manage is to view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    ViewApps,
    ManageApps,
    ViewNumbers,
    ManageNumbers,
    SendMessages,
    ViewMessages,
    ViewTemplates,
    ManageTemplates,
    ViewContacts,
    ManageContacts,
    ViewMembers,
    ManageMembers,
    ViewAudit,
    ManageWorkspace,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Editor, Self::Viewer];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Editor => "editor",
            Self::Viewer => "viewer",
        }
    }

    /// Its name in the language files.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Owner => "role-owner",
            Self::Admin => "role-admin",
            Self::Editor => "role-editor",
            Self::Viewer => "role-viewer",
        }
    }

    #[must_use]
    pub const fn may(self, right: Right) -> bool {
        match right {
            Right::ViewApps | Right::ViewNumbers | Right::ViewMessages | Right::ViewTemplates | Right::ViewMembers => {
                true
            }
            Right::ViewContacts | Right::ManageContacts | Right::SendMessages | Right::ManageTemplates => {
                matches!(self, Self::Owner | Self::Admin | Self::Editor)
            }
            Right::ManageApps | Right::ManageNumbers | Right::ManageMembers | Right::ViewAudit => {
                matches!(self, Self::Owner | Self::Admin)
            }
            Right::ManageWorkspace => matches!(self, Self::Owner),
        }
    }

    /// Whether a member of this role may give, change or take away `other`: nobody touches a role above their own.
    #[must_use]
    pub fn may_assign(self, other: Self) -> bool {
        self.may(Right::ManageMembers) && self <= other
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a role is owner, admin, editor or viewer")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.name() == text).ok_or(UnknownRole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_assigns_a_role_above_their_own() {
        assert!(Role::Owner.may_assign(Role::Owner));
        assert!(Role::Admin.may_assign(Role::Admin));
        assert!(!Role::Admin.may_assign(Role::Owner));
        assert!(!Role::Editor.may_assign(Role::Viewer));
    }
}
