//! Taking in a file that an app will send: piece by piece, so that no more of it than a piece is ever held, and whole or not
//! at all.

use futures_util::{Stream, StreamExt as _};

use super::media::{FileName, Media, MimeType};
use super::store::{self, Piece};
use crate::access::Authority;
use crate::platform::{Env, Timestamp};

const DAY_S: i64 = 86_400;

/// What the database takes in at once.
const PIECE_BYTES: usize = 256 * 1024;

/// What an app says of a file before its bytes come.
#[derive(Debug, Clone)]
pub struct NewMedia {
    pub mime_type: MimeType,
    pub name: Option<FileName>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UploadRefusal {
    #[error("there is nothing in the file")]
    Empty,
    #[error("the file is larger than {max} bytes")]
    TooLarge { max: i64 },
    #[error("the workspace's files take up as much as they may")]
    StorageFull,
    #[error("the file did not come in whole")]
    Broken,
}

#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    #[error(transparent)]
    Refused(#[from] UploadRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

/// Keeps a file for the messages of an app. What was begun and not finished is taken away again: at once when the file is
/// refused, by the job that clears up when the server or the caller was gone before.
pub async fn upload<B: AsRef<[u8]>, E>(
    env: &Env,
    authority: &Authority,
    new: NewMedia,
    bytes: impl Stream<Item = Result<B, E>>,
) -> Result<Media, UploadError> {
    let media = Media {
        id: env.id("med"),
        mime_type: new.mime_type.as_str().to_owned(),
        name: new.name.map(FileName::into_string),
        bytes: 0,
        created_at: env.now(),
    };
    let coming = Coming { env, workspace_id: authority.workspace_id.clone(), media_id: media.id.clone() };
    coming.begin(authority, &media).await?;
    match coming.take_in(bytes).await {
        Ok(bytes) => Ok(Media { bytes, ..media }),
        Err(error) => {
            coming.discard().await?;
            Err(error)
        }
    }
}

/// Until when a file is kept.
#[must_use]
pub fn kept_until(env: &Env, media: &Media) -> Timestamp {
    media.created_at.plus_s(env.config.messages.media_kept_days * DAY_S)
}

/// A file that is coming in.
struct Coming<'e> {
    env: &'e Env,
    workspace_id: String,
    media_id: String,
}

impl Coming<'_> {
    async fn begin(&self, authority: &Authority, media: &Media) -> Result<(), UploadError> {
        let (authority, media) = (authority.clone(), media.clone());
        let total_max = self.env.config.messages.media_total_bytes_max;
        let unit = self.env.db.write(move |tx| {
            Box::pin(async move {
                let total = store::begin_media(tx, &authority.workspace_id, &authority.grant_id, &media).await?;
                is_within(total, total_max)
            })
        });
        unit.await
    }

    /// Keeps all that comes: how many bytes.
    async fn take_in<B: AsRef<[u8]>, E>(&self, bytes: impl Stream<Item = Result<B, E>>) -> Result<i64, UploadError> {
        let max = self.env.config.messages.media_bytes_max;
        let mut bytes = std::pin::pin!(bytes);
        let (mut held, mut taken, mut pieces) = (Vec::new(), 0, 0);
        while let Some(part) = bytes.next().await {
            let part = part.map_err(|_| UploadRefusal::Broken)?;
            let mut part = part.as_ref();
            taken += i64::try_from(part.len()).unwrap_or(i64::MAX);
            if taken > max {
                return Err(UploadRefusal::TooLarge { max }.into());
            }
            while held.len() + part.len() >= PIECE_BYTES {
                let (now, later) = part.split_at(PIECE_BYTES - held.len());
                held.extend_from_slice(now);
                part = later;
                self.keep(pieces, std::mem::take(&mut held)).await?;
                pieces += 1;
            }
            held.extend_from_slice(part);
        }
        if taken == 0 {
            return Err(UploadRefusal::Empty.into());
        }
        if !held.is_empty() {
            self.keep(pieces, held).await?;
        }
        self.finish().await?;
        Ok(taken)
    }

    async fn keep(&self, seq: i64, bytes: Vec<u8>) -> Result<(), UploadError> {
        let piece = Piece { workspace_id: self.workspace_id.clone(), media_id: self.media_id.clone(), seq, bytes };
        let total_max = self.env.config.messages.media_total_bytes_max;
        let unit = self.env.db.write(move |tx| {
            Box::pin(async move {
                let total = store::add_piece(tx, &piece).await?.ok_or(UploadRefusal::Broken)?;
                is_within(total, total_max)
            })
        });
        unit.await
    }

    async fn finish(&self) -> Result<(), UploadError> {
        let (workspace_id, media_id, now) = (self.workspace_id.clone(), self.media_id.clone(), self.env.now());
        let unit = self
            .env
            .db
            .write(move |tx| Box::pin(async move { store::finish_media(tx, &workspace_id, &media_id, now).await }));
        if unit.await? { Ok(()) } else { Err(UploadRefusal::Broken.into()) }
    }

    async fn discard(&self) -> sqlx::Result<()> {
        let (workspace_id, media_id) = (self.workspace_id.clone(), self.media_id.clone());
        let unit = self
            .env
            .db
            .write(move |tx| Box::pin(async move { store::delete_media(tx, &workspace_id, &media_id).await }));
        unit.await
    }
}

fn is_within(total: i64, max: i64) -> Result<(), UploadError> {
    if total > max { Err(UploadRefusal::StorageFull.into()) } else { Ok(()) }
}
