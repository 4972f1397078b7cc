//! What WhatsApp tells of messages, and who wants to know.

use async_trait::async_trait;
use grantline_whatsapp::SendFailure;

use super::Number;
use crate::platform::Timestamp;

/// Something that WhatsApp told about one number's messages.
pub enum MessageTold {
    Delivered { id: String, at: Timestamp },
    Read { id: String, at: Timestamp },
    Failed { id: String, reason: SendFailure },
    Received { wa_id: String, from: String, body: String, at: Timestamp },
}

/// Who keeps the messages.
#[async_trait]
pub trait MessageSink: Send + Sync + 'static {
    async fn told(&self, number: &Number, told: MessageTold) -> anyhow::Result<()>;
}
