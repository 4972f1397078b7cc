//! The record of every decision: append-only, each entry bound to the one before it by a hash, a chain a workspace.
//!
//! Nobody outside this room can change or remove an entry: `record` adds one, the rest reads.

mod chain;
mod log;
mod pages;
mod store;

pub use chain::{Actor, Entry, Fault, Recorded, Verdict, Who};
pub use log::{Choices, Extract, Filter, Place, about, chains_after, choices, read, verify};
pub use pages::{Reader, action_words, routes};

use crate::platform::Env;
use crate::platform::db::Tx;

/// Entries that concern no workspace (operators, apps, sign-ins of people without one) stand in this chain.
pub const SYSTEM: &str = "system";

/// Records a decision. Call it inside the unit of work that carries the decision out.
pub async fn record(tx: &mut Tx, env: &Env, who: &Who, entry: Entry) -> sqlx::Result<()> {
    store::append(tx, who, &entry, env.now()).await
}
