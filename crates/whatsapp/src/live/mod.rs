//! WhatsApp itself, as a companion device, through `whatsapp-rust`.
//!
//! Each number has one session, and each session that links or is linked one client of the library, followed by one task.
//!
//! - `keys` is the library's storage, written over the server's [`KeyStore`].
//! - `line` is what a session, its client and its task share. `client` makes the client, `patience` says how soon it is made
//!   anew; `follow` is the task: it turns what the library tells into [`crate::Event`]s, and every end into a reason.
//!   `linking` knows what is asked of the phone, `passkey` what WhatsApp asks of the account's passkey meanwhile.
//! - `sending` and `receiving` carry messages. A message that came in is acknowledged to WhatsApp once the server saved it.
//!   `compose` and `reading` say the same in WhatsApp's words and in ours, `vcard` does for the entries of address books.
//!   `files` and `polls` remember what is needed later to fetch a file or to read a vote.
//! - `asking` is every other call.
//!
//! The library writes codes and numbers to the `log` facade. This server does not listen to that; what is worth a line in
//! its log is told here.

mod asking;
mod client;
mod compose;
mod files;
mod follow;
mod keys;
mod line;
mod linking;
mod passkey;
mod patience;
mod polls;
mod reading;
mod receiving;
mod runtime;
mod sending;
mod session;
mod vcard;
mod version;
mod web;

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::{Semaphore, mpsc};

pub use web::{Web, WebAnswer, WebRequest};

use crate::{Connector, KeyStore, Session, SessionError, Surroundings, Told};
use session::LiveSession;
use version::Versions;

/// The live WhatsApp.
pub struct Live {
    shared: Arc<Shared>,
}

/// What all sessions share.
struct Shared {
    surroundings: Arc<dyn Surroundings>,
    web: Arc<dyn Web>,
    /// Where WhatsApp's chat server is, if not where it always is.
    chat_url: Option<String>,
    versions: Versions,
    /// Taken while a client of a number that is linked connects: after a restart hundreds want to.
    connecting: Arc<Semaphore>,
}

/// Clients that connect at once. WhatsApp must not see all numbers come back in the same moment, and the server answers
/// others meanwhile.
const CONNECTING_AT_ONCE: usize = 16;

/// A `major.minor.patch` of WhatsApp Web.
pub type Version = (u32, u32, u32);

impl Live {
    #[must_use]
    pub fn new(surroundings: Arc<dyn Surroundings>, web: Arc<dyn Web>) -> Self {
        Self::with(surroundings, web, None, Versions::default())
    }

    /// One that speaks to a stand-in at `chat_url` and asks nobody for the version.
    #[must_use]
    pub fn against(chat_url: &str, version: Version, surroundings: Arc<dyn Surroundings>, web: Arc<dyn Web>) -> Self {
        Self::with(surroundings, web, Some(chat_url.to_owned()), Versions::fixed(version))
    }

    fn with(
        surroundings: Arc<dyn Surroundings>,
        web: Arc<dyn Web>,
        chat_url: Option<String>,
        versions: Versions,
    ) -> Self {
        let connecting = Arc::new(Semaphore::new(CONNECTING_AT_ONCE));
        Self { shared: Arc::new(Shared { surroundings, web, chat_url, versions, connecting }) }
    }
}

#[async_trait]
impl Connector for Live {
    fn name(&self) -> &'static str {
        "live"
    }

    async fn open(
        &self,
        session_id: &str,
        keys: Arc<dyn KeyStore>,
        events: mpsc::Sender<Told>,
    ) -> Result<Arc<dyn Session>, SessionError> {
        tracing::debug!(session_id, "live: opening a session");
        let session = LiveSession::open(Arc::clone(&self.shared), session_id, keys, events).await?;
        Ok(Arc::new(session))
    }
}
