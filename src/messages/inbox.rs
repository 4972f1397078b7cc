//! What WhatsApp tells: receipts of what we sent, and messages that came in or that the account's holder wrote elsewhere.

use async_trait::async_trait;
use grantline_whatsapp::{Chat, Content as Said, MessageRef};

use super::hearing::named;
use super::message::addressed;
use super::store::{self, Change, Once};
use super::{Content, Direction, Message, Origin, Reason, State, news};
use crate::numbers::{MessageSink, MessageTold, Number};
use crate::platform::{Env, Timestamp};

/// Keeps what is told of messages. Everything may be told late, twice or in another order; it does no harm.
pub struct Inbox(pub Env);

#[async_trait]
impl MessageSink for Inbox {
    async fn told(&self, number: &Number, told: MessageTold) -> anyhow::Result<()> {
        match told {
            MessageTold::Delivered { id, at } => self.advance(number, id, State::Delivered, None, at).await?,
            MessageTold::Read { id, at } => self.advance(number, id, State::Read, None, at).await?,
            MessageTold::Failed { id, reason } => {
                self.advance(number, id, State::Failed, Some(reason.into()), self.0.now()).await?;
            }
            MessageTold::Received { wa_id, chat, from, content, reply_to, at } => {
                let now = self.0.now();
                let message = Message {
                    id: self.0.id("msg"),
                    workspace_id: number.workspace_id.clone(),
                    number_id: number.id.clone(),
                    grant_id: None,
                    direction: Direction::In,
                    peer: from,
                    group: addressed(chat).1,
                    content: Content::received(content),
                    reply_to: None,
                    state: State::Received,
                    reason: None,
                    created_at: at.min(now),
                    changed_at: now,
                    origin: None,
                    edited_at: None,
                    deleted_at: None,
                };
                self.keep(message, wa_id, reply_to).await?;
            }
            MessageTold::SentElsewhere { wa_id, chat, content, reply_to, at } => {
                self.keep(self.written_elsewhere(number, chat, content, at), wa_id, reply_to).await?;
            }
            MessageTold::Edited { message, body, at } => self.edited(number, message, body, at).await?,
            MessageTold::Deleted { message, at } => self.deleted(number, message, at).await?,
            MessageTold::Voted { poll, from, options, at } => self.voted(number, poll, from, options, at).await?,
        }
        Ok(())
    }
}

impl Inbox {
    async fn advance(
        &self,
        number: &Number,
        id: String,
        to: State,
        reason: Option<Reason>,
        at: Timestamp,
    ) -> sqlx::Result<()> {
        let (env, number_id) = (self.0.clone(), number.id.clone());
        // WhatsApp's clock is not ours; nothing happens in the future.
        let at = at.min(env.now());
        let unit = self.0.db.write(move |tx| {
            Box::pin(async move {
                let change = Change { to, reason, at };
                match store::advance(tx, &number_id, &id, &change).await? {
                    Some(changed) => news::tell(tx, &env, &changed).await,
                    None => Ok(()),
                }
            })
        });
        unit.await
    }

    fn written_elsewhere(&self, number: &Number, chat: Chat, content: Said, at: Timestamp) -> Message {
        let now = self.0.now();
        let (peer, group) = addressed(chat);
        Message {
            id: self.0.id("msg"),
            workspace_id: number.workspace_id.clone(),
            number_id: number.id.clone(),
            grant_id: None,
            direction: Direction::Out,
            peer,
            group,
            content: Content::received(content),
            reply_to: None,
            state: State::Sent,
            reason: None,
            created_at: at.min(now),
            changed_at: now,
            origin: Some(Origin::Phone),
            edited_at: None,
            deleted_at: None,
        }
    }

    async fn keep(&self, mut message: Message, wa_id: String, answers: Option<MessageRef>) -> sqlx::Result<()> {
        let env = self.0.clone();
        let unit = self.0.db.write(move |tx| {
            Box::pin(async move {
                if let Some(answered) = &answers {
                    message.reply_to = named(tx, &message.number_id, answered).await?;
                }
                let place = store::next_place(tx, &message.workspace_id).await?;
                let once = Once::Received { wa_id: &wa_id };
                if store::insert(tx, &message, place, &once).await? {
                    news::tell(tx, &env, &message).await?;
                }
                Ok(())
            })
        });
        unit.await
    }
}
