//! People and workspaces as the other rooms know them.

use super::Role;

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Person {
    pub id: String,
    pub email: String,
    pub name: String,
}

/// A customer's tenant.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Workspace {
    pub id: String,
    pub name: String,
    /// `active` or `suspended`.
    pub state: String,
}

/// A person's place in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub workspace: Workspace,
    pub role: Role,
}
