//! People: who they are, how they sign in, the workspaces they own and what they may do there.

mod email;
mod pages;
mod password;
mod person;
mod role;
mod sign_in;
mod sign_up;
mod store;
mod visitor;

use async_trait::async_trait;

use crate::platform::Env;
use crate::platform::db::Tx;

pub use email::Email;
pub use pages::routes;
pub use person::{Membership, Person, Workspace};
pub use role::{Right, Role};
pub use sign_in::{end_session, sign_in};
pub use sign_up::{NewPerson, SignUpError, SignUpRefusal, sign_up};
pub use visitor::{InWorkspace, SignedIn, Visitor};

/// Every workspace of a person with their role in it, oldest first.
pub async fn memberships(env: &Env, person_id: &str) -> sqlx::Result<Vec<Membership>> {
    store::memberships(&mut env.db.read().await?, person_id).await
}

/// The name of a workspace.
pub async fn workspace_name(env: &Env, workspace_id: &str) -> sqlx::Result<String> {
    store::workspace_name(&mut env.db.read().await?, workspace_id).await
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

/// The people who own a workspace, for mails that concern all of it.
pub async fn owners(env: &Env, workspace_id: &str) -> sqlx::Result<Vec<Person>> {
    store::owners(&mut env.db.read().await?, workspace_id).await
}

/// What somebody was on the way to when they were asked to sign in. `oauth` knows; the sign-in page only shows it.
#[async_trait]
pub trait Destination: Send + Sync + 'static {
    /// The name of the app whose request is pending under this handle.
    async fn app_name(&self, request: &str) -> Option<String>;
}
