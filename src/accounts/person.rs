//! People and workspaces as the other rooms know them.

use super::Role;
use crate::platform::Timestamp;

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    pub email: String,
    pub name: String,
}

/// A customer's tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    pub id: String,
    pub name: String,
    /// `active` or `suspended`.
    pub state: String,
}

impl Workspace {
    /// A suspended workspace can be looked at; nothing is done for it.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state == "active"
    }
}

/// A person's place in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub workspace: Workspace,
    pub role: Role,
}

/// A member as the workspace's list shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub person: Person,
    pub role: Role,
    /// `None` when they have no session left.
    pub last_seen_at: Option<Timestamp>,
}
