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

    /// The roles that a member of this role may give, strongest first.
    pub fn assignable(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |role| self.may_assign(*role))
    }
}

/// A change to a membership that somebody wants to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The role of whoever makes it.
    pub by: Role,
    /// Whether it is their own membership.
    pub own: bool,
    pub from: Role,
    /// `None` ends the membership.
    pub to: Option<Role>,
    /// How many owners the workspace has before it.
    pub owners: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefusal {
    #[error("your role does not include this")]
    NotAllowed,
    #[error("a workspace keeps at least one owner")]
    LastOwner,
}

impl Change {
    /// Everybody may step down or leave; others are changed by those whose role includes theirs. One owner stays.
    pub fn check(self) -> Result<(), ChangeRefusal> {
        let steps_down = self.own && self.to.is_none_or(|to| self.from <= to);
        let manages = self.by.may_assign(self.from) && self.to.is_none_or(|to| self.by.may_assign(to));
        if !steps_down && !manages {
            return Err(ChangeRefusal::NotAllowed);
        }
        if self.from == Role::Owner && self.to != Some(Role::Owner) && self.owners <= 1 {
            return Err(ChangeRefusal::LastOwner);
        }
        Ok(())
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
        assert_eq!(Role::Admin.assignable().collect::<Vec<_>>(), [Role::Admin, Role::Editor, Role::Viewer]);
        assert_eq!(Role::Viewer.assignable().count(), 0);
    }

    fn change(by: Role, own: bool, from: Role, to: Option<Role>, owners: i64) -> Result<(), ChangeRefusal> {
        Change { by, own, from, to, owners }.check()
    }

    #[test]
    fn an_admin_touches_no_owner_and_makes_none() {
        assert_eq!(change(Role::Admin, false, Role::Viewer, Some(Role::Admin), 1), Ok(()));
        assert_eq!(change(Role::Admin, false, Role::Owner, None, 2), Err(ChangeRefusal::NotAllowed));
        assert_eq!(change(Role::Admin, false, Role::Viewer, Some(Role::Owner), 1), Err(ChangeRefusal::NotAllowed));
        assert_eq!(change(Role::Admin, true, Role::Admin, Some(Role::Owner), 1), Err(ChangeRefusal::NotAllowed));
    }

    #[test]
    fn everybody_may_step_down_or_leave_but_the_last_owner() {
        assert_eq!(change(Role::Editor, true, Role::Editor, Some(Role::Viewer), 1), Ok(()));
        assert_eq!(change(Role::Viewer, true, Role::Viewer, None, 1), Ok(()));
        assert_eq!(change(Role::Viewer, true, Role::Viewer, Some(Role::Editor), 1), Err(ChangeRefusal::NotAllowed));
        assert_eq!(change(Role::Owner, true, Role::Owner, None, 2), Ok(()));
        assert_eq!(change(Role::Owner, true, Role::Owner, None, 1), Err(ChangeRefusal::LastOwner));
        assert_eq!(change(Role::Owner, true, Role::Owner, Some(Role::Admin), 1), Err(ChangeRefusal::LastOwner));
    }
}
