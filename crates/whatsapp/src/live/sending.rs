//! Messages on their way out. `Ok` is told once WhatsApp has taken one; which of our messages a receipt is about is found by
//! WhatsApp's id of it, which is made from ours: the same message handed over twice has the same id, and is one message.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use whatsapp_rust::waproto::whatsapp as wa;
use whatsapp_rust::{Client, ErrorChainExt as _, Jid, SendError, SendOptions, UploadOptions};

use super::asking::{self, address};
use super::compose;
use super::files::{self, FILE};
use super::line::Line;
use super::polls::{self, POLL};
use super::receiving::{WRITER, written};
use crate::{Chat, Content, KeyChange, MessageRef, Outgoing, Quote, SendFailure, SessionError};

/// Where our ids lie, by WhatsApp's. The value begins with whether WhatsApp took the message.
const SENT: &str = "our_id";
/// How long receipts are expected, files fetched, and changes of a message believed to whoever wrote it.
const REMEMBERED_S: i64 = 30 * 24 * 60 * 60;
/// How long votes are read.
const POLL_REMEMBERED_S: i64 = 90 * 24 * 60 * 60;
/// How long WhatsApp may take to answer.
const ANSWER_MS: i64 = 30_000;

const HANDED_OVER: u8 = b'?';
const TAKEN: u8 = b'!';

/// An id in the shape that WhatsApp Web gives to messages.
fn wa_id(id: &str) -> String {
    let digest = Sha256::digest(id.as_bytes());
    let hex: String = digest.iter().take(9).map(|byte| format!("{byte:02X}")).collect();
    format!("3EB0{hex}")
}

pub(super) async fn our_id(line: &Line, wa_id: &str) -> Result<Option<String>, SessionError> {
    let kept = line.store.get(SENT, wa_id).await?;
    Ok(kept.and_then(|kept| String::from_utf8(kept.get(1..)?.to_vec()).ok()))
}

pub(super) async fn send(line: &Line, message: Outgoing) -> Result<(), SendFailure> {
    let client = line.ready()?;
    if !message.is_sendable() {
        return Err(SendFailure::Refused);
    }
    let wa_id = wa_id(&message.id);
    let kept = line.store.get(SENT, &wa_id).await.map_err(|error| unread(&error))?;
    if kept.is_some_and(|kept| kept.first() == Some(&TAKEN)) {
        return Ok(());
    }
    let (id, chat, to) = (message.id.clone(), message.to.clone(), address(&message.to));
    if to.is_pn() && !has_account(&client, &to).await? {
        return Err(SendFailure::NotOnWhatsapp);
    }
    let (sent, mut rows) = composed(line, &client, &wa_id, message).await?;
    rows.push(ours(line, &wa_id, &id, HANDED_OVER));
    if let (Chat::Group(_), Some(own)) = (&chat, client.pn()) {
        // Its administrators may take it back.
        rows.push(written(&wa_id, &chat, &own.user, line.now_ms() / 1_000));
    }
    line.store.apply(rows).await.map_err(|error| unread(&error))?;
    hand_over(line, &client, to, &wa_id, sent).await?;
    // A receipt finds it either way: what is lost with this mark is that a second hand-over is known as one.
    line.store.apply(vec![ours(line, &wa_id, &id, TAKEN)]).await.map_err(|error| unread(&error))
}

/// The message as WhatsApp wants it, and what has to be remembered of it.
async fn composed(
    line: &Line,
    client: &Client,
    wa_id: &str,
    message: Outgoing,
) -> Result<(wa::Message, Vec<KeyChange>), SendFailure> {
    let quote = match &message.reply_to {
        Some(quote) => Some(quoted(client, quote)?),
        None => None,
    };
    let now_s = line.now_ms() / 1_000;
    if let Content::File(file) = &message.content {
        let media_type = compose::media_type(file.kind);
        let uploaded = client.upload(message.file, media_type, UploadOptions::new()).await;
        let uploaded = uploaded.map_err(|error| not_uploaded(line, error.as_ref()))?;
        let sent = compose::file(file, uploaded, quote);
        let row = files::kept(wa_id, &sent, now_s);
        return Ok((sent, row.into_iter().collect()));
    }
    let secret = polls::secret(line, wa_id).await.map_err(|error| unread(&error))?;
    let sent = compose::message(&message.content, secret, quote).ok_or(SendFailure::Refused)?;
    let row = match &message.content {
        Content::Poll(poll) => polls::ours(client, wa_id, poll, secret, now_s),
        _ => None,
    };
    Ok((sent, row.into_iter().collect()))
}

fn quoted(client: &Client, quote: &Quote) -> Result<wa::ContextInfo, SendFailure> {
    let stanza_id = match &quote.message {
        MessageRef::Ours(id) => wa_id(id),
        MessageRef::Named(wa_id) => wa_id.clone(),
    };
    let writer = match &quote.from {
        Some(phone) => Jid::pn(phone.as_str()),
        None => client.pn().ok_or(SendFailure::NotLinked)?.to_non_ad(),
    };
    Ok(compose::quote(stanza_id, &writer, &quote.body))
}

/// What the host answered may name the file: only its status is worth a line.
fn not_uploaded(line: &Line, error: &(dyn std::error::Error + 'static)) -> SendFailure {
    let status = error.http_status();
    tracing::warn!(session_id = line.session_id, status, "live: a file could not be uploaded");
    match status {
        Some(413 | 415) => SendFailure::Refused,
        Some(429) => SendFailure::Throttled,
        _ => SendFailure::Network,
    }
}

/// Puts other words in place of those of a message of ours.
pub(super) async fn edit(line: &Line, chat: &Chat, id: &str, body: &str) -> Result<(), SendFailure> {
    let client = line.ready()?;
    if !Content::Text(body.to_owned()).is_sendable() {
        return Err(SendFailure::Refused);
    }
    let (to, wa_id) = (address(chat), wa_id(id));
    let with = match files::handle(line, &wa_id).await? {
        Some(file) => compose::recaptioned(file, body).ok_or(SendFailure::Refused)?,
        None => compose::text(body),
    };
    let edit = compose::edit(&to, wa_id, with, line.now_ms());
    hand_over(line, &client, to, &client.generate_message_id(), edit).await
}

/// Takes a message of ours back.
pub(super) async fn delete(line: &Line, chat: &Chat, id: &str) -> Result<(), SendFailure> {
    let client = line.ready()?;
    let to = address(chat);
    let revocation = compose::revocation(&to, wa_id(id));
    hand_over(line, &client, to, &client.generate_message_id(), revocation).await
}

/// Hands a message to WhatsApp, and waits for its word.
async fn hand_over(
    line: &Line,
    client: &Client,
    to: Jid,
    wa_id: &str,
    message: wa::Message,
) -> Result<(), SendFailure> {
    let taken = line.awaits(wa_id);
    let options = SendOptions::default().with_message_id(wa_id);
    client.send_message_with_options(to, message, options).await.map_err(|error| failure(&error))?;
    let clock = Arc::clone(&line.shared.surroundings);
    let answer = tokio::select! {
        taken = taken => taken.map_err(|_| SendFailure::Network)?,
        () = clock.sleep_until(line.now_ms() + ANSWER_MS) => return Err(SendFailure::Network),
    };
    answer.map_err(refusal)
}

fn ours(line: &Line, wa_id: &str, id: &str, mark: u8) -> KeyChange {
    let value = [&[mark], id.as_bytes()].concat();
    KeyChange::Put { kind: SENT, key: wa_id.to_owned(), value, moment_s: Some(line.now_ms() / 1_000) }
}

/// Forgets messages of which nothing is expected any more.
pub(super) async fn sweep(line: &Line) {
    let now_s = line.now_ms() / 1_000;
    let kinds = [(SENT, REMEMBERED_S), (FILE, REMEMBERED_S), (WRITER, REMEMBERED_S), (POLL, POLL_REMEMBERED_S)];
    for (kind, remembered_s) in kinds {
        if let Err(error) = line.store.sweep(kind, now_s - remembered_s).await {
            tracing::warn!(session_id = line.session_id, kind, %error, "live: old rows could not be swept away");
        }
    }
}

async fn has_account(client: &Client, to: &Jid) -> Result<bool, SendFailure> {
    let known = client.contacts().is_on_whatsapp(std::slice::from_ref(to)).await.map_err(|_| SendFailure::Network)?;
    Ok(known.iter().any(|one| one.is_registered))
}

pub(super) fn unread(error: &SessionError) -> SendFailure {
    tracing::error!(%error, "live: the keys of a session could not be read or written");
    SendFailure::Network
}

fn failure(error: &SendError) -> SendFailure {
    match error {
        SendError::NotLoggedIn => SendFailure::NotLinked,
        SendError::InvalidRequest(_) => SendFailure::Refused,
        _ => asking::failure(error),
    }
}

/// WhatsApp's code for what it does not take.
fn refusal(code: u32) -> SendFailure {
    match code {
        429 => SendFailure::Throttled,
        _ => SendFailure::Refused,
    }
}
