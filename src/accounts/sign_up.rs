//! Making an account.

use serde_json::json;

use super::email::{Email, NotAnEmail};
use super::password::{self, PasswordRefusal};
use super::{Person, Role, store};
use crate::audit::{self, Entry, Who};
use crate::platform::Env;
use crate::platform::db::Tx;

/// Names of people and workspaces: what fits a line.
const NAME_LENGTH_MAX: usize = 80;

/// What somebody typed who wants an account.
#[derive(Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct NewPerson {
    pub email: String,
    pub name: String,
    pub password: String,
    /// The first workspace; named after the person when empty.
    pub workspace: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignUpRefusal {
    #[error(transparent)]
    Email(#[from] NotAnEmail),
    #[error("write your name, in at most 80 characters")]
    Name,
    #[error(transparent)]
    Password(#[from] PasswordRefusal),
    #[error("there is already an account with this address; sign in instead")]
    EmailTaken,
}

#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    #[error(transparent)]
    Refused(#[from] SignUpRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
    #[error(transparent)]
    Broken(#[from] anyhow::Error),
}

/// Makes an account with one workspace that it owns.
pub async fn sign_up(env: &Env, who: &Who, new: NewPerson) -> Result<Person, SignUpError> {
    let email: Email = new.email.parse().map_err(SignUpRefusal::from)?;
    let name = tidy_name(&new.name).ok_or(SignUpRefusal::Name)?;
    password::acceptable(&new.password, email.as_str(), &name).map_err(SignUpRefusal::from)?;
    let password_hash = hash_off_thread(env, new.password).await?;
    let workspace = tidy_name(&new.workspace).unwrap_or_else(|| name.clone());
    let person = Person { id: env.id("usr"), email: email.to_string(), name };
    let (env, who) = (env.clone(), who.clone());
    env.clone()
        .db
        .write(move |tx| Box::pin(async move { save(tx, &env, &who, person, &password_hash, &workspace).await }))
        .await
}

async fn save(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    person: Person,
    password_hash: &str,
    workspace: &str,
) -> Result<Person, SignUpError> {
    let now = env.now();
    if !store::insert_person(tx, &person, password_hash, now).await? {
        return Err(SignUpRefusal::EmailTaken.into());
    }
    let workspace_id = env.id("ws");
    store::insert_workspace(tx, &workspace_id, workspace, &person.id, now).await?;
    store::insert_member(tx, &workspace_id, &person.id, Role::Owner, now).await?;
    let entry = Entry {
        workspace_id: Some(workspace_id.clone()),
        action: "workspace.created",
        target_kind: "workspace",
        target_id: workspace_id,
        detail: json!({ "name": workspace, "owner": person.email }),
    };
    audit::record(tx, env, who, entry).await?;
    Ok(person)
}

/// One line without blanks around it, or nothing.
pub(super) fn tidy_name(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = !name.is_empty() && name.chars().count() <= NAME_LENGTH_MAX && !name.contains(char::is_control);
    fits.then_some(name)
}

pub(super) async fn hash_off_thread(env: &Env, password: String) -> anyhow::Result<String> {
    let random = std::sync::Arc::clone(&env.random);
    tokio::task::spawn_blocking(move || password::hash(&password, &*random)).await?
}
