//! What is needed to fetch the files of messages later. It lies with the keys: whoever has it can read the file.

use whatsapp_rust::ErrorChainExt as _;
use whatsapp_rust::anyhow;
use whatsapp_rust::wacore::download::{Downloadable, MediaDecryptionError};
use whatsapp_rust::waproto::buffa::Message as _;
use whatsapp_rust::waproto::whatsapp as wa;

use super::line::Line;
use super::reading;
use super::sending::unread;
use crate::{DownloadFailure, KeyChange, SendFailure};

/// By WhatsApp's id of the message: a message that holds nothing but what is needed.
pub(super) const FILE: &str = "file";
/// Bytes of a file: what WhatsApp lets a message carry.
const BYTES_MAX: u64 = 100 * 1024 * 1024;

/// Remembers how to fetch the file of a message, if it has one.
pub(super) fn kept(wa_id: &str, message: &wa::Message, now_s: i64) -> Option<KeyChange> {
    let value = reading::handle(message)?.encode_to_vec();
    Some(KeyChange::Put { kind: FILE, key: wa_id.to_owned(), value, moment_s: Some(now_s) })
}

pub(super) async fn handle(line: &Line, wa_id: &str) -> Result<Option<wa::Message>, SendFailure> {
    let kept = line.store.get(FILE, wa_id).await.map_err(|error| unread(&error))?;
    Ok(kept.and_then(|bytes| wa::Message::decode_from_slice(&bytes).ok()))
}

pub(super) async fn download(line: &Line, wa_id: &str) -> Result<Vec<u8>, DownloadFailure> {
    let client = line.ready()?;
    let handle = handle(line, wa_id).await?.ok_or(DownloadFailure::Gone)?;
    let file = downloadable(&handle).ok_or(DownloadFailure::Gone)?;
    if file.file_length().is_some_and(|bytes| bytes > BYTES_MAX) {
        return Err(SendFailure::Refused.into());
    }
    client.download(file).await.map_err(|error| failure(&error))
}

fn downloadable(message: &wa::Message) -> Option<&dyn Downloadable> {
    if let Some(image) = message.image_message.as_option() {
        return Some(image);
    }
    if let Some(video) = message.video_message.as_option() {
        return Some(video);
    }
    if let Some(audio) = message.audio_message.as_option() {
        return Some(audio);
    }
    if let Some(document) = message.document_message.as_option() {
        return Some(document);
    }
    message.sticker_message.as_option().map(|sticker| -> &dyn Downloadable { sticker })
}

/// The host answers 403 when the address has run out. What is not what its sender sealed will not become so.
fn failure(error: &anyhow::Error) -> DownloadFailure {
    let is_spoilt = error.chain().any(|cause| cause.is::<MediaDecryptionError>());
    let cause: &(dyn std::error::Error + 'static) = error.as_ref();
    match cause.http_status() {
        Some(403 | 404 | 410) => DownloadFailure::Gone,
        _ if is_spoilt => DownloadFailure::Gone,
        _ => SendFailure::Network.into(),
    }
}
