//! What WhatsApp tells about a link attempt, each piece carried out in one transaction.

use serde_json::json;

use super::link::{Attempt, LinkFailure, LinkState, MovedOn, Shown};
use super::number::{Number, NumberState, Turn};
use super::{attempts, news, standing, store};
use crate::accounts;
use crate::audit::Who;
use crate::events::Kind;
use crate::platform::Env;
use crate::platform::db::Tx;

/// One piece of progress.
pub enum Step {
    Code(Shown),
    Qr(Shown),
    WrongCode,
    Accepted,
    PasskeyAsked(Shown),
    PasskeyGiven(Shown),
    /// A member says that the codes are the same.
    Compared,
    Failed(LinkFailure),
}

/// Which attempt at which number is meant.
#[derive(Debug, Clone)]
pub struct AttemptRef {
    pub workspace_id: String,
    pub number_id: String,
    pub attempt_id: String,
}

/// True when the attempt took the step; false when it had ended, or had moved on.
pub async fn advance(env: &Env, at: &AttemptRef, who: &Who, step: Step) -> anyhow::Result<bool> {
    let (env, at, who) = (env.clone(), at.clone(), who.clone());
    env.clone().db.write(move |tx| Box::pin(async move { take(tx, &env, &at, &who, step).await })).await
}

/// The same inside somebody else's unit of work.
pub async fn take(tx: &mut Tx, env: &Env, at: &AttemptRef, who: &Who, step: Step) -> anyhow::Result<bool> {
    let Some(attempt) = attempts::open_attempt(tx, env, &at.number_id).await? else { return Ok(false) };
    if attempt.id != at.attempt_id {
        return Ok(false);
    }
    let Ok(state) = after(attempt.state.clone(), &step, env) else { return Ok(false) };
    if !attempts::save(tx, env, &attempt.id, &state).await? {
        return Ok(false);
    }
    match step {
        Step::Code(code) => news::code_issued(tx, env, &attempt, &code).await?,
        Step::Failed(reason) => record_failure(tx, env, who, &attempt, reason).await?,
        Step::Compared => record_comparison(tx, env, who, &attempt).await?,
        Step::Qr(_) | Step::WrongCode | Step::Accepted | Step::PasskeyAsked(_) | Step::PasskeyGiven(_) => {}
    }
    Ok(true)
}

fn after(state: LinkState, step: &Step, env: &Env) -> Result<LinkState, MovedOn> {
    match step {
        Step::Code(code) => state.code(code.clone()),
        Step::Qr(qr) => state.qr(qr.clone()),
        Step::WrongCode => state.wrong_code(),
        Step::Accepted => state.accepted(env.now()),
        Step::PasskeyAsked(options) => state.passkey_asked(options.clone()),
        Step::PasskeyGiven(code) => state.passkey_given(code.clone()),
        Step::Compared => state.compared(env.now()),
        Step::Failed(reason) => state.fail(*reason),
    }
}

async fn record_comparison(tx: &mut Tx, env: &Env, who: &Who, attempt: &Attempt) -> sqlx::Result<()> {
    let number = (attempt.workspace_id.as_str(), attempt.number_id.as_str());
    let detail = json!({ "attempt": attempt.id });
    news::record(tx, env, who, "number.codes_compared", number, &attempt.phone, detail).await
}

async fn record_failure(tx: &mut Tx, env: &Env, who: &Who, attempt: &Attempt, reason: LinkFailure) -> sqlx::Result<()> {
    let number = (attempt.workspace_id.as_str(), attempt.number_id.as_str());
    let detail = json!({ "attempt": attempt.id, "reason": reason.name() });
    news::record(tx, env, who, "number.link_failed", number, &attempt.phone, detail).await
}

/// What a phone linked: the account's own number (digits), the name it shows, and the name under which it lists us.
#[derive(Debug, Clone)]
pub struct NewLink {
    pub phone: String,
    pub profile_name: String,
    pub device_name: String,
}

/// Records the link, or the reason why it must not stand. False when the caller has to undo it on the phone.
pub async fn linked(env: &Env, at: &AttemptRef, link: NewLink) -> anyhow::Result<bool> {
    let owners = accounts::owners(env, &at.workspace_id).await?;
    let unit = (env.clone(), at.clone());
    let outcome =
        env.db.write(move |tx| Box::pin(async move { settle(tx, &unit.0, &unit.1, &link, &owners).await })).await;
    match outcome {
        Err(error) if is_taken(&error) => {
            // Another workspace linked the same phone in this very moment.
            advance(env, at, &Who::system(), Step::Failed(LinkFailure::AlreadyLinkedElsewhere)).await?;
            Ok(false)
        }
        outcome => outcome,
    }
}

fn is_taken(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref::<sqlx::Error>(), Some(sqlx::Error::Database(refusal)) if refusal.is_unique_violation())
}

async fn settle(
    tx: &mut Tx,
    env: &Env,
    at: &AttemptRef,
    link: &NewLink,
    owners: &[accounts::Person],
) -> anyhow::Result<bool> {
    let attempt = attempts::open_attempt(tx, env, &at.number_id).await?.filter(|open| open.id == at.attempt_id);
    let number = store::number(tx, &at.workspace_id, &at.number_id).await?;
    let Some(number) = number else { return Ok(false) };
    let Some(attempt) = attempt else {
        // Saved before, when the answer of the commit was lost on its way and we were told again.
        let before = store::attempt(tx, &at.workspace_id, &at.attempt_id).await?;
        return Ok(number.state.is_linked() && before.is_some_and(|before| before.state == LinkState::Linked.name()));
    };
    let refusal = if link.phone != attempt.phone.digits() {
        Some(LinkFailure::WrongPhone)
    } else if store::linked_elsewhere(tx, &number.workspace_id, &number.phone).await? {
        Some(LinkFailure::AlreadyLinkedElsewhere)
    } else {
        None
    };
    if let Some(reason) = refusal {
        take(tx, env, at, &Who::system(), Step::Failed(reason)).await?;
        return Ok(false);
    }
    let Ok(state) = attempt.state.clone().linked() else { return Ok(false) };
    if !attempts::save(tx, env, &attempt.id, &state).await? {
        return Ok(false);
    }
    for stale in store::stale_elsewhere(tx, &number.workspace_id, &number.phone).await? {
        standing::turn(tx, env, &Who::system(), &stale, Turn::LinkedElsewhere).await?;
    }
    record_link(tx, env, &attempt, number, link, owners).await?;
    Ok(true)
}

async fn record_link(
    tx: &mut Tx,
    env: &Env,
    attempt: &Attempt,
    number: Number,
    link: &NewLink,
    owners: &[accounts::Person],
) -> sqlx::Result<()> {
    let now = env.now();
    let name = number.name_after(link.profile_name.trim());
    let profile_name = Some(link.profile_name.trim()).filter(|name| !name.is_empty()).unwrap_or(&number.profile_name);
    let profile_name = profile_name.to_owned();
    store::save_name(tx, &number.id, &name, &profile_name).await?;
    store::save_linked(tx, &number.id, &link.device_name, now).await?;
    let number = Number {
        name,
        profile_name,
        device_name: link.device_name.clone(),
        state: NumberState::Linked,
        reason: None,
        linked_at: Some(now),
        changed_at: now,
        ..number
    };
    news::tell(tx, env, &number, Kind::NumberLinked).await?;
    news::tell(tx, env, &number, Kind::NumberStateChanged).await?;
    let target = (number.workspace_id.as_str(), number.id.as_str());
    let detail = json!({ "attempt": attempt.id, "started_by": attempt.started_by });
    news::record(tx, env, &Who::system(), "number.linked", target, &attempt.phone, detail).await?;
    news::write_to(tx, env, owners, "mail-number-linked", &number.workspace_id, &attempt.phone).await
}
