//! What happens to a link that stands.

use serde_json::json;

use super::number::{Number, NumberState, Turn};
use super::phone::Phone;
use super::{news, store};
use crate::audit::Who;
use crate::events::Kind;
use crate::platform::Env;
use crate::platform::db::Tx;

/// Carries a turn out on the number as it stands in the database, in a unit of work of its own. False when it changed
/// nothing.
pub async fn turn_of(env: &Env, workspace_id: &str, number_id: &str, turn: Turn) -> sqlx::Result<bool> {
    let (env, workspace_id, number_id) = (env.clone(), workspace_id.to_owned(), number_id.to_owned());
    env.clone()
        .db
        .write(move |tx| {
            Box::pin(async move {
                match store::number(tx, &workspace_id, &number_id).await? {
                    Some(number) => self::turn(tx, &env, &Who::system(), &number, turn).await,
                    None => Ok(false),
                }
            })
        })
        .await
}

/// False when the turn does not concern the number's state, or somebody else was first.
pub async fn turn(tx: &mut Tx, env: &Env, who: &Who, number: &Number, turn: Turn) -> sqlx::Result<bool> {
    let Some((state, reason)) = number.state.after(turn) else { return Ok(false) };
    let now = env.now();
    if !store::save_state(tx, &number.id, number.state, state, reason, now).await? {
        return Ok(false);
    }
    let after = Number { state, reason: reason.map(str::to_owned), changed_at: now, ..number.clone() };
    if number.state.is_linked() && !matches!(state, NumberState::Linked | NumberState::Starting) {
        news::tell(tx, env, &after, Kind::NumberUnlinked).await?;
        let target = (number.workspace_id.as_str(), number.id.as_str());
        let detail = json!({ "state": state.name(), "reason": reason });
        news::record(tx, env, who, "number.unlinked", target, &Phone::of_digits(&number.phone), detail).await?;
    }
    news::tell(tx, env, &after, Kind::NumberStateChanged).await?;
    Ok(true)
}
