//! A message as WhatsApp gets it: with the bytes that it carries, and with what it answers.

use grantline_whatsapp::{MessageRef, Outgoing, Quote};

use super::content::{Attachment, Content};
use super::store;
use super::{Direction, Message};
use crate::platform::Env;

/// Nothing when its file is no longer there.
pub(super) async fn outgoing(env: &Env, message: &Message) -> sqlx::Result<Option<Outgoing>> {
    let file = match &message.content {
        Content::File(Attachment { media_id: Some(media_id), file }) => {
            let Some(bytes) = whole(env, &message.workspace_id, media_id, file.size).await? else { return Ok(None) };
            bytes
        }
        _ => Vec::new(),
    };
    let reply_to = match &message.reply_to {
        Some(id) => quote(env, message, id).await?,
        None => None,
    };
    let content = message.content.said();
    Ok(Some(Outgoing { id: message.id.clone(), to: message.chat(), content, file, reply_to }))
}

async fn whole(env: &Env, workspace_id: &str, media_id: &str, size: u64) -> sqlx::Result<Option<Vec<u8>>> {
    let mut tx = env.db.read().await?;
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    for seq in 0.. {
        match store::chunk(&mut tx, workspace_id, media_id, seq).await? {
            Some(chunk) => bytes.extend_from_slice(&chunk),
            None => break,
        }
    }
    Ok((bytes.len() as u64 == size).then_some(bytes))
}

/// What the phone shows above the answer; nothing when the answered message is gone.
async fn quote(env: &Env, message: &Message, id: &str) -> sqlx::Result<Option<Quote>> {
    let mut tx = env.db.read().await?;
    let answered = store::find(&mut tx, &message.workspace_id, id).await?;
    let Some(answered) = answered.filter(|answered| answered.number_id == message.number_id) else { return Ok(None) };
    let wa_id = store::wa_id_of(&mut tx, &answered.number_id, id).await?;
    Ok(Some(Quote {
        message: wa_id.map_or_else(|| MessageRef::Ours(answered.id.clone()), MessageRef::Named),
        body: answered.content.words(),
        from: (answered.direction == Direction::In).then_some(answered.peer),
    }))
}
