//! Telling others: facts, saved in the transaction of the change that made them, and the feeds that read them.

mod api;
mod event;
mod feed;
mod jobs;
mod store;

pub use api::api_routes;
pub use event::{Event, Hearer, Kind, Saved, Subject};
pub use jobs::jobs;

use crate::platform::Env;
use crate::platform::db::Tx;

/// The bell that sounds when facts have been committed.
const BELL: &str = "events";

/// Saves a fact. Call it inside the unit of work that makes the fact true: then neither exists without the other.
pub async fn emit(tx: &mut Tx, env: &Env, event: Event) -> sqlx::Result<()> {
    tx.ring(BELL);
    store::insert(tx, &env.id("evt"), &event, env.now()).await
}
