//! Signing in and out.

use serde_json::json;

use super::password;
use super::{Person, store};
use crate::audit::{self, Actor, Entry, Who};
use crate::platform::Env;
use crate::platform::db::Tx;
use crate::platform::limits::{Limit, TooOften};
use crate::platform::secret::PlainSecret;

/// Guesses at one account, from wherever they come.
const BY_ACCOUNT: Limit = Limit { action: "sign-in by account", burst: 8, refill_s: 60 };
/// Guesses from one address, at whichever account: a few people may share it.
const BY_ADDRESS: Limit = Limit { action: "sign-in by address", burst: 30, refill_s: 10 };

pub const TOKEN_PREFIX: &str = "gl_ss_";

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInRefusal {
    /// One text for an unknown address and for a wrong password: nobody learns who has an account.
    #[error("the e-mail address or the password is wrong")]
    Wrong,
    #[error(transparent)]
    TooOften(#[from] TooOften),
}

#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    #[error(transparent)]
    Refused(#[from] SignInRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
    #[error(transparent)]
    Broken(#[from] anyhow::Error),
}

/// Checks the password and opens a new browser session: the token for its cookie.
pub async fn sign_in(
    env: &Env,
    who: &Who,
    email: &str,
    password: String,
    user_agent: &str,
) -> Result<(Person, PlainSecret), SignInError> {
    let email = email.trim().to_lowercase();
    env.limits.check(BY_ADDRESS, &who.address).map_err(SignInRefusal::from)?;
    env.limits.check(BY_ACCOUNT, &email).map_err(SignInRefusal::from)?;
    let known = store::person_with_password(&mut env.db.read().await?, &email).await?;
    let (person, kept) = known.map_or((None, String::from(password::NOBODY)), |(person, kept)| (Some(person), kept));
    let right =
        tokio::task::spawn_blocking(move || password::verify(&password, &kept)).await.map_err(anyhow::Error::from)?;
    match person {
        Some(person) if right => {
            let token = open_session(env, who, &person, user_agent).await?;
            Ok((person, token))
        }
        _ => {
            record_failure(env, who, &email).await?;
            Err(SignInRefusal::Wrong.into())
        }
    }
}

/// A new session for somebody who has just proved who they are. The session from before, if any, is not reused: a token
/// that somebody planted in the browser signs nobody in.
pub async fn open_session(env: &Env, who: &Who, person: &Person, user_agent: &str) -> Result<PlainSecret, sqlx::Error> {
    let token = PlainSecret::generate(TOKEN_PREFIX, &*env.random);
    let session = store::NewSession {
        token_hash: token.hash(),
        id: env.id("ses"),
        person_id: person.id.clone(),
        address: who.address.clone(),
        user_agent: user_agent.chars().take(200).collect(),
    };
    let actor = Actor::Person { id: person.id.clone(), name: person.name.clone() };
    let (env, who) = (env.clone(), Who { actor, ..who.clone() });
    env.clone()
        .db
        .write(move |tx| {
            Box::pin(async move {
                let now = env.now();
                store::insert_session(tx, &session, now, now.plus_s(env.config.accounts.session_lifetime_s)).await?;
                record(tx, &env, &who, "session.opened", &session.id, json!({})).await
            })
        })
        .await?;
    Ok(token)
}

/// Signs one browser out.
pub async fn end_session(env: &Env, who: &Who, token: &PlainSecret) -> sqlx::Result<()> {
    let (env, who, hash) = (env.clone(), who.clone(), token.hash());
    env.clone()
        .db
        .write(move |tx| {
            Box::pin(async move {
                match store::delete_session(tx, &hash).await? {
                    Some(id) => record(tx, &env, &who, "session.ended", &id, json!({})).await,
                    None => Ok(()),
                }
            })
        })
        .await
}

async fn record_failure(env: &Env, who: &Who, email: &str) -> sqlx::Result<()> {
    let email: String = email.chars().take(254).collect();
    let (env, who) = (env.clone(), who.clone());
    env.clone()
        .db
        .write(move |tx| Box::pin(async move { record(tx, &env, &who, "session.refused", &email, json!({})).await }))
        .await
}

async fn record(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    action: &'static str,
    target_id: &str,
    detail: serde_json::Value,
) -> sqlx::Result<()> {
    let entry = Entry { workspace_id: None, action, target_kind: "session", target_id: target_id.to_owned(), detail };
    audit::record(tx, env, who, entry).await
}
