//! How far messages got.
//!
//! "Delivered" comes from the recipient's *phone*, when the message reaches it. "Read" comes when its holder reads, or when a
//! linked session marks it. In a group each of them is told once everybody is that far.

use super::phone::{Message, Origin, Phone};
use super::rules::{self, Outcome};
use super::view::{MessageState, PhoneError};
use super::world::{LineId, Link, World};
use crate::{Chat, Event, SendFailure};

/// "Delivered" or "read", on its way back to the sender.
pub(super) struct Receipt {
    pub message_id: String,
    pub to: String,
    /// As the recipient sees it.
    pub chat: Chat,
    pub device: Option<Origin>,
    pub state: MessageState,
}

impl World {
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
    pub fn mark_read(&mut self, number: &str, chat: &Chat, now_ms: i64) -> Result<(), PhoneError> {
        let phone = self.phones.get_mut(number).ok_or(PhoneError::NoSuchPhone)?;
        phone.used_at_ms = now_ms;
        let mut is_there = false;
        for message in phone.messages.iter_mut().filter(|message| message.chat == *chat && message.shown.is_some()) {
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

    /// A linked session says that it read some messages. Those that the phone does not have are none.
    pub fn mark_read_from_device(
        &mut self,
        id: LineId,
        chat: &Chat,
        from: &str,
        wa_ids: &[String],
        now_ms: i64,
    ) -> Result<(), SendFailure> {
        let number = self.link_of(id)?.number;
        let Some(phone) = self.phones.get_mut(&number) else { return Ok(()) };
        let is_silent = phone.is_silent(chat);
        let is_meant = |message: &&mut Message| {
            !message.outgoing && message.chat == *chat && message.from == from && wa_ids.contains(&message.id)
        };
        let receipts: Vec<Receipt> = phone
            .messages
            .iter_mut()
            .filter(is_meant)
            .flat_map(|message| message.advance(MessageState::Read, is_silent))
            .collect();
        phone.changed();
        for receipt in receipts {
            self.give_receipt(receipt, now_ms);
        }
        self.catch_up(&number, now_ms);
        Ok(())
    }

    /// Exchanges what an online phone and the network have for each other. Does nothing while it is offline.
    pub fn catch_up(&mut self, number: &str, now_ms: i64) {
        let Some(phone) = self.phones.get_mut(number).filter(|phone| phone.online) else { return };
        for receipt in phone.exchange() {
            self.give_receipt(receipt, now_ms);
        }
    }

    /// Brings a receipt to the sender: to the device that wrote the message, and to the tick on the sender's phone.
    pub fn give_receipt(&mut self, receipt: Receipt, now_ms: i64) {
        if !self.is_everybody_that_far(&receipt) {
            return;
        }
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

    /// Who no longer has the message keeps nobody waiting.
    fn is_everybody_that_far(&self, receipt: &Receipt) -> bool {
        let Chat::Group(_) = receipt.chat else { return true };
        let others = self.others(&receipt.chat, &receipt.to);
        let phones = others.iter().filter_map(|number| self.phones.get(number));
        let copies = phones.filter_map(|phone| {
            let copy = phone.messages.iter().rev().find(|message| message.id == receipt.message_id)?;
            Some(if phone.never_reads() { copy.state.min(MessageState::Delivered) } else { copy.state })
        });
        copies.into_iter().all(|state| state >= receipt.state)
    }
}

impl Phone {
    fn never_reads(&self) -> bool {
        rules::outcome_for(&self.number) == Outcome::NeverRead
    }

    /// Whether nobody is told what is read. As on real phones, groups are told whatever the holder says.
    fn is_silent(&self, chat: &Chat) -> bool {
        self.never_reads() || (self.blocks_receipts && matches!(chat, Chat::Person(_)))
    }

    /// Shows what waited, and gives back the receipts that are due.
    fn exchange(&mut self) -> Vec<Receipt> {
        for (message_id, change) in std::mem::take(&mut self.waiting) {
            self.carry_out(&message_id, &change);
        }
        let (silent_person, silent_group) =
            (self.is_silent(&Chat::Person(String::new())), self.is_silent(&Chat::Group(String::new())));
        let mut receipts = Vec::new();
        for message in &mut self.messages {
            if message.outgoing {
                message.shown = Some(message.state);
                continue;
            }
            // A linked session may have marked it as read meanwhile.
            let shown = message.shown.unwrap_or(MessageState::Delivered).max(message.state);
            message.shown = Some(shown);
            let is_silent = if matches!(message.chat, Chat::Group(_)) { silent_group } else { silent_person };
            receipts.extend(message.advance(shown, is_silent));
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

impl Message {
    /// The receipts that bring what the network knows up to `state`.
    fn advance(&mut self, state: MessageState, is_silent: bool) -> Vec<Receipt> {
        let mut receipts = Vec::new();
        for step in [MessageState::Delivered, MessageState::Read] {
            if self.state >= step || step > state {
                continue;
            }
            self.state = step;
            if step == MessageState::Read && is_silent {
                continue;
            }
            let (message_id, to, chat) = (self.id.clone(), self.from.clone(), self.chat.clone());
            receipts.push(Receipt { message_id, to, chat, device: self.device.clone(), state: step });
        }
        receipts
    }
}
