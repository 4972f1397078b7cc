//! What becomes of messages that were sent: edits, deletions and votes; and what a chat shows for a moment.

use super::groups::seen_by_others;
use super::phone::{Doing, Message, Phone};
use super::rules;
use super::view::PhoneError;
use super::world::{LineId, World};
use crate::{Activity, Chat, Content, Event, MessageRef, SendFailure};

/// What happens to one message, on every phone that has it.
#[derive(Debug, Clone)]
pub(super) enum Change {
    Edit(String),
    Delete,
    Vote { from: String, options: Vec<String> },
}

impl World {
    /// A linked session changes a message that it sent.
    pub fn change_from_device(
        &mut self,
        id: LineId,
        chat: &Chat,
        text_id: &str,
        change: Change,
        now_ms: i64,
    ) -> Result<(), SendFailure> {
        let link = self.link_of(id)?;
        let device = self.device(&link).ok_or(SendFailure::NotLinked)?;
        let wa_id = device.sent.get(text_id).cloned().ok_or(SendFailure::Refused)?;
        let phone = self.phones.get(&link.number).ok_or(SendFailure::NotLinked)?;
        if phone.message(&wa_id).is_none_or(|message| message.chat != *chat) {
            return Err(SendFailure::Refused);
        }
        self.change(&link.number, Some(&link.device_id), &wa_id, change, now_ms).map_err(|_| SendFailure::Refused)
    }

    /// A phone's holder changes a message, or votes in a poll.
    pub fn change_from_phone(
        &mut self,
        number: &str,
        message_id: &str,
        change: Change,
        now_ms: i64,
    ) -> Result<(), PhoneError> {
        self.online_phone(number)?.used_at_ms = now_ms;
        self.change(number, None, message_id, change, now_ms)
    }

    /// Carries a change out on all phones of the chat, and tells every session of them but that of `device`.
    fn change(
        &mut self,
        by: &str,
        device: Option<&str>,
        message_id: &str,
        change: Change,
        now_ms: i64,
    ) -> Result<(), PhoneError> {
        let phone = self.phones.get(by).ok_or(PhoneError::NoSuchPhone)?;
        let message = phone.message(message_id).ok_or(PhoneError::NoSuchMessage)?;
        if message.is_deleted && matches!(change, Change::Delete) {
            return Ok(());
        }
        let change = change.checked(message, now_ms)?;
        let mut concerned = self.others(&message.chat, by);
        concerned.push(by.to_owned());
        if matches!(change, Change::Delete) {
            self.files.remove(message_id);
        }
        for number in concerned {
            if let Some(phone) = self.phones.get_mut(&number) {
                phone.take(message_id, &change);
            }
            for link in self.links(&number, device) {
                let message = self.reference(&link, message_id);
                self.tell(&link, change.told(message, now_ms));
            }
        }
        Ok(())
    }

    /// A linked session shows in a chat what its side is doing. Only phones that are online just now see it.
    pub fn show_from_device(
        &mut self,
        id: LineId,
        chat: &Chat,
        activity: Activity,
        now_ms: i64,
    ) -> Result<(), SendFailure> {
        let from = self.link_of(id)?.number;
        let shown_in = seen_by_others(chat, &from);
        for number in self.others(chat, &from) {
            let Some(phone) = self.phones.get_mut(&number).filter(|phone| phone.online) else { continue };
            phone.activities.retain(|_, doing| now_ms < doing.until_ms);
            if activity == Activity::Paused {
                phone.activities.remove(&shown_in);
            } else {
                let until_ms = now_ms + rules::ACTIVITY_LIFETIME_MS;
                phone.activities.insert(shown_in.clone(), Doing { activity, until_ms });
            }
            phone.changed();
        }
        Ok(())
    }
}

impl Change {
    /// The change as it is carried out, if WhatsApp takes it of whoever has this copy of the message.
    fn checked(self, message: &Message, now_ms: i64) -> Result<Self, PhoneError> {
        if message.is_deleted {
            return Err(PhoneError::NoSuchMessage);
        }
        let age_ms = now_ms - message.at_ms;
        match self {
            Self::Edit(_) | Self::Delete if !message.outgoing => Err(PhoneError::NotYours),
            Self::Edit(_) if age_ms > rules::EDIT_WINDOW_MS => Err(PhoneError::TooLate),
            Self::Delete if age_ms > rules::DELETE_WINDOW_MS => Err(PhoneError::TooLate),
            Self::Edit(body) => {
                let has_words = match &message.content {
                    Content::Text(_) => true,
                    Content::File(file) => file.kind.has_caption(),
                    Content::Location(_) | Content::Contacts(_) | Content::Poll(_) | Content::Unknown => false,
                };
                match (has_words, Content::Text(body.clone()).is_sendable()) {
                    (false, _) => Err(PhoneError::NoWords),
                    (true, false) => Err(PhoneError::BadText),
                    (true, true) => Ok(Self::Edit(body)),
                }
            }
            Self::Delete => Ok(Self::Delete),
            Self::Vote { from, options } => {
                let Content::Poll(poll) = &message.content else { return Err(PhoneError::NoSuchMessage) };
                // In the order of the poll, so that one is chosen once.
                let chosen: Vec<String> =
                    poll.options.iter().filter(|option| options.contains(option)).cloned().collect();
                if chosen.len() != options.len() || chosen.len() > poll.choices_max as usize {
                    return Err(PhoneError::BadVote);
                }
                Ok(Self::Vote { from, options: chosen })
            }
        }
    }

    fn told(&self, message: MessageRef, at_ms: i64) -> Event {
        match self.clone() {
            Self::Edit(body) => Event::Edited { message, body, at_ms },
            Self::Delete => Event::Deleted { message, at_ms },
            Self::Vote { from, options } => Event::Voted { poll: message, from, options, at_ms },
        }
    }
}

impl Phone {
    pub fn message(&self, message_id: &str) -> Option<&Message> {
        self.messages.iter().rev().find(|message| message.id == message_id)
    }

    /// Takes a change in, now or when the phone comes online.
    fn take(&mut self, message_id: &str, change: &Change) {
        if self.online {
            self.carry_out(message_id, change);
            return;
        }
        self.waiting.push_back((message_id.to_owned(), change.clone()));
        if self.waiting.len() > rules::MAX_WAITING_EVENTS {
            self.waiting.pop_front();
        }
    }

    /// Shows a change. One of a message that is no longer there is none.
    pub fn carry_out(&mut self, message_id: &str, change: &Change) {
        let Some(message) = self.messages.iter_mut().rev().find(|message| message.id == message_id) else { return };
        match change {
            Change::Edit(body) => {
                match &mut message.content {
                    Content::Text(words) => words.clone_from(body),
                    Content::File(file) => file.caption = Some(body.clone()),
                    Content::Location(_) | Content::Contacts(_) | Content::Poll(_) | Content::Unknown => {}
                }
                message.is_edited = true;
            }
            Change::Delete => {
                message.content = Content::Text(String::new());
                message.reply_to = None;
                message.votes.clear();
                message.is_deleted = true;
            }
            Change::Vote { from, options } => {
                message.votes.retain(|(voter, _)| voter != from);
                if !options.is_empty() {
                    message.votes.push((from.clone(), options.clone()));
                }
            }
        }
        self.changed();
    }
}
