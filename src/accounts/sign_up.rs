//! Making an account: by oneself, by invitation, or by the operator.

use anyhow::Context as _;
use serde_json::json;

use super::email::{Email, NotAnEmail};
use super::invitation::Standing;
use super::password::{self, PasswordRefusal};
use super::workspaces::found_workspace;
use super::{Person, store};
use crate::audit::{self, Actor, Entry, Who};
use crate::platform::Env;
use crate::platform::db::Tx;
use crate::platform::limits::{Limit, TooOften};
use crate::platform::secret::PlainSecret;

/// Names of people and workspaces: what fits a line.
const NAME_LENGTH_MAX: usize = 80;

/// New accounts from one address: an office may share it, a script shall not fill the table.
const BY_ADDRESS: Limit = Limit::new("sign-up by address", 30, 60);

/// What somebody typed who wants an account.
#[derive(Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct NewPerson {
    pub email: String,
    pub name: String,
    pub password: String,
    /// The first workspace. Who signs up by themselves gets one in any case, named after them when this is empty.
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
    /// `server.open_sign_up` is off.
    #[error("accounts are made by invitation only")]
    Closed,
    #[error("the invitation cannot be accepted any more, or was sent to another address")]
    NotInvited,
    #[error(transparent)]
    TooOften(#[from] TooOften),
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

/// Makes an account with one workspace that it owns, where the operator lets anyone do so.
pub async fn sign_up(env: &Env, who: &Who, new: NewPerson) -> Result<Person, SignUpError> {
    if !env.config.server.open_sign_up {
        return Err(SignUpRefusal::Closed.into());
    }
    env.limits.check(BY_ADDRESS, &who.address).map_err(SignUpRefusal::from)?;
    let workspace = tidy_name(&new.workspace).or_else(|| tidy_name(&new.name));
    make(env, who, new, workspace).await
}

/// Makes an account for the address that an invitation was sent to. It joins the workspace when it accepts, and has none
/// of its own.
pub async fn sign_up_invited(env: &Env, who: &Who, token: &PlainSecret, new: NewPerson) -> Result<Person, SignUpError> {
    env.limits.check(BY_ADDRESS, &who.address).map_err(SignUpRefusal::from)?;
    let email: Email = new.email.parse().map_err(SignUpRefusal::from)?;
    let invitation = store::invitation_by_token(&mut env.db.read().await?, &token.hash()).await?;
    let invited = invitation.is_some_and(|invitation| {
        invitation.standing(env.now()) == Standing::Open && invitation.email == email.as_str()
    });
    if !invited {
        return Err(SignUpRefusal::NotInvited.into());
    }
    make(env, who, new, None).await
}

/// Makes an account on the operator's word, with a workspace if one is named.
pub async fn add_person(env: &Env, who: &Who, new: NewPerson) -> Result<Person, SignUpError> {
    let workspace = tidy_name(&new.workspace);
    make(env, who, new, workspace).await
}

async fn make(env: &Env, who: &Who, new: NewPerson, workspace: Option<String>) -> Result<Person, SignUpError> {
    let email: Email = new.email.parse().map_err(SignUpRefusal::from)?;
    let name = tidy_name(&new.name).ok_or(SignUpRefusal::Name)?;
    password::acceptable(&new.password, email.as_str(), &name).map_err(SignUpRefusal::from)?;
    let password_hash = hash_off_thread(env, new.password).await?;
    let person = Person { id: env.id("usr"), email: email.to_string(), name };
    let (env, who) = (env.clone(), who.clone());
    env.clone()
        .db
        .write(move |tx| Box::pin(async move { save(tx, &env, &who, person, &password_hash, workspace).await }))
        .await
}

async fn save(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    person: Person,
    password_hash: &str,
    workspace: Option<String>,
) -> Result<Person, SignUpError> {
    if !store::insert_person(tx, &person, password_hash, env.now()).await? {
        return Err(SignUpRefusal::EmailTaken.into());
    }
    // Whoever makes their own account is a stranger until this moment.
    let actor = match &who.actor {
        Actor::Stranger => Actor::Person { id: person.id.clone(), name: person.name.clone() },
        known => known.clone(),
    };
    let who = &Who { actor, ..who.clone() };
    let entry = Entry {
        workspace_id: None,
        action: "person.created",
        target_kind: "person",
        target_id: person.id.clone(),
        detail: json!({ "name": person.name, "email": person.email }),
    };
    audit::record(tx, env, who, entry).await?;
    if let Some(name) = workspace {
        found_workspace(tx, env, who, &person, &name).await?;
    }
    Ok(person)
}

/// One line without blanks around it, or nothing.
pub(super) fn tidy_name(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = !name.is_empty() && name.chars().count() <= NAME_LENGTH_MAX && !name.contains(char::is_control);
    fits.then_some(name)
}

pub(super) async fn hash_off_thread(env: &Env, password: String) -> anyhow::Result<String> {
    let salt = env.random.bytes::<16>();
    env.computing.run(move || password::hash(&password, salt)).await.context("a password was not hashed")?
}
