//! Linked numbers: link attempts, the state machine, and the sessions that run them.

mod number;
mod pages;
mod phone;
mod store;
mod told;

pub use number::{Number, NumberState};
pub use pages::routes;
pub use phone::{Phone, PhoneRefusal};
pub use told::{MessageSink, MessageTold};

use crate::platform::Env;
use crate::platform::db::Tx;

/// The numbers of a workspace, by name, whatever their state.
pub async fn in_workspace(env: &Env, workspace_id: &str) -> sqlx::Result<Vec<Number>> {
    store::in_workspace(&mut env.db.read().await?, workspace_id).await
}

/// The same as [`in_workspace`], inside a unit of work.
pub async fn in_workspace_within(tx: &mut Tx, workspace_id: &str) -> sqlx::Result<Vec<Number>> {
    store::in_workspace(tx, workspace_id).await
}

/// One number of a workspace.
pub async fn number(env: &Env, workspace_id: &str, id: &str) -> sqlx::Result<Option<Number>> {
    store::number(&mut env.db.read().await?, workspace_id, id).await
}
