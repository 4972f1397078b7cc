//! Messages between phones, and between phones and sessions.
//!
//! A linked session of the recipient gets a message at once, whether the recipient's phone is online or not. What one device of
//! an account writes, its others are told too.

use super::groups::seen_by_others;
use super::phone::{Message, Origin};
use super::receipts::Receipt;
use super::rules::{self, Outcome};
use super::view::{MessageState, PhoneError};
use super::world::{LineId, Link, World};
use crate::{Chat, Content, Event, MessageRef, Outgoing, SendFailure};

/// A message on its way.
struct Letter {
    id: String,
    from: String,
    /// As the sender sees it.
    chat: Chat,
    content: Content,
    reply_to: Option<String>,
    device: Option<Origin>,
}

/// What the holder of a phone writes.
pub(super) struct Draft {
    pub to: Chat,
    pub content: Content,
    pub file: Vec<u8>,
    /// The id of a message in the same chat.
    pub reply_to: Option<String>,
}

impl World {
    /// A linked session hands over a message. One that was taken before is not sent again.
    pub fn send_from_device(
        &mut self,
        id: LineId,
        message: Outgoing,
        message_id: String,
        now_ms: i64,
    ) -> Result<(), SendFailure> {
        let link = self.link_of(id)?;
        let device = self.device(&link).ok_or(SendFailure::NotLinked)?;
        if device.sent.contains(&message.id) {
            return Ok(());
        }
        if !message.is_sendable() || message.file.len() > rules::MAX_FILES_BYTES {
            return Err(SendFailure::Refused);
        }
        let origin =
            Origin { device_id: device.id.clone(), device_name: device.name.clone(), text_id: message.id.clone() };
        let reply_to = message.reply_to.and_then(|quote| device.wa_id_of(&quote.message));
        let outcome = self.route(&link.number, &message.to, now_ms).map_err(failure)?;
        if let Some(device) = self.device(&link) {
            device.sent.insert(message.id, message_id.clone());
        }
        let content = with_size(message.content, &message.file);
        self.files.keep(&message_id, message.file);
        let from = link.number;
        let letter = Letter { id: message_id, from, chat: message.to, content, reply_to, device: Some(origin) };
        self.post(&letter, outcome, now_ms);
        Ok(())
    }

    /// A phone's holder writes.
    pub fn send_from_phone(
        &mut self,
        number: &str,
        draft: Draft,
        message_id: &str,
        now_ms: i64,
    ) -> Result<(), PhoneError> {
        let phone = self.online_phone(number)?;
        phone.used_at_ms = now_ms;
        let Draft { to: chat, content, file, reply_to } = draft;
        if matches!(&chat, Chat::Person(to) if !rules::is_plausible(to)) {
            return Err(PhoneError::BadNumber);
        }
        if let Some(quoted) = &reply_to
            && !phone.messages.iter().any(|message| message.id == *quoted && message.chat == chat)
        {
            return Err(PhoneError::NoSuchMessage);
        }
        let has_bytes = !file.is_empty() && file.len() <= rules::MAX_FILES_BYTES;
        if !content.is_sendable() || has_bytes != matches!(content, Content::File(_)) {
            let is_text = matches!(content, Content::Text(_));
            return Err(if is_text { PhoneError::BadText } else { PhoneError::BadMessage });
        }
        let outcome = self.route(number, &chat, now_ms)?;
        let content = with_size(content, &file);
        self.files.keep(message_id, file);
        let (id, from) = (message_id.to_owned(), number.to_owned());
        self.post(&Letter { id, from, chat, content, reply_to, device: None }, outcome, now_ms);
        Ok(())
    }

    /// Whether WhatsApp takes a message for this chat, and what becomes of it then. The recipient has a phone afterwards.
    fn route(&mut self, from: &str, chat: &Chat, now_ms: i64) -> Result<Outcome, PhoneError> {
        // Who is watched is not forgotten: the recipient's new phone must not take the sender's place.
        let _kept = self.phones.get(from).map(|phone| phone.version.subscribe());
        match chat {
            Chat::Person(to) => {
                let outcome = rules::taken(to)?;
                if outcome != Outcome::FailsLater {
                    self.phone_or_new(to, None, now_ms)?;
                }
                Ok(outcome)
            }
            Chat::Group(id) => self.groups.enter(id, from, now_ms).map(|()| Outcome::Ordinary),
        }
    }

    /// Puts a taken message into all chats, and tells whoever must know.
    fn post(&mut self, letter: &Letter, outcome: Outcome, now_ms: i64) {
        if let Some(sender) = self.phones.get_mut(&letter.from) {
            sender.used_at_ms = now_ms;
            let shown = sender.online.then_some(MessageState::Sent);
            sender.remember(letter.copy(letter.chat.clone(), true, shown, now_ms));
        }
        let writer = letter.device.as_ref().map(|origin| origin.device_id.as_str());
        for link in self.links(&letter.from, writer) {
            let reply_to = letter.reply_to.as_ref().map(|quoted| self.reference(&link, quoted));
            let (id, chat, content) = (letter.id.clone(), letter.chat.clone(), letter.content.clone());
            self.tell(&link, Event::SentElsewhere { id, chat, content, reply_to, at_ms: now_ms });
        }
        if outcome == Outcome::FailsLater {
            return self.give_receipt(letter.receipt(MessageState::Failed), now_ms);
        }
        let recipients = self.others(&letter.chat, &letter.from);
        if recipients.is_empty() {
            // A note to oneself is one message, and it is where it should be.
            self.give_receipt(letter.receipt(MessageState::Delivered), now_ms);
        }
        for to in &recipients {
            self.hand_in(letter, to, now_ms);
        }
        // Only now, so that the first of a group is not taken for the last.
        for to in &recipients {
            self.catch_up(to, now_ms);
        }
    }

    fn hand_in(&mut self, letter: &Letter, to: &str, now_ms: i64) {
        let Some(recipient) = self.phones.get_mut(to) else { return };
        let chat = seen_by_others(&letter.chat, &letter.from);
        recipient.remember(letter.copy(chat.clone(), false, None, now_ms));
        recipient.activities.remove(&chat);
        for link in self.links(to, None) {
            let reply_to = letter.reply_to.as_ref().map(|quoted| self.reference(&link, quoted));
            let (id, from, content) = (letter.id.clone(), letter.from.clone(), letter.content.clone());
            let chat = chat.clone();
            self.tell(&link, Event::Received { id, chat, from, content, reply_to, at_ms: now_ms });
        }
    }

    /// The linked devices of a number, without the one that is doing something.
    pub fn links(&self, number: &str, but: Option<&str>) -> Vec<Link> {
        let devices = self.phones.get(number).into_iter().flat_map(|phone| &phone.devices);
        let others = devices.filter(|device| but != Some(device.id.as_str()));
        others.map(|device| Link { number: number.to_owned(), device_id: device.id.clone() }).collect()
    }

    /// A message as the session of a device knows it.
    pub fn reference(&mut self, link: &Link, wa_id: &str) -> MessageRef {
        let text_id = self.device(link).and_then(|device| device.sent.key_of(wa_id));
        text_id.map_or_else(|| MessageRef::Named(wa_id.to_owned()), |id| MessageRef::Ours(id.to_owned()))
    }
}

/// What a session is told that the holder of a phone would be told.
fn failure(refusal: PhoneError) -> SendFailure {
    match refusal {
        PhoneError::NotOnWhatsapp => SendFailure::NotOnWhatsapp,
        PhoneError::Throttled => SendFailure::Throttled,
        PhoneError::SandboxFull => SendFailure::Network,
        _ => SendFailure::Refused,
    }
}

/// A file is as large as its bytes are, whatever was said.
fn with_size(content: Content, bytes: &[u8]) -> Content {
    match content {
        Content::File(file) => Content::File(crate::File { size: bytes.len() as u64, ..file }),
        other => other,
    }
}

impl Letter {
    fn copy(&self, chat: Chat, outgoing: bool, shown: Option<MessageState>, now_ms: i64) -> Message {
        Message {
            id: self.id.clone(),
            chat,
            from: self.from.clone(),
            content: self.content.clone(),
            reply_to: self.reply_to.clone(),
            votes: Vec::new(),
            is_edited: false,
            is_deleted: false,
            at_ms: now_ms,
            outgoing,
            device: self.device.clone(),
            state: MessageState::Sent,
            shown,
        }
    }

    /// What the network itself says of it.
    fn receipt(&self, state: MessageState) -> Receipt {
        let chat = seen_by_others(&self.chat, &self.from);
        Receipt { message_id: self.id.clone(), to: self.from.clone(), chat, device: self.device.clone(), state }
    }
}
