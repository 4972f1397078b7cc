//! Link attempts between their rows, where codes lie sealed, and the rules, which read them.

use anyhow::Context as _;

use super::link::{Attempt, LinkFailure, LinkState, Shown, Waiting};
use super::phone::Phone;
use super::store::{self, AttemptRow, SealedState};
use crate::platform::db::Tx;
use crate::platform::{Env, Timestamp};

/// Binds a sealed code to its row.
fn context(attempt_id: &str) -> String {
    format!("link_attempt:{attempt_id}")
}

/// The attempt of this id, if it belongs to the workspace.
pub async fn attempt(env: &Env, workspace_id: &str, id: &str) -> anyhow::Result<Option<Attempt>> {
    let row = store::attempt(&mut env.db.read().await?, workspace_id, id).await?;
    row.map(|row| opened(env, row)).transpose()
}

/// The attempt that is under way for a number.
pub async fn open_attempt(tx: &mut Tx, env: &Env, number_id: &str) -> anyhow::Result<Option<Attempt>> {
    store::open_attempt(tx, number_id).await?.map(|row| opened(env, row)).transpose()
}

fn opened(env: &Env, row: AttemptRow) -> anyhow::Result<Attempt> {
    let state = state_of(env, &row).with_context(|| format!("link attempt {}", row.id))?;
    Ok(Attempt {
        state,
        phone: Phone::of_digits(&row.phone),
        id: row.id,
        number_id: row.number_id,
        workspace_id: row.workspace_id,
        started_by: row.started_by,
        ended_at: row.ended_at,
    })
}

fn state_of(env: &Env, row: &AttemptRow) -> anyhow::Result<LinkState> {
    let until = row.code_expires_at.unwrap_or_default();
    Ok(match row.state.as_str() {
        "idle" => LinkState::Idle,
        "requesting" => LinkState::Requesting { until },
        "waiting" => LinkState::Waiting(Waiting {
            code: shown(env, &row.id, row.code.as_deref(), row.code_expires_at)?,
            qr: shown(env, &row.id, row.qr.as_deref(), row.qr_expires_at)?,
            was_wrong: row.was_wrong,
        }),
        "passkey_asked" => LinkState::PasskeyAsked(held(env, row)?),
        "comparing" => LinkState::Comparing(held(env, row)?),
        "confirming" => LinkState::Confirming { until },
        "linked" => LinkState::Linked,
        "failed" => {
            let reason = row.reason.as_deref().and_then(LinkFailure::named);
            LinkState::Failed(reason.with_context(|| format!("{:?} is no reason", row.reason))?)
        }
        other => anyhow::bail!("{other:?} is no state of a link attempt"),
    })
}

/// What a state holds that is nothing without it.
fn held(env: &Env, row: &AttemptRow) -> anyhow::Result<Shown> {
    shown(env, &row.id, row.code.as_deref(), row.code_expires_at)?
        .with_context(|| format!("{} holds nothing", row.state))
}

fn shown(
    env: &Env,
    attempt_id: &str,
    sealed: Option<&str>,
    valid_until: Option<Timestamp>,
) -> anyhow::Result<Option<Shown>> {
    let Some((sealed, valid_until)) = sealed.zip(valid_until) else { return Ok(None) };
    let text = String::from_utf8(env.sealer.open(&context(attempt_id), sealed)?)?;
    Ok(Some(Shown { text, valid_until }))
}

/// Writes a state that the rules gave. What a state does not hold is wiped: no code outlives its attempt. False when the
/// attempt has ended meanwhile.
pub async fn save(tx: &mut Tx, env: &Env, attempt_id: &str, state: &LinkState) -> anyhow::Result<bool> {
    Ok(store::save_attempt(tx, attempt_id, &sealed_state(env, attempt_id, state)?).await?)
}

fn sealed_state(env: &Env, attempt_id: &str, state: &LinkState) -> anyhow::Result<SealedState> {
    let seal = |shown: &Shown| env.sealer.seal(&context(attempt_id), shown.text.as_bytes(), &*env.random);
    let bare = SealedState { state: state.name(), ..SealedState::default() };
    Ok(match state {
        LinkState::Idle => bare,
        LinkState::Requesting { until } | LinkState::Confirming { until } => {
            SealedState { code_expires_at: Some(*until), ..bare }
        }
        LinkState::Waiting(waiting) => SealedState {
            code: waiting.code.as_ref().map(seal).transpose()?,
            code_expires_at: waiting.code.as_ref().map(|code| code.valid_until),
            qr: waiting.qr.as_ref().map(seal).transpose()?,
            qr_expires_at: waiting.qr.as_ref().map(|qr| qr.valid_until),
            was_wrong: waiting.was_wrong,
            ..bare
        },
        LinkState::PasskeyAsked(held) | LinkState::Comparing(held) => {
            SealedState { code: Some(seal(held)?), code_expires_at: Some(held.valid_until), ..bare }
        }
        LinkState::Linked => SealedState { ended_at: Some(env.now()), ..bare },
        LinkState::Failed(reason) => SealedState { reason: Some(reason.name()), ended_at: Some(env.now()), ..bare },
    })
}
