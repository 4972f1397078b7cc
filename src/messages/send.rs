//! Taking a message from an app, to be sent.

use grantline_whatsapp::{Chat, File, FileKind};
use serde_json::json;

use super::choose::{self, Candidate, NumberRefusal};
use super::content::{Attachment, Content};
use super::media::{self, FileName};
use super::message::{addressed, is_id};
use super::request::{Wanted, WantedFile};
use super::store::{self, Once};
use super::{Body, Direction, IdempotencyKey, Message, NewMessage, Origin, State, find, jobs, news};
use crate::access::Authority;
use crate::audit::{self, Entry, Who};
use crate::numbers::{self, Number, Phone};
use crate::platform::Env;
use crate::platform::db::Tx;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendRefusal {
    #[error(transparent)]
    Number(#[from] NumberRefusal),
    #[error("the idempotency key was used for another request")]
    KeyReused,
    #[error("the app handed in no such file")]
    NoMedia(FileKind),
    #[error("the file is of a type that such a message cannot carry")]
    WrongType(FileKind),
    #[error("the grant covers no such message to answer")]
    NoSuchReply,
    #[error("the message to answer stands in another chat")]
    ReplyElsewhere,
    #[error("as many messages wait to leave this number as may")]
    QueueFull,
}

#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error(transparent)]
    Refused(#[from] SendRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

/// A message that will be sent, or that was taken before under the same key.
#[derive(Debug, Clone)]
pub struct Accepted {
    pub message: Message,
    pub replayed: bool,
}

/// Queues a message. With a key the same request may come any number of times, also at the same moment: it is one message.
///
/// A key is remembered as long as its message. A request that was refused is not remembered.
pub async fn send(
    env: &Env,
    authority: &Authority,
    who: &Who,
    new: NewMessage,
    key: Option<IdempotencyKey>,
) -> Result<Accepted, SendError> {
    let hash = new.fingerprint();
    if let Some(key) = &key
        && let Some(before) = store::by_key(&mut env.db.read().await?, &authority.grant_id, key).await?
    {
        return Ok(replay(authority, before, &hash)?);
    }
    let number_id = sender_number(env, authority, new.number_id.as_deref()).await?;
    let content = content_of(env, authority, new.content).await?;
    if let Some(id) = &new.reply_to {
        may_answer(env, authority, &number_id, &new.to, id).await?;
    }
    let (peer, group) = addressed(new.to);
    let now = env.now();
    let message = Message {
        id: env.id("msg"),
        workspace_id: authority.workspace_id.clone(),
        number_id,
        grant_id: Some(authority.grant_id.clone()),
        direction: Direction::Out,
        peer,
        group,
        content,
        reply_to: new.reply_to,
        state: State::Queued,
        reason: None,
        created_at: now,
        changed_at: now,
        origin: Some(Origin::Api),
        edited_at: None,
        deleted_at: None,
    };
    let (unit_env, who, authority) = (env.clone(), who.clone(), authority.clone());
    env.db
        .write(move |tx| {
            Box::pin(async move {
                let asked = key.as_ref().map(|key| (key, hash.as_str()));
                queue(tx, &unit_env, &authority, &who, message, asked).await
            })
        })
        .await
}

async fn sender_number(env: &Env, authority: &Authority, asked: Option<&str>) -> Result<String, SendError> {
    let candidate = |number: Number| Candidate { linked: number.state.is_linked(), id: number.id };
    let chosen = match asked {
        Some(id) if !is_id(id) => choose::asked_for(None),
        Some(id) => {
            let number = numbers::number(env, &authority.workspace_id, id).await?;
            choose::asked_for(number.filter(|number| authority.covers(&number.id)).map(candidate))
        }
        None => {
            let numbers = numbers::in_workspace(env, &authority.workspace_id).await?;
            let covered = numbers.into_iter().filter(|number| authority.covers(&number.id));
            choose::only_one(covered.map(candidate).collect())
        }
    };
    Ok(chosen.map_err(SendRefusal::from)?)
}

/// What the message will say: the file is looked for among those that this app handed in.
async fn content_of(env: &Env, authority: &Authority, wanted: Wanted) -> Result<Content, SendError> {
    let WantedFile { kind, media_id, name, caption } = match wanted {
        Wanted::Whole(content) => return Ok(content),
        Wanted::File(file) => file,
    };
    let found = if is_id(&media_id) {
        let mut tx = env.db.read().await?;
        store::media_of_grant(&mut tx, &authority.workspace_id, &authority.grant_id, &media_id).await?
    } else {
        None
    };
    let found = found.ok_or(SendRefusal::NoMedia(kind))?;
    if !media::fits(kind, &found.mime_type) {
        return Err(SendRefusal::WrongType(kind).into());
    }
    let name = name.map(FileName::into_string).or(found.name).filter(|_| kind == FileKind::Document);
    let caption = caption.map(Body::into_string);
    let size = found.bytes.unsigned_abs();
    let file = File { kind, mime_type: found.mime_type, name, caption, size };
    Ok(Content::File(Attachment { media_id: Some(media_id), file }))
}

/// A message answers one of its own chat.
async fn may_answer(env: &Env, authority: &Authority, number_id: &str, to: &Chat, id: &str) -> Result<(), SendError> {
    let answered = find(env, authority, id).await?.ok_or(SendRefusal::NoSuchReply)?;
    if answered.number_id == number_id && answered.chat() == *to {
        Ok(())
    } else {
        Err(SendRefusal::ReplyElsewhere.into())
    }
}

async fn queue(
    tx: &mut Tx,
    env: &Env,
    authority: &Authority,
    who: &Who,
    message: Message,
    asked: Option<(&IdempotencyKey, &str)>,
) -> Result<Accepted, SendError> {
    let once = asked.map_or(Once::Never, |(key, request_hash)| Once::Asked { key, request_hash });
    let place = store::next_place(tx, &message.workspace_id).await?;
    if !store::insert(tx, &message, place, &once).await? {
        // Another request with this key was first, between our look and our place.
        let (key, hash) = asked.ok_or(sqlx::Error::RowNotFound)?;
        let before = store::by_key(tx, &authority.grant_id, key).await?.ok_or(sqlx::Error::RowNotFound)?;
        return Ok(replay(authority, before, hash)?);
    }
    if store::more_wait_than(tx, &message.number_id, env.config.messages.queued_per_number).await? {
        return Err(SendRefusal::QueueFull.into());
    }
    store::wake_lane(tx, &message.number_id, message.created_at).await?;
    tx.ring(jobs::JOB);
    news::tell(tx, env, &message).await?;
    let entry = Entry {
        workspace_id: Some(message.workspace_id.clone()),
        action: "message.queued",
        target_kind: "message",
        target_id: message.id.clone(),
        detail: json!({ "number": message.number_id, "to": masked(&message.chat()) }),
    };
    audit::record(tx, env, who, entry).await?;
    Ok(Accepted { message, replayed: false })
}

/// The id of an old group begins with the phone number of whoever made it.
pub(super) fn masked(chat: &Chat) -> String {
    match chat {
        Chat::Person(digits) => Phone::of_digits(digits).masked(),
        Chat::Group(id) => {
            let shown = id.char_indices().rev().nth(3).map_or(id.as_str(), |(start, _)| &id[start..]);
            format!("••••{shown}@g.us")
        }
    }
}

/// draft-ietf-httpapi-idempotency-key-header §2.6: the same request gets the same answer, another one a refusal.
fn replay(authority: &Authority, before: (Message, String), hash: &str) -> Result<Accepted, SendRefusal> {
    let (message, hash_before) = before;
    if hash_before != hash {
        Err(SendRefusal::KeyReused)
    } else if !authority.covers(&message.number_id) {
        // The grant was narrowed meanwhile; nothing of that number may be told any more.
        Err(NumberRefusal::NotFound.into())
    } else {
        Ok(Accepted { message, replayed: true })
    }
}
