//! What the audit log says of apps: they concern no single workspace, so it stands in the system's own chain.

use crate::audit::{self, Entry, Who};
use crate::platform::Env;
use crate::platform::db::Tx;

pub(super) async fn record(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    action: &'static str,
    app_id: &str,
    detail: serde_json::Value,
) -> sqlx::Result<()> {
    let entry = Entry { workspace_id: None, action, target_kind: "app", target_id: app_id.to_owned(), detail };
    audit::record(tx, env, who, entry).await
}
