//! A person's own account: their name and their password.

use serde_json::json;

use super::password::{self, PasswordRefusal};
use super::sessions::{end_all_but, fresh_token};
use super::sign_in::verify_off_thread;
use super::sign_up::{hash_off_thread, tidy_name};
use super::{Person, store};
use crate::audit::{self, Entry, Who};
use crate::platform::Env;
use crate::platform::db::Tx;
use crate::platform::limits::{Limit, TooOften};
use crate::platform::secret::PlainSecret;

/// Guesses at the current password by somebody who sits at an open session.
const GUESSES: Limit = Limit::new("password change by account", 5, 60);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccountRefusal {
    #[error("write your name, in at most 80 characters")]
    Name,
    #[error("the current password is wrong")]
    WrongPassword,
    #[error(transparent)]
    Password(#[from] PasswordRefusal),
    #[error(transparent)]
    TooOften(#[from] TooOften),
    /// Another browser changed the password or ended this session while this one asked.
    #[error("the password or this session was changed meanwhile; sign in again")]
    Overtaken,
    #[error("there is no account with this address")]
    NoAccount,
}

#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error(transparent)]
    Refused(#[from] AccountRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
    #[error(transparent)]
    Broken(#[from] anyhow::Error),
}

pub async fn change_name(env: &Env, who: &Who, person: &Person, name: &str) -> Result<(), AccountError> {
    let name = tidy_name(name).ok_or(AccountRefusal::Name)?;
    let (env, who, person) = (env.clone(), who.clone(), person.clone());
    env.clone()
        .db
        .write(move |tx| {
            Box::pin(async move {
                store::rename_person(tx, &person.id, &name).await?;
                let entry = entry("person.renamed", &person, json!({ "name": name, "before": person.name }));
                Ok(audit::record(tx, &env, &who, entry).await?)
            })
        })
        .await
}

/// Changes the password and signs every other browser of the person out. The session that asked goes on under the token
/// that comes back: whoever had a copy of the old one is out too.
pub async fn change_password(
    env: &Env,
    who: &Who,
    person: &Person,
    session_id: &str,
    current: String,
    new: String,
) -> Result<PlainSecret, AccountError> {
    env.limits.check(GUESSES, &person.id).map_err(AccountRefusal::from)?;
    let kept = store::password_of(&mut env.db.read().await?, &person.id).await?.ok_or(AccountRefusal::Overtaken)?;
    if !verify_off_thread(env, current, kept.clone()).await? {
        return Err(AccountRefusal::WrongPassword.into());
    }
    password::acceptable(&new, &person.email, &person.name).map_err(AccountRefusal::from)?;
    let hash = hash_off_thread(env, new).await?;
    let token = fresh_token(env);
    let (env, who, person, session_id, token_hash) =
        (env.clone(), who.clone(), person.clone(), session_id.to_owned(), token.hash());
    env.clone()
        .db
        .write(move |tx| {
            Box::pin(async move {
                let changed = store::replace_password(tx, &person.id, &kept, &hash).await?
                    && store::replace_token(tx, &session_id, &token_hash).await?;
                if !changed {
                    return Err(AccountError::from(AccountRefusal::Overtaken));
                }
                audit::record(tx, &env, &who, entry("password.changed", &person, json!({}))).await?;
                Ok(end_all_but(tx, &env, &who, &person.id, &session_id).await?)
            })
        })
        .await?;
    Ok(token)
}

/// Gives an account a new password on the operator's word, and signs every browser of its person out.
pub async fn reset_password(env: &Env, who: &Who, email: &str, new: String) -> Result<Person, AccountError> {
    let email = email.trim().to_lowercase();
    let known = store::person_with_password(&mut env.db.read().await?, &email).await?;
    let (person, kept) = known.ok_or(AccountRefusal::NoAccount)?;
    password::acceptable(&new, &person.email, &person.name).map_err(AccountRefusal::from)?;
    let hash = hash_off_thread(env, new).await?;
    let (env, who) = (env.clone(), who.clone());
    env.clone()
        .db
        .write(move |tx| Box::pin(async move { save_reset(tx, &env, &who, person, &kept, &hash).await }))
        .await
}

async fn save_reset(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    person: Person,
    kept: &str,
    hash: &str,
) -> Result<Person, AccountError> {
    if !store::replace_password(tx, &person.id, kept, hash).await? {
        return Err(AccountRefusal::Overtaken.into());
    }
    audit::record(tx, env, who, entry("password.reset", &person, json!({ "email": person.email }))).await?;
    end_all_but(tx, env, who, &person.id, "").await?;
    Ok(person)
}

fn entry(action: &'static str, person: &Person, detail: serde_json::Value) -> Entry {
    Entry { workspace_id: None, action, target_kind: "person", target_id: person.id.clone(), detail }
}
