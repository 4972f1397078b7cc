//! Texts on their way out. `Ok` is told once WhatsApp has taken a text; which of our texts a receipt is about is found by
//! WhatsApp's id of it, which is made from ours: the same text handed over twice has the same id, and is one message.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use whatsapp_rust::waproto::whatsapp as wa;
use whatsapp_rust::{Client, Jid, SendError, SendOptions};

use super::line::{Line, Standing};
use crate::{Chat, Content, KeyChange, Outgoing, SendFailure};

/// Where our ids lie, by WhatsApp's. The value begins with whether WhatsApp took the text.
const SENT: &str = "our_id";
/// How long receipts are expected.
const REMEMBERED_S: i64 = 30 * 24 * 60 * 60;
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

pub(super) async fn our_id(line: &Line, wa_id: &str) -> Option<String> {
    let kept = line.store.get(SENT, wa_id).await.ok()??;
    String::from_utf8(kept.get(1..)?.to_vec()).ok()
}

pub(super) async fn send(line: &Arc<Line>, message: Outgoing) -> Result<(), SendFailure> {
    let client = match line.standing() {
        Standing::Linked => line.client().filter(|client| client.is_logged_in()).ok_or(SendFailure::Network)?,
        Standing::Unlinked | Standing::Linking => return Err(SendFailure::NotLinked),
        Standing::Over | Standing::Closed => return Err(SendFailure::Network),
    };
    let wa_id = wa_id(&message.id);
    if line.store.get(SENT, &wa_id).await.map_err(unread)?.is_some_and(|kept| kept.first() == Some(&TAKEN)) {
        return Ok(());
    }
    let (Chat::Person(to), Content::Text(body)) = (message.to, message.content) else {
        return Err(SendFailure::Refused);
    };
    let to = Jid::pn(to.as_str());
    if !has_account(&client, &to).await? {
        return Err(SendFailure::NotOnWhatsapp);
    }
    remember(line, &wa_id, &message.id, HANDED_OVER).await?;
    let taken = line.awaits(&wa_id);
    let sent = wa::Message { conversation: Some(body), ..wa::Message::default() };
    let options = SendOptions::default().with_message_id(wa_id.clone());
    client.send_message_with_options(to, sent, options).await.map_err(|error| failure(&error))?;
    let clock = Arc::clone(&line.shared.surroundings);
    let answer = tokio::select! {
        taken = taken => taken.map_err(|_| SendFailure::Network)?,
        () = clock.sleep_until(line.now_ms() + ANSWER_MS) => return Err(SendFailure::Network),
    };
    answer.map_err(refusal)?;
    // A receipt finds it either way: what is lost with this mark is that a second hand-over is known as one.
    remember(line, &wa_id, &message.id, TAKEN).await
}

async fn remember(line: &Line, wa_id: &str, id: &str, mark: u8) -> Result<(), SendFailure> {
    let value = [&[mark], id.as_bytes()].concat();
    let moment_s = Some(line.now_ms() / 1_000);
    let change = KeyChange::Put { kind: SENT, key: wa_id.to_owned(), value, moment_s };
    line.store.apply(vec![change]).await.map_err(unread)
}

/// Forgets texts of which no receipt is expected any more.
pub(super) async fn sweep(line: &Line) {
    if let Err(error) = line.store.sweep(SENT, line.now_ms() / 1_000 - REMEMBERED_S).await {
        tracing::warn!(session_id = line.session_id, %error, "live: old ids could not be swept away");
    }
}

async fn has_account(client: &Client, to: &Jid) -> Result<bool, SendFailure> {
    let known = client.contacts().is_on_whatsapp(std::slice::from_ref(to)).await.map_err(|_| SendFailure::Network)?;
    Ok(known.iter().any(|one| one.is_registered))
}

fn unread(error: crate::SessionError) -> SendFailure {
    tracing::error!(%error, "live: the keys of a session could not be read or written");
    SendFailure::Network
}

fn failure(error: &SendError) -> SendFailure {
    match error {
        SendError::NotLoggedIn => SendFailure::NotLinked,
        SendError::InvalidRequest(_) => SendFailure::Refused,
        _ => SendFailure::Network,
    }
}

/// WhatsApp's code for what it does not take.
fn refusal(code: u32) -> SendFailure {
    match code {
        429 => SendFailure::Throttled,
        _ => SendFailure::Refused,
    }
}
