//! What was tried can be looked at, and told again: one fact, or all that were given up since a moment.

use super::attempt::{Attempt, Outcome};
use super::dispatch::JOB;
use super::endpoint::{Endpoint, EndpointState, Owner};
use crate::events::store::lanes::Lane;
use crate::events::store::{attempts as store, endpoints, hearers, lanes, outbox};
use crate::events::{Kind, Subject};
use crate::platform::db::Tx;
use crate::platform::{Env, Timestamp};

/// Facts that one transaction has told again, and one call at most: an endpoint that was away for days has many.
const BATCH: i64 = 200;
const RECOVERED_MAX: i64 = 10_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgainRefusal {
    #[error("There is no such endpoint.")]
    NoSuchEndpoint,
    #[error("There is no such attempt: attempts are kept for some days only.")]
    NoSuchAttempt,
    #[error("The endpoint is paused or disabled: let it go on first.")]
    NotActive,
    #[error("The event is no longer kept.")]
    Forgotten,
    #[error("The access under which it was told has ended.")]
    AccessEnded,
    #[error("A test cannot be told again: send another one.")]
    OnlyATest,
}

#[derive(Debug, thiserror::Error)]
pub enum AgainError {
    #[error(transparent)]
    Refused(#[from] AgainRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

/// Which tries of an endpoint, newest first.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Those before the try of this id.
    pub before: Option<String>,
    /// Only facts that were given up.
    pub failed: bool,
    pub limit: i64,
}

/// The tries of an owner's endpoint.
pub async fn attempts(env: &Env, owner: &Owner, id: &str, wanted: &Wanted) -> Result<Vec<Attempt>, AgainError> {
    let mut tx = env.db.read().await?;
    endpoints::find_own(&mut tx, owner, id).await?.ok_or(AgainRefusal::NoSuchEndpoint)?;
    Ok(store::list(&mut tx, id, wanted.before.as_deref(), wanted.failed, wanted.limit).await?)
}

/// Tells the fact of one try again, whatever came of it, besides all that is to be told.
pub async fn resend(env: &Env, owner: &Owner, id: &str, attempt_id: &str) -> Result<(), AgainError> {
    let (now, owner, id, attempt_id) = (env.now(), owner.clone(), id.to_owned(), attempt_id.to_owned());
    env.db
        .write(move |tx| {
            Box::pin(async move {
                let endpoint = active(tx, &owner, &id).await?;
                let attempt = store::find(tx, &id, &attempt_id).await?.ok_or(AgainRefusal::NoSuchAttempt)?;
                check(tx, &endpoint, &attempt).await?;
                wake(tx, &attempt, now).await?;
                Ok(())
            })
        })
        .await
}

/// Tells all facts again that were given up since a moment and did not arrive later: how many, 10,000 at most.
pub async fn recover(env: &Env, owner: &Owner, id: &str, since: Timestamp) -> Result<i64, AgainError> {
    let (mut count, mut after) = (0, String::new());
    while count < RECOVERED_MAX {
        let (now, owner, id, behind) = (env.now(), owner.clone(), id.to_owned(), after.clone());
        let unit = env.db.write(move |tx| {
            Box::pin(async move {
                active(tx, &owner, &id).await?;
                let given_up = store::given_up(tx, &id, since, &behind, BATCH).await?;
                let mut woken = 0;
                for attempt in &given_up {
                    woken += i64::from(wake(tx, attempt, now).await?);
                }
                Ok::<_, AgainError>((woken, given_up.last().map(|last| last.id.clone())))
            })
        });
        let (woken, last) = unit.await?;
        count += woken;
        let Some(last) = last else { break };
        after = last;
    }
    Ok(count)
}

async fn active(tx: &mut Tx, owner: &Owner, id: &str) -> Result<Endpoint, AgainError> {
    let endpoint = endpoints::find_own(tx, owner, id).await?.ok_or(AgainRefusal::NoSuchEndpoint)?;
    if endpoint.state == EndpointState::Active { Ok(endpoint) } else { Err(AgainRefusal::NotActive.into()) }
}

/// What would be told to nobody is refused now, while somebody listens.
async fn check(tx: &mut Tx, endpoint: &Endpoint, attempt: &Attempt) -> Result<(), AgainError> {
    if attempt.outcome == Outcome::Test {
        return Err(AgainRefusal::OnlyATest.into());
    }
    let subject = match &endpoint.owner {
        Owner::App(_) if attempt.grant_id.is_empty() => Subject::App(attempt.subject.clone()),
        _ => Subject::Workspace(attempt.subject.clone()),
    };
    outbox::find(tx, &subject, &attempt.event_id).await?.ok_or(AgainRefusal::Forgotten)?;
    let is_the_end = attempt.kind == Kind::GrantRevoked.name();
    if !attempt.grant_id.is_empty() && !is_the_end && !hearers::is_one(tx, &attempt.grant_id).await? {
        return Err(AgainRefusal::AccessEnded.into());
    }
    Ok(())
}

/// False when it is about to be told again already.
async fn wake(tx: &mut Tx, attempt: &Attempt, now: Timestamp) -> sqlx::Result<bool> {
    tx.ring(JOB);
    let lane = Lane {
        endpoint_id: attempt.endpoint_id.clone(),
        grant_id: attempt.grant_id.clone(),
        number_id: String::new(),
        event_id: attempt.event_id.clone(),
        subject: attempt.subject.clone(),
        place: 0,
        due_at: now,
        attempts: 0,
    };
    lanes::wake_for_one(tx, &lane).await
}
