//! What WhatsApp tells: receipts of what we sent, and messages that came in.

use async_trait::async_trait;
use grantline_whatsapp::{Chat, MessageRef};

use super::store::{self, Change, Once};
use super::{Content, Direction, Message, Reason, State, news};
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
                    group: match chat {
                        Chat::Group(id) => Some(id),
                        Chat::Person(_) => None,
                    },
                    content: Content::received(content),
                    reply_to: None,
                    state: State::Received,
                    reason: None,
                    created_at: at.min(now),
                    changed_at: now,
                };
                self.keep(message, wa_id, reply_to).await?;
            }
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

    async fn keep(&self, mut message: Message, wa_id: String, answers: Option<MessageRef>) -> sqlx::Result<()> {
        let env = self.0.clone();
        let answers = answers.filter(may_be_known);
        let unit = self.0.db.write(move |tx| {
            Box::pin(async move {
                if let Some(answered) = &answers {
                    message.reply_to = store::find_named(tx, &message.number_id, answered).await?;
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

/// Whoever wrote the message said which one it answers, and can say anything: PostgreSQL refuses to look for U+0000.
fn may_be_known(named: &MessageRef) -> bool {
    let (MessageRef::Ours(id) | MessageRef::Named(id)) = named;
    !id.contains('\0')
}
