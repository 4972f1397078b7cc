//! Linked numbers: link attempts, the state machine, and the sessions that run them.

mod number;
mod pages;
mod store;

pub use number::{Number, NumberState};
pub use pages::routes;

use crate::platform::Env;
use crate::platform::db::Tx;

/// The numbers of a workspace, by name, whatever their state.
pub async fn in_workspace(env: &Env, workspace_id: &str) -> sqlx::Result<Vec<Number>> {
    store::in_workspace(&mut env.db.read().await?, workspace_id).await
}

/// The same as [`in_workspace`], inside a unit of work.
pub async fn list_in(tx: &mut Tx, workspace_id: &str) -> sqlx::Result<Vec<Number>> {
    store::in_workspace(tx, workspace_id).await
}
