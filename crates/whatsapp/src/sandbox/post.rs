//! Texts and receipts between phones, and between phones and sessions.
//!
//! A receipt comes from the recipient's *phone*: "delivered" when the text reaches it, "read" when its holder reads. A
//! linked session of the recipient gets the text at once, whether the phone is online or not, and sends no receipt.

use super::phone::{Message, Origin, Phone};
use super::rules::{self, Outcome};
use super::view::{MessageState, PhoneError};
use super::world::{LineId, Link, World};
use crate::{Chat, Content, Event, Outgoing, SendFailure};

/// A text on its way.
struct Letter {
    id: String,
    from: String,
    to: String,
    body: String,
    device: Option<Origin>,
}

/// "Delivered" or "read", on its way back to the sender.
struct Receipt {
    message_id: String,
    to: String,
    device: Option<Origin>,
    state: MessageState,
}

impl World {
    /// A linked session hands over a text. One that was taken before is not sent again.
    pub fn send_from_device(
        &mut self,
        id: LineId,
        message: Outgoing,
        message_id: String,
        now_ms: i64,
    ) -> Result<(), SendFailure> {
        let line = self.lines.get(&id).ok_or(SendFailure::Network)?;
        let link = line.link.clone().ok_or(SendFailure::NotLinked)?;
        let device = self.device(&link).ok_or(SendFailure::NotLinked)?;
        if device.sent.contains(&message.id) {
            return Ok(());
        }
        let (Chat::Person(to), Content::Text(body)) = (message.to, message.content) else {
            return Err(SendFailure::Refused);
        };
        let origin =
            Origin { device_id: device.id.clone(), device_name: device.name.clone(), text_id: message.id.clone() };
        if !rules::is_sendable(&body) {
            return Err(SendFailure::Refused);
        }
        let outcome = rules::taken(&to)?;
        if outcome != Outcome::FailsLater {
            self.phone_or_new(&to, None, now_ms).map_err(|_| SendFailure::Network)?;
        }
        if let Some(device) = self.device(&link) {
            device.sent.insert(message.id, ());
        }
        let letter = Letter { id: message_id, from: link.number, to, body, device: Some(origin) };
        self.post(letter, outcome, now_ms);
        Ok(())
    }

    /// A phone's holder writes to another number.
    pub fn send_from_phone(
        &mut self,
        number: &str,
        to: &str,
        body: &str,
        message_id: String,
        now_ms: i64,
    ) -> Result<(), PhoneError> {
        let phone = self.online_phone(number)?;
        phone.used_at_ms = now_ms;
        // Who is watched is not forgotten: the recipient's new phone must not take the sender's place.
        let _kept = phone.version.subscribe();
        if !rules::is_plausible(to) {
            return Err(PhoneError::BadNumber);
        }
        if !rules::is_sendable(body) {
            return Err(PhoneError::BadText);
        }
        let outcome = rules::taken(to).map_err(|failure| match failure {
            SendFailure::NotOnWhatsapp => PhoneError::NotOnWhatsapp,
            SendFailure::Throttled => PhoneError::Throttled,
            _ => PhoneError::Refused,
        })?;
        if outcome != Outcome::FailsLater {
            self.phone_or_new(to, None, now_ms)?;
        }
        let letter =
            Letter { id: message_id, from: number.to_owned(), to: to.to_owned(), body: body.to_owned(), device: None };
        self.post(letter, outcome, now_ms);
        Ok(())
    }

    /// Puts a taken text into both chats, and tells whoever must know.
    fn post(&mut self, letter: Letter, outcome: Outcome, now_ms: i64) {
        if let Some(sender) = self.phones.get_mut(&letter.from) {
            sender.used_at_ms = now_ms;
            let shown = sender.online.then_some(MessageState::Sent);
            sender.remember(letter.copy(&letter.to, true, shown, now_ms));
        }
        if outcome == Outcome::FailsLater {
            let receipt = letter.receipt(MessageState::Failed);
            self.give_receipt(receipt, now_ms);
        } else if letter.from == letter.to {
            // A note to oneself is one message, and it is where it should be.
            let receipt = letter.receipt(MessageState::Delivered);
            self.give_receipt(receipt, now_ms);
        } else {
            self.hand_in(&letter, now_ms);
        }
    }

    fn hand_in(&mut self, letter: &Letter, now_ms: i64) {
        let Some(recipient) = self.phones.get_mut(&letter.to) else { return };
        recipient.remember(letter.copy(&letter.from, false, None, now_ms));
        let device_ids: Vec<String> = recipient.devices.iter().map(|device| device.id.clone()).collect();
        for device_id in device_ids {
            let link = Link { number: letter.to.clone(), device_id };
            let (id, from, content) = (letter.id.clone(), letter.from.clone(), Content::Text(letter.body.clone()));
            let chat = Chat::Person(from.clone());
            self.tell(&link, Event::Received { id, chat, from, content, reply_to: None, at_ms: now_ms });
        }
        self.catch_up(&letter.to, now_ms);
    }

    /// Switches a phone's connection. What waited for it arrives, and its receipts leave, when it comes online.
    pub fn set_online(&mut self, number: &str, online: bool, now_ms: i64) -> Result<(), PhoneError> {
        let phone = self.phones.get_mut(number).ok_or(PhoneError::NoSuchPhone)?;
        phone.used_at_ms = now_ms;
        phone.online = online;
        phone.changed();
        self.catch_up(number, now_ms);
        Ok(())
    }

    /// Stops or resumes telling others what was read. What is read meanwhile is never told.
    pub fn block_receipts(&mut self, number: &str, blocked: bool) -> Result<(), PhoneError> {
        let phone = self.phones.get_mut(number).ok_or(PhoneError::NoSuchPhone)?;
        phone.blocks_receipts = blocked;
        phone.changed();
        Ok(())
    }

    /// The phone's holder opens a chat.
    pub fn mark_read(&mut self, number: &str, chat: &str, now_ms: i64) -> Result<(), PhoneError> {
        let phone = self.phones.get_mut(number).ok_or(PhoneError::NoSuchPhone)?;
        phone.used_at_ms = now_ms;
        let mut is_there = false;
        for message in phone.messages.iter_mut().filter(|message| message.peer == chat && message.shown.is_some()) {
            is_there = true;
            if !message.outgoing {
                message.shown = Some(MessageState::Read);
            }
        }
        if !is_there {
            return Err(PhoneError::NoSuchChat);
        }
        phone.changed();
        self.catch_up(number, now_ms);
        Ok(())
    }

    /// Exchanges what an online phone and the network have for each other. Does nothing while it is offline.
    fn catch_up(&mut self, number: &str, now_ms: i64) {
        let Some(phone) = self.phones.get_mut(number).filter(|phone| phone.online) else { return };
        for receipt in phone.exchange() {
            self.give_receipt(receipt, now_ms);
        }
    }

    /// Brings a receipt to the sender: to the device that wrote the text, and to the tick on the sender's phone.
    fn give_receipt(&mut self, receipt: Receipt, now_ms: i64) {
        if let Some(phone) = self.phones.get_mut(&receipt.to) {
            phone.tick_off(&receipt);
        }
        let Some(origin) = receipt.device else { return };
        let link = Link { number: receipt.to, device_id: origin.device_id };
        let id = origin.text_id;
        let event = match receipt.state {
            MessageState::Sent => return,
            MessageState::Delivered => Event::Delivered { id, at_ms: now_ms },
            MessageState::Read => Event::Read { id, at_ms: now_ms },
            MessageState::Failed => Event::Failed { id, reason: SendFailure::Refused },
        };
        self.tell(&link, event);
    }
}

impl Letter {
    fn copy(&self, peer: &str, outgoing: bool, shown: Option<MessageState>, now_ms: i64) -> Message {
        Message {
            id: self.id.clone(),
            peer: peer.to_owned(),
            body: self.body.clone(),
            at_ms: now_ms,
            outgoing,
            device: self.device.clone(),
            state: MessageState::Sent,
            shown,
        }
    }

    fn receipt(&self, state: MessageState) -> Receipt {
        Receipt { message_id: self.id.clone(), to: self.from.clone(), device: self.device.clone(), state }
    }
}

impl Phone {
    /// Shows what waited, and gives back the receipts that are due.
    fn exchange(&mut self) -> Vec<Receipt> {
        let is_silent = self.blocks_receipts || rules::outcome_for(&self.number) == Outcome::NeverRead;
        let mut receipts = Vec::new();
        for message in &mut self.messages {
            if message.outgoing {
                message.shown = Some(message.state);
                continue;
            }
            let shown = *message.shown.get_or_insert(MessageState::Delivered);
            for state in [MessageState::Delivered, MessageState::Read] {
                if message.state < state && state <= shown {
                    message.state = state;
                    if state == MessageState::Read && is_silent {
                        continue;
                    }
                    let (message_id, to, device) = (message.id.clone(), message.peer.clone(), message.device.clone());
                    receipts.push(Receipt { message_id, to, device, state });
                }
            }
        }
        receipts
    }

    /// Notes how far a message of this account got; an offline phone shows it later.
    fn tick_off(&mut self, receipt: &Receipt) {
        let is_meant = |message: &&mut Message| message.outgoing && message.id == receipt.message_id;
        if let Some(message) = self.messages.iter_mut().rev().find(is_meant) {
            message.state = message.state.max(receipt.state);
            if self.online {
                message.shown = Some(message.state);
            }
            self.changed();
        }
    }
}
