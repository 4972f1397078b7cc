//! What numbers have to tell the room that keeps messages. It listens; this room does not know it.

use async_trait::async_trait;
use grantline_whatsapp::{Chat, Content, MessageRef, SendFailure};

use super::Number;
use crate::platform::Timestamp;

/// News about a message, in the order in which it happened on its number.
#[derive(Debug, Clone, PartialEq)]
pub enum MessageTold {
    /// A message of ours reached the recipient's phone. `id` is ours.
    Delivered { id: String, at: Timestamp },
    /// A message of ours was read.
    Read { id: String, at: Timestamp },
    /// A message of ours that WhatsApp had taken was refused afterwards.
    Failed { id: String, reason: SendFailure },
    /// A message came in from `from` (digits); `wa_id` is WhatsApp's.
    Received { wa_id: String, chat: Chat, from: String, content: Content, reply_to: Option<MessageRef>, at: Timestamp },
    /// The account's holder wrote a message on the phone, or on another device of theirs.
    SentElsewhere { wa_id: String, chat: Chat, content: Content, reply_to: Option<MessageRef>, at: Timestamp },
    /// Whoever wrote a message changed its words.
    Edited { message: MessageRef, body: String, at: Timestamp },
    /// Whoever wrote a message took it back.
    Deleted { message: MessageRef, at: Timestamp },
    /// All that `from` (digits) chose in a poll; it takes the place of what they chose before.
    Voted { poll: MessageRef, from: String, options: Vec<String>, at: Timestamp },
}

/// Who is told about messages.
#[async_trait]
pub trait MessageSink: Send + Sync + 'static {
    /// Called once a piece of news; the next one about the same number waits until this returns. May see news about a
    /// message that it does not know, and must not mind seeing the same news twice.
    async fn told(&self, number: &Number, told: MessageTold) -> anyhow::Result<()>;
}
