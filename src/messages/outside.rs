//! What the queue needs of rooms that this one does not know, or that a test wants to play itself.

use async_trait::async_trait;
use grantline_whatsapp::{DownloadFailure, Outgoing, SendFailure};

/// Hands messages to WhatsApp through the live session of a number, and fetches what they carry.
#[async_trait]
pub trait Sender: Send + Sync + 'static {
    /// `Ok` means that WhatsApp took it. Handing over the same [`Outgoing::id`] twice delivers one message.
    async fn send(&self, number_id: &str, message: Outgoing) -> Result<(), SendFailure>;

    /// The bytes of a file that came in, by WhatsApp's id of its message.
    async fn download(&self, number_id: &str, wa_id: &str) -> Result<Vec<u8>, DownloadFailure>;
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
