//! Signing in.

use anyhow::Context as _;
use serde_json::json;

use super::{Person, open_session, password, store};
use crate::audit::{self, Entry, Who};
use crate::platform::Env;
use crate::platform::limits::{Limit, TooOften};
use crate::platform::secret::PlainSecret;

/// Guesses at one account, from wherever they come.
const BY_ACCOUNT: Limit = Limit::new("sign-in by account", 8, 60);
/// Guesses from one address, at whichever account: a few people may share it.
const BY_ADDRESS: Limit = Limit::new("sign-in by address", 30, 10);

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
    let right = verify_off_thread(env, password, kept).await?;
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

/// Hashing is slow by design: it runs where computing has its bounds.
pub(super) async fn verify_off_thread(env: &Env, password: String, kept: String) -> anyhow::Result<bool> {
    env.computing.run(move || password::verify(&password, &kept)).await.context("a password was not checked")
}

async fn record_failure(env: &Env, who: &Who, email: &str) -> sqlx::Result<()> {
    let entry = Entry {
        workspace_id: None,
        action: "session.refused",
        target_kind: "session",
        target_id: email.chars().take(254).collect(),
        detail: json!({}),
    };
    let (env, who) = (env.clone(), who.clone());
    env.clone().db.write(move |tx| Box::pin(async move { audit::record(tx, &env, &who, entry).await })).await
}
