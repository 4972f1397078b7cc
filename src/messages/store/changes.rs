//! Messages on their way out, and what becomes of their words afterwards.

use super::messages::{MessageRow, columns, message_of};
use crate::messages::{Body, Message};
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

/// The message that leaves a number's lane next, as it is from now on: WhatsApp may have it. Call it while the lane is locked.
///
/// Nothing also when that message was taken back in this moment, although others wait: whoever puts the lane to rest sees them.
pub(in crate::messages) async fn begin_hand_over(
    tx: &mut Tx,
    number_id: &str,
    now: Timestamp,
) -> sqlx::Result<Option<Message>> {
    let row: Option<MessageRow> = on!(tx, connection => sqlx::query_as(
        columns!(
            "update message set handed_at = $2 where state = 'queued' and id =
                (select id from message where number_id = $1 and state = 'queued' order by seq limit 1) returning", ""))
        .bind(number_id).bind(now).fetch_optional(connection).await)?;
    row.map(message_of).transpose()
}

/// WhatsApp has not got it, that is certain: until it is handed over again it can be changed here.
pub(in crate::messages) async fn undo_hand_over(tx: &mut Tx, id: &str) -> sqlx::Result<()> {
    on!(tx, connection => sqlx::query("update message set handed_at = null where id = $1 and state = 'queued'")
        .bind(id).execute(connection).await.map(drop))
}

/// Puts other words into a message that is still here. Nothing when WhatsApp may have it.
pub(in crate::messages) async fn edit_queued(
    tx: &mut Tx,
    id: &str,
    body: &Body,
    at: Timestamp,
) -> sqlx::Result<Option<Message>> {
    let row: Option<MessageRow> = on!(tx, connection => sqlx::query_as(
        columns!(
            "update message set body = $2, edited_at = $3
             where id = $1 and state = 'queued' and handed_at is null returning", ""))
        .bind(id).bind(body.as_str()).bind(at).fetch_optional(connection).await)?;
    row.map(message_of).transpose()
}

/// Takes a message that is still here out of its lane, and what it says away. Nothing when WhatsApp may have it.
pub(in crate::messages) async fn delete_queued(tx: &mut Tx, id: &str, at: Timestamp) -> sqlx::Result<Option<Message>> {
    let row: Option<MessageRow> = on!(tx, connection => sqlx::query_as(
        columns!(
            "update message set state = 'failed', reason = 'deleted', changed_at = $2, deleted_at = $2, body = '',
                content = null, media_id = null
             where id = $1 and state = 'queued' and handed_at is null returning", ""))
        .bind(id).bind(at).fetch_optional(connection).await)?;
    row.map(message_of).transpose()
}

/// The message after the edit; nothing when it is deleted, was edited later than that, or says this already.
pub(in crate::messages) async fn edit(
    tx: &mut Tx,
    number_id: &str,
    id: &str,
    body: &Body,
    at: Timestamp,
) -> sqlx::Result<Option<Message>> {
    let row: Option<MessageRow> = on!(tx, connection => sqlx::query_as(
        columns!(
            "update message set body = $3, edited_at = $4
             where id = $2 and number_id = $1 and deleted_at is null and coalesce(edited_at, 0) <= $4 and body <> $3
             returning", ""))
        .bind(number_id).bind(id).bind(body.as_str()).bind(at).fetch_optional(connection).await)?;
    row.map(message_of).transpose()
}

/// The message without what it says; nothing when that is gone already.
pub(in crate::messages) async fn delete(
    tx: &mut Tx,
    number_id: &str,
    id: &str,
    at: Timestamp,
) -> sqlx::Result<Option<Message>> {
    let row: Option<MessageRow> = on!(tx, connection => sqlx::query_as(
        columns!(
            "update message set body = '', content = null, media_id = null, deleted_at = $3
             where id = $2 and number_id = $1 and deleted_at is null returning", ""))
        .bind(number_id).bind(id).bind(at).fetch_optional(connection).await)?;
    row.map(message_of).transpose()
}

/// WhatsApp's ids of what a message's writer wrote in its chat up to it and was not yet told to be read, newest first.
pub(in crate::messages) async fn unread_up_to(tx: &mut Tx, message: &Message, limit: i64) -> sqlx::Result<Vec<String>> {
    on!(tx, connection => sqlx::query_scalar(
        "select wa_id from message
         where number_id = $1 and peer = $2 and direction = 'in' and read_at is null and wa_id is not null
            and seq <= (select seq from message where id = $3) and coalesce(chat, '') = $5
         order by seq desc limit $4")
        .bind(&message.number_id).bind(&message.peer).bind(&message.id).bind(limit)
        .bind(message.group_id().unwrap_or_default()).fetch_all(connection).await)
}

/// Their writer was told that they were read. `wa_ids`: a JSON array.
pub(in crate::messages) async fn mark_read(
    tx: &mut Tx,
    number_id: &str,
    wa_ids: &str,
    at: Timestamp,
) -> sqlx::Result<()> {
    const SQLITE: &str = "update message set read_at = $3 where number_id = $1 and read_at is null
        and wa_id in (select value from json_each($2))";
    const POSTGRES: &str = "update message set read_at = $3 where number_id = $1 and read_at is null
        and wa_id in (select json_array_elements_text($2::text::json))";
    let sql = if matches!(tx, Tx::Sqlite(..)) { SQLITE } else { POSTGRES };
    on!(tx, connection => sqlx::query(sql).bind(number_id).bind(wa_ids).bind(at).execute(connection).await.map(drop))
}
