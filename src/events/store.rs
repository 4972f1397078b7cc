//! The outbox.

use super::Event;
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

pub(super) async fn insert(tx: &mut Tx, id: &str, event: &Event, now: Timestamp) -> sqlx::Result<()> {
    let data = event.data.to_string();
    on!(tx, connection => sqlx::query(
        "insert into event (id, kind, workspace_id, number_id, grant_id, data, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(id).bind(event.kind.name()).bind(event.workspace_id.as_deref()).bind(event.number_id.as_deref())
        .bind(event.grant_id.as_deref()).bind(&data).bind(now)
        .execute(connection).await.map(drop))
}
