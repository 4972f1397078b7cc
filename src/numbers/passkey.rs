//! What a member does when WhatsApp asks for the account's passkey: give it, and compare the codes.

use grantline_whatsapp::{PasskeyRefusal as Told, Session};

use super::attempts;
use super::link::{Attempt, LinkFailure, LinkState};
use super::linking::{end_attempt, reference, wait_while};
use super::progress::{self, AttemptRef, Step};
use super::sessions::Sessions;
use crate::audit::Who;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyRefusal {
    #[error("there is no such link attempt")]
    NotFound,
    #[error("WhatsApp does not wait for this now")]
    NotAsked,
    #[error("this is not what a passkey answers")]
    NotAnAssertion,
    #[error("this answers another question than the one that WhatsApp asked")]
    AnotherChallenge,
    #[error("WhatsApp did not take it")]
    NotTaken,
}

#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    #[error(transparent)]
    Refused(#[from] PasskeyRefusal),
    #[error(transparent)]
    Broken(#[from] anyhow::Error),
}

impl From<Told> for PasskeyRefusal {
    fn from(told: Told) -> Self {
        match told {
            Told::NotAsked => Self::NotAsked,
            Told::NotAnAssertion => Self::NotAnAssertion,
            Told::AnotherChallenge => Self::AnotherChallenge,
            Told::NotTaken => Self::NotTaken,
        }
    }
}

/// Hands what the passkey answered to WhatsApp. Returns once there is a code to compare.
pub async fn give_passkey(
    sessions: &Sessions,
    workspace_id: &str,
    attempt_id: &str,
    assertion: String,
) -> Result<(), PasskeyError> {
    let attempt = attempt(sessions, workspace_id, attempt_id).await?;
    let LinkState::PasskeyAsked(asked) = &attempt.state else { return Err(PasskeyRefusal::NotAsked.into()) };
    let session = sessions.session(&attempt.number_id).await.ok_or(PasskeyRefusal::NotAsked)?;
    // Half given it could not be given again.
    let giving = async move { Ok(session.answer_passkey(&assertion).await) };
    sessions.detached(giving).await?.map_err(PasskeyRefusal::from)?;
    let still_asked = |state: &LinkState| matches!(state, LinkState::PasskeyAsked(now) if now == asked);
    wait_while(sessions, &reference(&attempt), still_asked).await?;
    Ok(())
}

/// The phone shows the same code as we do. The decision is recorded before WhatsApp is told: what was told cannot be taken
/// back. An attempt that WhatsApp does not go on with then ends. Returns once it has ended, well or not.
pub async fn codes_are_same(
    sessions: &Sessions,
    who: &Who,
    workspace_id: &str,
    attempt_id: &str,
) -> Result<(), PasskeyError> {
    let attempt = attempt(sessions, workspace_id, attempt_id).await?;
    let session = sessions.session(&attempt.number_id).await.ok_or(PasskeyRefusal::NotAsked)?;
    let (sessions, who, at) = (sessions.clone(), who.clone(), reference(&attempt));
    let compared = sessions.clone().detached(async move { compare(&sessions, &who, &at, &*session).await }).await?;
    if compared { Ok(()) } else { Err(PasskeyRefusal::NotAsked.into()) }
}

/// False when there is nothing to compare.
async fn compare(sessions: &Sessions, who: &Who, at: &AttemptRef, session: &dyn Session) -> anyhow::Result<bool> {
    if !progress::advance(sessions.env(), at, who, Step::Compared).await? {
        return Ok(false);
    }
    sessions.happened(&at.number_id);
    if let Err(refusal) = session.confirm_passkey().await {
        tracing::warn!(number = at.number_id, %refusal, "a passkey came to nothing");
        end_attempt(sessions, &Who::system(), at, LinkFailure::PasskeyFailed).await?;
    }
    wait_while(sessions, at, LinkState::is_open).await?;
    Ok(true)
}

/// The phone shows another code: somebody sits between, or it is another link. Ends the attempt.
pub async fn codes_differ(
    sessions: &Sessions,
    who: &Who,
    workspace_id: &str,
    attempt_id: &str,
) -> Result<(), PasskeyError> {
    let attempt = attempt(sessions, workspace_id, attempt_id).await?;
    if !matches!(attempt.state, LinkState::Comparing(_)) {
        return Err(PasskeyRefusal::NotAsked.into());
    }
    let (sessions, who, at) = (sessions.clone(), who.clone(), reference(&attempt));
    sessions.clone().detached(async move { end_attempt(&sessions, &who, &at, LinkFailure::CodesDiffer).await }).await?;
    Ok(())
}

async fn attempt(sessions: &Sessions, workspace_id: &str, id: &str) -> Result<Attempt, PasskeyError> {
    Ok(attempts::attempt(sessions.env(), workspace_id, id).await?.ok_or(PasskeyRefusal::NotFound)?)
}
