//! A file that comes with a form: multipart, bounded, from our own pages only.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::StatusCode;

use super::form::comes_from_elsewhere;
use super::{Browser, FormRefusal};

/// A larger body is cut off. It is far more than any bound below, so that who sends a photo a little too large gets an
/// answer instead of a broken connection.
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Fields of a form with a file: its csrf token, the file, and a button's name at most.
const FIELDS_MAX: usize = 4;
const CSRF_BYTES_MAX: usize = 256;

/// The field `file` of a form that one of our pages sent, whose hidden `csrf` field stands before it. At most `MAX` bytes
/// of it are ever held.
pub struct Upload<const MAX: usize> {
    /// Nothing when it is larger than `MAX` bytes. Empty when no file was chosen.
    pub file: Option<Vec<u8>>,
}

impl<S: Send + Sync, const MAX: usize> FromRequest<S> for Upload<MAX> {
    type Rejection = FormRefusal;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, FormRefusal> {
        let browser = request.extensions().get::<Browser>().cloned().ok_or(FormRefusal::NotOurs)?;
        if comes_from_elsewhere(request.headers()) {
            return Err(FormRefusal::NotOurs);
        }
        DefaultBodyLimit::max(BODY_BYTES_MAX).apply(&mut request);
        let mut form = Multipart::from_request(request, state).await.map_err(|_| FormRefusal::Unreadable)?;
        let mut is_ours = false;
        for _ in 0..FIELDS_MAX {
            let Some(field) = form.next_field().await.map_err(refusal)? else { break };
            match field.name() {
                Some("csrf") => {
                    let token = read(field, CSRF_BYTES_MAX).await?.unwrap_or_default();
                    is_ours = browser.csrf_matches(&String::from_utf8_lossy(&token));
                }
                // Nothing of a stranger's file is read.
                _ if !is_ours => return Err(FormRefusal::of_stranger(&browser)),
                Some("file") => return Ok(Self { file: read(field, MAX).await? }),
                _ => {}
            }
        }
        Err(if is_ours { FormRefusal::Unreadable } else { FormRefusal::of_stranger(&browser) })
    }
}

/// Reads to the end of the field, but holds at most `max` bytes.
async fn read(mut field: Field<'_>, max: usize) -> Result<Option<Vec<u8>>, FormRefusal> {
    let mut bytes = Vec::new();
    let mut fits = true;
    while let Some(chunk) = field.chunk().await.map_err(refusal)? {
        fits &= bytes.len() + chunk.len() <= max;
        if fits {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(fits.then_some(bytes))
}

fn refusal(error: MultipartError) -> FormRefusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { FormRefusal::TooLarge } else { FormRefusal::Unreadable }
}
