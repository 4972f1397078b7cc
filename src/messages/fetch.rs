//! The bytes that a message carries: from our own store when an app handed them in, else from WhatsApp, which keeps them for
//! some weeks. Nothing that came in is stored here.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt as _};
use grantline_whatsapp::{DownloadFailure, File, SendFailure};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::content::{Attachment, Content};
use super::{Message, Sender, store};
use crate::platform::Env;

/// So many files are held at once, each whole; whoever comes then waits.
const AT_ONCE: usize = 8;

/// Waiting and fetching together: less than a request may take.
const FETCH_MAX: Duration = Duration::from_secs(30);

/// What is handed on at once.
const PIECE_BYTES: usize = 64 * 1024;

/// Where files come from. Cheap to clone; every clone is the same.
#[derive(Clone)]
pub struct Files {
    sender: Arc<dyn Sender>,
    free: Arc<Semaphore>,
}

/// A file on its way to whoever asked.
pub struct Fetched {
    /// Whatever the sender said.
    pub mime_type: String,
    pub name: Option<String>,
    pub size: u64,
    pub bytes: BoxStream<'static, sqlx::Result<Vec<u8>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FetchRefusal {
    #[error("the message carries no file")]
    NoFile,
    #[error("nobody has the file any more")]
    Gone,
    #[error("the file is larger than {max} bytes")]
    TooLarge { max: i64 },
    #[error("the number is not linked")]
    NotLinked,
    #[error("WhatsApp cannot be reached")]
    Unreachable,
}

#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error(transparent)]
    Refused(#[from] FetchRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

impl Files {
    #[must_use]
    pub fn new(sender: Arc<dyn Sender>) -> Self {
        Self { sender, free: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// The file of a message that the caller may see.
    pub async fn fetch(&self, env: &Env, message: &Message) -> Result<Fetched, FetchError> {
        let Content::File(Attachment { media_id, file }) = &message.content else {
            return Err(FetchRefusal::NoFile.into());
        };
        match media_id {
            Some(media_id) => kept(env, message, media_id, file).await,
            None => self.download(env, message, file).await,
        }
    }

    async fn download(&self, env: &Env, message: &Message, file: &File) -> Result<Fetched, FetchError> {
        let wa_id = store::wa_id_of(&mut env.db.read().await?, &message.number_id, &message.id).await?;
        let wa_id = wa_id.ok_or(FetchRefusal::Gone)?;
        let max = env.config.messages.media_bytes_max;
        let is_too_large = |bytes: u64| i64::try_from(bytes).is_ok_and(|bytes| bytes > max);
        if is_too_large(file.size) {
            return Err(FetchRefusal::TooLarge { max }.into());
        }
        let fetching = async {
            // It is never closed.
            let held = Arc::clone(&self.free).acquire_owned().await.ok();
            self.sender.download(&message.number_id, &wa_id).await.map(|bytes| (bytes, held))
        };
        let fetched = timeout(FETCH_MAX, fetching).await.unwrap_or(Err(SendFailure::Network.into()));
        let (bytes, held) = fetched.map_err(refusal)?;
        let size = bytes.len() as u64;
        if is_too_large(size) {
            return Err(FetchRefusal::TooLarge { max }.into());
        }
        let pieces = stream::unfold((bytes, 0, held), |(bytes, start, held)| async move {
            let piece = bytes.get(start..)?;
            let piece = piece[..piece.len().min(PIECE_BYTES)].to_vec();
            let next = start + piece.len();
            (!piece.is_empty()).then_some((Ok(piece), (bytes, next, held)))
        });
        Ok(Fetched { mime_type: file.mime_type.clone(), name: file.name.clone(), size, bytes: pieces.boxed() })
    }
}

/// What an app handed in, piece by piece as it is read.
async fn kept(env: &Env, message: &Message, media_id: &str, file: &File) -> Result<Fetched, FetchError> {
    let workspace_id = message.workspace_id.clone();
    let found = store::media(&mut env.db.read().await?, &workspace_id, media_id).await?.ok_or(FetchRefusal::Gone)?;
    let (env, id) = (env.clone(), found.id);
    let pieces = stream::try_unfold(0, move |seq| {
        let (env, workspace_id, id) = (env.clone(), workspace_id.clone(), id.clone());
        async move {
            let chunk = store::chunk(&mut env.db.read().await?, &workspace_id, &id, seq).await?;
            Ok(chunk.map(|chunk| (chunk, seq + 1)))
        }
    });
    let (mime_type, name, size) = (found.mime_type, file.name.clone(), found.bytes.unsigned_abs());
    Ok(Fetched { mime_type, name, size, bytes: pieces.boxed() })
}

fn refusal(failure: DownloadFailure) -> FetchRefusal {
    match failure {
        DownloadFailure::Call(SendFailure::NotLinked) => FetchRefusal::NotLinked,
        DownloadFailure::Call(SendFailure::Network | SendFailure::Throttled) => FetchRefusal::Unreachable,
        // A way to WhatsApp that has no files never had this one.
        DownloadFailure::Gone
        | DownloadFailure::Call(SendFailure::Unsupported | SendFailure::Refused | SendFailure::NotOnWhatsapp) => {
            FetchRefusal::Gone
        }
    }
}
