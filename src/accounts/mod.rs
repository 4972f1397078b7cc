//! People: who they are, how they sign in, the workspaces they own and what they may do there.

mod account;
mod device;
mod email;
mod invitation;
mod invitations;
mod jobs;
mod members;
mod pages;
mod password;
mod person;
mod role;
mod sessions;
mod sign_in;
mod sign_up;
mod store;
mod workspaces;

use async_trait::async_trait;

use crate::platform::db::Tx;
use crate::platform::{Env, Timestamp};

pub use account::{AccountError, AccountRefusal, change_name, change_password, reset_password};
pub use email::Email;
pub use invitation::{Invitation, Standing};
pub use invitations::{
    AcceptError, AcceptRefusal, InviteError, InviteRefusal, accept_invitation, find_invitation, invite,
    open_invitations, withdraw_invitation,
};
pub use jobs::jobs;
pub use members::{MemberError, MemberRefusal, change_role, member, members, remove_member};
pub use pages::{InWorkspace, SignedIn, Visitor, routes};
pub use person::{Member, Membership, Person, Workspace};
pub use role::{ChangeRefusal, Right, Role};
pub use sessions::{BrowserSession, end_other_sessions, end_session, end_session_of, open_session, sessions};
pub use sign_in::{SignInError, SignInRefusal, sign_in};
pub use sign_up::{NewPerson, SignUpError, SignUpRefusal, add_person, sign_up, sign_up_invited};
pub use workspaces::{
    SuspendError, WorkspaceError, WorkspaceRefusal, create_workspace, rename_workspace, set_workspace_active,
};

/// Every workspace of a person with their role in it, oldest first.
pub async fn memberships(env: &Env, person_id: &str) -> sqlx::Result<Vec<Membership>> {
    store::memberships(&mut env.db.read().await?, person_id).await
}

/// A person's place in one workspace at this moment.
pub async fn membership(env: &Env, person_id: &str, workspace_id: &str) -> sqlx::Result<Option<Membership>> {
    store::membership(&mut env.db.read().await?, person_id, workspace_id).await
}

/// A person's place in one workspace, which stays as it is until this unit of work ends: what is decided by it is not
/// overtaken by a removal.
pub async fn hold_membership(tx: &mut Tx, person_id: &str, workspace_id: &str) -> sqlx::Result<Option<Membership>> {
    store::hold_membership(tx, person_id, workspace_id).await
}

pub async fn person(env: &Env, id: &str) -> sqlx::Result<Option<Person>> {
    store::person(&mut env.db.read().await?, id).await
}

/// The same as [`person()`], inside a unit of work.
pub async fn person_within(tx: &mut Tx, id: &str) -> sqlx::Result<Option<Person>> {
    store::person(tx, id).await
}

/// People in the order of their addresses, from the one after `email` on; for lists that are read page by page.
pub async fn people_after(env: &Env, email: &str, limit: i64) -> sqlx::Result<Vec<Person>> {
    store::people_after(&mut env.db.read().await?, email, limit).await
}

/// Workspaces in the order of their ids, from the one after `id` on; for lists that are read page by page.
pub async fn workspaces_after(env: &Env, id: &str, limit: i64) -> sqlx::Result<Vec<Workspace>> {
    store::workspaces_after(&mut env.db.read().await?, id, limit).await
}

/// Whether the workspace is there and not suspended.
pub async fn workspace_is_active(env: &Env, id: &str) -> sqlx::Result<bool> {
    let found = store::workspace(&mut env.db.read().await?, id).await?;
    Ok(found.is_some_and(|workspace| workspace.is_active()))
}

/// The owners of a workspace, in the order in which they came; for mails that they should get.
pub async fn owners(env: &Env, workspace_id: &str) -> sqlx::Result<Vec<Person>> {
    store::owners(&mut env.db.read().await?, workspace_id).await
}

/// The same as [`memberships`], inside a unit of work.
pub async fn memberships_within(tx: &mut Tx, person_id: &str) -> sqlx::Result<Vec<Membership>> {
    store::memberships(tx, person_id).await
}

/// The owners of a workspace, for what they must be told.
pub async fn owners_within(tx: &mut Tx, workspace_id: &str) -> sqlx::Result<Vec<Person>> {
    store::owners(tx, workspace_id).await
}

/// Whoever has an account with this address, in any spelling.
pub async fn person_by_email(env: &Env, email: &str) -> sqlx::Result<Option<Person>> {
    let Ok(email) = email.parse::<Email>() else { return Ok(None) };
    let found = store::person_with_password(&mut env.db.read().await?, email.as_str()).await?;
    Ok(found.map(|(person, _)| person))
}

/// What somebody was on the way to when they were asked to sign in. `oauth` knows; the sign-in page only shows it.
#[async_trait]
pub trait Destination: Send + Sync + 'static {
    /// What is pending under this handle, as long as it can be answered.
    async fn waiting(&self, request: &str) -> Option<Waiting>;
}

/// An app's request that waits for somebody to sign in.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub app_name: String,
    /// Whether the operator vouched for the app.
    pub reviewed: bool,
    /// Only a sign-in from this moment on will do.
    pub sign_in_after: Option<Timestamp>,
    /// The e-mail address that the app expects.
    pub login_hint: Option<String>,
}
