//! Single messages.

use grantline_whatsapp::{Chat, MessageRef};

use crate::messages::content::Kept;
use crate::messages::{Content, IdempotencyKey, Kind, Message, Origin, Reason, State};
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

/// The columns of a [`MessageRow`], between what comes before and behind them.
macro_rules! columns {
    ($before:literal, $behind:literal) => {
        concat!(
            $before,
            " id, workspace_id, number_id, grant_id, direction, peer, body, kind, content, media_id, reply_to, chat, state,
                reason, created_at, changed_at, origin, edited_at, deleted_at ",
            $behind
        )
    };
}
pub(super) use columns;

#[derive(sqlx::FromRow)]
pub(super) struct MessageRow {
    id: String,
    workspace_id: String,
    number_id: String,
    grant_id: Option<String>,
    direction: String,
    peer: String,
    body: String,
    kind: String,
    content: Option<String>,
    media_id: Option<String>,
    reply_to: Option<String>,
    chat: Option<String>,
    state: String,
    reason: Option<String>,
    created_at: Timestamp,
    changed_at: Timestamp,
    origin: Option<String>,
    edited_at: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
}

fn content_of(kind: Kind, body: String, parts: Option<String>, media_id: Option<String>) -> sqlx::Result<Content> {
    Content::try_from(Kept { kind, body, parts, media_id }).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// The group of a chat; a chat between two has none.
fn group_of(chat: &str) -> Option<String> {
    match chat.parse() {
        Ok(Chat::Group(id)) => Some(id),
        _ => None,
    }
}

pub(super) fn message_of(row: MessageRow) -> sqlx::Result<Message> {
    let decode = |error| sqlx::Error::Decode(Box::new(error));
    let kind = row.kind.parse().map_err(decode)?;
    Ok(Message {
        content: match row.deleted_at {
            Some(_) => Content::Gone(kind),
            None => content_of(kind, row.body, row.content, row.media_id)?,
        },
        group: row.chat.as_deref().and_then(group_of),
        reply_to: row.reply_to,
        direction: row.direction.parse().map_err(decode)?,
        state: row.state.parse().map_err(decode)?,
        reason: row.reason.map(|reason| reason.parse()).transpose().map_err(decode)?,
        origin: row.origin.map(|origin| origin.parse()).transpose().map_err(decode)?,
        id: row.id,
        workspace_id: row.workspace_id,
        number_id: row.number_id,
        grant_id: row.grant_id,
        peer: row.peer,
        created_at: row.created_at,
        changed_at: row.changed_at,
        edited_at: row.edited_at,
        deleted_at: row.deleted_at,
    })
}

/// The place of a workspace's next message. Nobody else gets one until the transaction ends.
pub(in crate::messages) async fn next_place(tx: &mut Tx, workspace_id: &str) -> sqlx::Result<i64> {
    on!(tx, connection => sqlx::query_scalar(
        "insert into message_head (workspace_id, seq) values ($1, 1)
         on conflict (workspace_id) do update set seq = message_head.seq + 1 returning seq")
        .bind(workspace_id).fetch_one(connection).await)
}

/// What makes a message that comes twice the same one.
pub(in crate::messages) enum Once<'a> {
    /// The app's own key, and what it asked for under it.
    Asked { key: &'a IdempotencyKey, request_hash: &'a str },
    /// WhatsApp's id, of what was not sent from here.
    Received { wa_id: &'a str },
    /// Nothing does.
    Never,
}

/// False when the message is there already.
pub(in crate::messages) async fn insert(
    tx: &mut Tx,
    message: &Message,
    place: i64,
    once: &Once<'_>,
) -> sqlx::Result<bool> {
    let (key, request_hash, wa_id) = match once {
        Once::Asked { key, request_hash } => (Some(key.as_str()), Some(*request_hash), None),
        Once::Received { wa_id } => (None, None, Some(*wa_id)),
        Once::Never => (None, None, None),
    };
    let kept = message.content.keep();
    on!(tx, connection => sqlx::query(
        "insert into message (id, workspace_id, number_id, seq, grant_id, direction, peer, body, state, reason, wa_id,
            idempotency_key, request_hash, created_at, changed_at, kind, content, media_id, reply_to, chat, origin)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
         on conflict do nothing")
        .bind(&message.id).bind(&message.workspace_id).bind(&message.number_id).bind(place)
        .bind(message.grant_id.as_deref()).bind(message.direction.name()).bind(&message.peer).bind(kept.body)
        .bind(message.state.name()).bind(message.reason.map(Reason::name)).bind(wa_id).bind(key).bind(request_hash)
        .bind(message.created_at).bind(message.changed_at).bind(kept.kind.name()).bind(kept.parts).bind(kept.media_id)
        .bind(message.reply_to.as_deref()).bind(message.group_id()).bind(message.origin.map(Origin::name))
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

/// The message that a grant asked for under a key, and the hash of what it asked for.
pub(in crate::messages) async fn by_key(
    tx: &mut Tx,
    grant_id: &str,
    key: &IdempotencyKey,
) -> sqlx::Result<Option<(Message, String)>> {
    #[derive(sqlx::FromRow)]
    struct Asked {
        request_hash: String,
        #[sqlx(flatten)]
        message: MessageRow,
    }
    let asked: Option<Asked> = on!(tx, connection => sqlx::query_as(
        columns!("select", ", request_hash from message where grant_id = $1 and idempotency_key = $2"))
        .bind(grant_id).bind(key.as_str()).fetch_optional(connection).await)?;
    asked.map(|asked| Ok((message_of(asked.message)?, asked.request_hash))).transpose()
}

pub(in crate::messages) async fn find(tx: &mut Tx, workspace_id: &str, id: &str) -> sqlx::Result<Option<Message>> {
    let row: Option<MessageRow> = on!(tx, connection => sqlx::query_as(
        columns!("select", "from message where id = $1 and workspace_id = $2"))
        .bind(id).bind(workspace_id).fetch_optional(connection).await)?;
    row.map(message_of).transpose()
}

/// The message of a number that WhatsApp or we know by an id.
pub(in crate::messages) async fn find_named(
    tx: &mut Tx,
    number_id: &str,
    named: &MessageRef,
) -> sqlx::Result<Option<String>> {
    match named {
        MessageRef::Ours(id) => on!(tx, connection => sqlx::query_scalar(
            "select id from message where number_id = $1 and id = $2")
            .bind(number_id).bind(id).fetch_optional(connection).await),
        MessageRef::Named(wa_id) => on!(tx, connection => sqlx::query_scalar(
            "select id from message where number_id = $1 and wa_id = $2")
            .bind(number_id).bind(wa_id).fetch_optional(connection).await),
    }
}

/// WhatsApp's id of a message of a number: of what came in, or went out from the phone.
pub(in crate::messages) async fn wa_id_of(tx: &mut Tx, number_id: &str, id: &str) -> sqlx::Result<Option<String>> {
    let found: Option<Option<String>> = on!(tx, connection => sqlx::query_scalar(
        "select wa_id from message where number_id = $1 and id = $2")
        .bind(number_id).bind(id).fetch_optional(connection).await)?;
    Ok(found.flatten())
}

/// How many messages of a grant have not left yet.
pub(in crate::messages) async fn count_waiting(tx: &mut Tx, workspace_id: &str, grant_id: &str) -> sqlx::Result<i64> {
    on!(tx, connection => sqlx::query_scalar(
        "select count(*) from message
         where state = 'queued' and grant_id = $2 and number_id in (select id from number where workspace_id = $1)")
        .bind(workspace_id).bind(grant_id).fetch_one(connection).await)
}

/// Whether more than so many wait in a number's lane. It looks at no more of them than that.
pub(in crate::messages) async fn more_wait_than(tx: &mut Tx, number_id: &str, count: i64) -> sqlx::Result<bool> {
    let next: Option<i64> = on!(tx, connection => sqlx::query_scalar(
        "select seq from message where number_id = $1 and state = 'queued' order by seq limit 1 offset $2")
        .bind(number_id).bind(count).fetch_optional(connection).await)?;
    Ok(next.is_some())
}

/// A step forward.
pub(in crate::messages) struct Change {
    pub to: State,
    pub reason: Option<Reason>,
    pub at: Timestamp,
}

/// The message after the step; nothing when it is not there, or was at that step or beyond it.
pub(in crate::messages) async fn advance(
    tx: &mut Tx,
    number_id: &str,
    id: &str,
    change: &Change,
) -> sqlx::Result<Option<Message>> {
    let earlier = |index: usize| change.to.earlier().get(index).map(|state| state.name());
    let row: Option<MessageRow> = on!(tx, connection => sqlx::query_as(
        columns!(
            "update message set state = $3, reason = $4, changed_at = case when changed_at > $5 then changed_at else $5 end
             where id = $1 and number_id = $2 and state in ($6, $7, $8) returning", ""))
        .bind(id).bind(number_id).bind(change.to.name()).bind(change.reason.map(Reason::name)).bind(change.at)
        .bind(earlier(0)).bind(earlier(1)).bind(earlier(2))
        .fetch_optional(connection).await)?;
    row.map(message_of).transpose()
}
