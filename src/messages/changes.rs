//! Editing a message, taking it back, and telling its writer that it was read. Each is carried out at once, or refused.
//!
//! A message that waits in the queue is changed there, as long as it is certain that WhatsApp has not got it. What WhatsApp has is
//! changed there first and recorded afterwards: whoever gets no answer does the same again, and it does no harm.

use std::sync::Arc;

use grantline_whatsapp::SendFailure;
use serde_json::{Value, json};
use tracing::Instrument as _;

use super::change::{self, ChangeRefusal, Way};
use super::message::is_id;
use super::send::masked;
use super::{Body, Line, Message, news, store};
use crate::access::{Authority, Scope};
use crate::audit::{self, Entry, Who};
use crate::numbers;
use crate::platform::Env;
use crate::platform::db::Tx;
use crate::platform::limits::Hold;

/// Two changes of one message could reach WhatsApp in one order and the database in the other.
const AT_ONCE: Hold = Hold::new("changes of a message", 1);

/// So many messages are marked as read by one call at most.
const READ_AT_ONCE: i64 = 200;

/// What changes need.
#[derive(Clone)]
pub struct Desk {
    pub env: Env,
    pub line: Arc<dyn Line>,
}

#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error(transparent)]
    Refused(#[from] ChangeRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

/// Puts other words into a message that was sent through the API: the message as it is then.
pub async fn edit(desk: &Desk, authority: &Authority, who: &Who, id: &str, body: Body) -> Result<Message, ChangeError> {
    let message = visible(&desk.env, authority, id).await?;
    let (desk, who) = (desk.clone(), who.clone());
    to_its_end(async move { edit_known(&desk, who, message, body).await }).await
}

/// Takes a message back for everyone that was sent through the API.
pub async fn delete(desk: &Desk, authority: &Authority, who: &Who, id: &str) -> Result<(), ChangeError> {
    let message = visible(&desk.env, authority, id).await?;
    let (desk, who) = (desk.clone(), who.clone());
    to_its_end(async move { delete_known(&desk, who, message).await }).await
}

/// Tells the writer of a message, and of what they wrote before it, that it was read.
pub async fn mark_read(desk: &Desk, authority: &Authority, who: &Who, id: &str) -> Result<(), ChangeError> {
    let message = visible(&desk.env, authority, id).await?;
    change::mark_read(&message)?;
    let (desk, who) = (desk.clone(), who.clone());
    to_its_end(async move { mark_known_read(&desk, who, message).await }).await
}

/// A message that the caller may know of: one that it sent itself, or any of its numbers if it may read them.
async fn visible(env: &Env, authority: &Authority, id: &str) -> Result<Message, ChangeError> {
    let found =
        if is_id(id) { store::find(&mut env.db.read().await?, &authority.workspace_id, id).await? } else { None };
    let may_know = |message: &Message| {
        let own = message.grant_id.as_ref() == Some(&authority.grant_id);
        authority.covers(&message.number_id) && (own || authority.scopes.permits(Scope::MessagesRead))
    };
    Ok(found.filter(may_know).ok_or(ChangeRefusal::NotFound)?)
}

/// Even when whoever asked has gone: what WhatsApp has done has to be recorded.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, ChangeError>> + Send + 'static,
) -> Result<T, ChangeError> {
    tokio::spawn(work.in_current_span()).await.unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into()))
}

async fn edit_known(desk: &Desk, who: Who, message: Message, body: Body) -> Result<Message, ChangeError> {
    let _alone = desk.env.limits.hold(AT_ONCE, &message.id).ok_or(ChangeRefusal::UnderWay)?;
    let message = as_it_is(&desk.env, &message).await?;
    let way = change::edit(&message, &body)?;
    match way {
        Way::Done => return Ok(message),
        Way::InQueue => {}
        Way::AtWhatsapp => {
            let chat = message.chat();
            let asked = desk.line.edit(&message.number_id, &chat, &message.id, body.as_str()).await;
            refused(&desk.env, &message, asked).await?;
        }
    }
    let env = desk.env.clone();
    let unit = desk.env.db.write(move |tx| {
        Box::pin(async move {
            let now = env.now();
            let edited = match way {
                Way::InQueue => {
                    Some(store::edit_queued(tx, &message.id, &body, now).await?.ok_or(ChangeRefusal::Leaving)?)
                }
                // Nothing when WhatsApp told of it first.
                _ => store::edit(tx, &message.number_id, &message.id, &body, now).await?,
            };
            let edited = match edited {
                Some(edited) => {
                    news::tell_edited(tx, &env, &edited).await?;
                    edited
                }
                None => store::find(tx, &message.workspace_id, &message.id).await?.ok_or(ChangeRefusal::NotFound)?,
            };
            record(tx, &env, &who, "message.edited", &message, json!({})).await?;
            Ok(edited)
        })
    });
    unit.await
}

async fn delete_known(desk: &Desk, who: Who, message: Message) -> Result<(), ChangeError> {
    let _alone = desk.env.limits.hold(AT_ONCE, &message.id).ok_or(ChangeRefusal::UnderWay)?;
    let message = as_it_is(&desk.env, &message).await?;
    let way = change::delete(&message)?;
    match way {
        Way::Done => return Ok(()),
        Way::InQueue => {}
        Way::AtWhatsapp => {
            let chat = message.chat();
            let asked = desk.line.delete(&message.number_id, &chat, &message.id).await;
            refused(&desk.env, &message, asked).await?;
        }
    }
    let env = desk.env.clone();
    let unit = desk.env.db.write(move |tx| {
        Box::pin(async move {
            let now = env.now();
            let deleted = match way {
                Way::InQueue => Some(store::delete_queued(tx, &message.id, now).await?.ok_or(ChangeRefusal::Leaving)?),
                // Nothing when WhatsApp told of it first.
                _ => store::delete(tx, &message.number_id, &message.id, now).await?,
            };
            if let Some(deleted) = deleted {
                news::tell_deleted(tx, &env, &deleted).await?;
            }
            Ok(record(tx, &env, &who, "message.deleted", &message, json!({})).await?)
        })
    });
    unit.await
}

async fn mark_known_read(desk: &Desk, who: Who, message: Message) -> Result<(), ChangeError> {
    let unread = store::unread_up_to(&mut desk.env.db.read().await?, &message, READ_AT_ONCE).await?;
    if unread.is_empty() {
        return Ok(());
    }
    let chat = message.chat();
    let asked = desk.line.mark_read(&message.number_id, &chat, &message.peer, &unread).await;
    refused(&desk.env, &message, asked).await?;
    let env = desk.env.clone();
    let unit = desk.env.db.write(move |tx| {
        Box::pin(async move {
            store::mark_read(tx, &message.number_id, &json!(unread).to_string(), env.now()).await?;
            record(tx, &env, &who, "message.marked_read", &message, json!({ "messages": unread.len() })).await
        })
    });
    Ok(unit.await?)
}

/// What it is by now, while nobody else changes it.
async fn as_it_is(env: &Env, message: &Message) -> Result<Message, ChangeError> {
    let found = store::find(&mut env.db.read().await?, &message.workspace_id, &message.id).await?;
    Ok(found.ok_or(ChangeRefusal::NotFound)?)
}

/// A number that is linked and has no session is on its way back: it can be tried again.
async fn refused(env: &Env, message: &Message, asked: Result<(), SendFailure>) -> Result<(), ChangeError> {
    let Err(failure) = asked else { return Ok(()) };
    let number = numbers::number(env, &message.workspace_id, &message.number_id).await?;
    let failure = number.map_or(failure, |number| number.state.explains(failure));
    Err(ChangeRefusal::Whatsapp(failure).into())
}

/// Who did what to which message. Never the words.
async fn record(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    action: &'static str,
    message: &Message,
    mut detail: Value,
) -> sqlx::Result<()> {
    detail["number"] = message.number_id.clone().into();
    detail["with"] = masked(&message.chat()).into();
    let entry = Entry {
        workspace_id: Some(message.workspace_id.clone()),
        action,
        target_kind: "message",
        target_id: message.id.clone(),
        detail,
    };
    audit::record(tx, env, who, entry).await
}
