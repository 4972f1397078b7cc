//! What the queue needs of rooms that this one does not know, or that a test wants to play itself.

use async_trait::async_trait;
use grantline_whatsapp::{Chat, DownloadFailure, Outgoing, SendFailure};

/// Hands messages to WhatsApp through the live session of a number, and fetches what they carry.
#[async_trait]
pub trait Sender: Send + Sync + 'static {
    /// `Ok` means that WhatsApp took it. Handing over the same [`Outgoing::id`] twice delivers one message.
    async fn send(&self, number_id: &str, message: Outgoing) -> Result<(), SendFailure>;

    /// The bytes of a file that came in, by WhatsApp's id of its message.
    async fn download(&self, number_id: &str, wa_id: &str) -> Result<Vec<u8>, DownloadFailure>;
}

/// What cannot wait in the queue: it is carried out at once through the live session of a number, or not at all. Each answers
/// within a time that a caller can wait for.
#[async_trait]
pub trait Line: Send + Sync + 'static {
    /// Puts other words into a message that was sent with this id.
    async fn edit(&self, number_id: &str, chat: &Chat, id: &str, body: &str) -> Result<(), SendFailure>;

    /// Takes a message back for everyone that was sent with this id.
    async fn delete(&self, number_id: &str, chat: &Chat, id: &str) -> Result<(), SendFailure>;

    /// Tells `from` (digits) that these messages of theirs were read: WhatsApp's ids.
    async fn mark_read(&self, number_id: &str, chat: &Chat, from: &str, wa_ids: &[String]) -> Result<(), SendFailure>;
}

/// What this room asks about the grants under which messages are sent. `oauth` knows; `app.rs` joins the two.
#[async_trait]
pub trait Grants: Send + Sync + 'static {
    /// Whether messages that were accepted under the grant may still go out: it has not ended or expired, and its app and
    /// workspace are active. Asked for every message at the moment it is handed over.
    async fn is_live(&self, grant_id: &str) -> anyhow::Result<bool>;

    /// The name of the app that a grant of this workspace is for, whatever the state of either.
    async fn app_name(&self, workspace_id: &str, grant_id: &str) -> anyhow::Result<Option<String>>;
}
