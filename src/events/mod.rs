//! Telling others: facts, saved in the transaction of the change that made them.

mod event;
mod store;

pub use event::{Event, Kind};

use crate::platform::Env;
use crate::platform::db::Tx;

/// Saves a fact. Call it inside the unit of work that makes the fact true: then neither exists without the other.
pub async fn emit(tx: &mut Tx, env: &Env, event: Event) -> sqlx::Result<()> {
    store::insert(tx, &env.id("evt"), &event, env.now()).await
}
