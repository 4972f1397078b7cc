//! One simulated phone: its devices, its messages, and how it shows itself.

use std::collections::VecDeque;

use tokio::sync::watch;

use super::recent::Recent;
use super::rules;
use super::view::{
    ChatView, DeviceView, LinkPrompt, MessageState, MessageView, PasskeyPrompt, PhoneSummary, PhoneView,
};
use super::world::LineId;
use crate::Event;

/// A phone and, since a number has one phone, its WhatsApp account.
#[derive(Debug)]
pub(super) struct Phone {
    pub number: String,
    pub profile_name: String,
    pub online: bool,
    pub blocks_receipts: bool,
    pub needs_passkey: bool,
    pub devices: Vec<Device>,
    pub messages: VecDeque<Message>,
    /// When codes were asked for this number, oldest first.
    pub code_requests_ms: VecDeque<i64>,
    /// Last use, to know which phone may be forgotten when there are too many.
    pub used_at_ms: i64,
    pub version: watch::Sender<u64>,
}

/// A linked device: the phone's end of a session.
#[derive(Debug)]
pub(super) struct Device {
    pub id: String,
    pub name: String,
    pub linked_at_ms: i64,
    /// The open session that is this device, if one is open.
    pub line: Option<LineId>,
    /// Texts and receipts for a session that is closed just now, oldest first.
    pub owed: VecDeque<Event>,
    /// Ids of the texts handed over, by which one that is handed over twice is recognised.
    pub sent: Recent<()>,
}

#[derive(Debug)]
pub(super) struct Message {
    pub id: String,
    pub peer: String,
    pub body: String,
    pub at_ms: i64,
    pub outgoing: bool,
    /// The device that wrote it: on the sender's copy for the label, on the recipient's copy to send receipts to.
    pub device: Option<Origin>,
    /// What the network knows: on an incoming message, the last receipt that was sent.
    pub state: MessageState,
    /// What this phone shows; nothing while the message waits for the phone to come online.
    pub shown: Option<MessageState>,
}

/// The device that wrote a message, and the id by which its session knows it.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub device_id: String,
    pub device_name: String,
    pub text_id: String,
}

impl Phone {
    pub fn new(number: &str, profile_name: &str, now_ms: i64) -> Self {
        Self {
            number: number.to_owned(),
            profile_name: profile_name.to_owned(),
            online: true,
            blocks_receipts: false,
            needs_passkey: false,
            devices: Vec::new(),
            messages: VecDeque::new(),
            code_requests_ms: VecDeque::new(),
            used_at_ms: now_ms,
            version: watch::Sender::new(0),
        }
    }

    pub fn changed(&self) {
        self.version.send_modify(|version| *version += 1);
    }

    pub fn device(&mut self, device_id: &str) -> Option<&mut Device> {
        self.devices.iter_mut().find(|device| device.id == device_id)
    }

    pub fn remember(&mut self, message: Message) {
        self.messages.push_back(message);
        if self.messages.len() > rules::HISTORY_PER_PHONE {
            self.messages.pop_front();
        }
        self.changed();
    }

    pub fn view(
        &self,
        prompt: Option<LinkPrompt>,
        passkey: Option<PasskeyPrompt>,
        name_of: impl Fn(&str) -> Option<String>,
    ) -> PhoneView {
        PhoneView {
            number: self.number.clone(),
            profile_name: self.profile_name.clone(),
            online: self.online,
            blocks_receipts: self.blocks_receipts,
            needs_passkey: self.needs_passkey,
            linked_devices: self.devices.iter().map(Device::view).collect(),
            prompt,
            passkey,
            chats: self.chats(name_of),
            version: *self.version.borrow(),
        }
    }

    pub fn summary(&self, is_asked_to_link: bool) -> PhoneSummary {
        PhoneSummary {
            number: self.number.clone(),
            profile_name: self.profile_name.clone(),
            online: self.online,
            linked_devices: self.devices.len(),
            unread: self.messages.iter().filter(|message| message.is_unread()).count(),
            is_asked_to_link,
        }
    }

    fn chats(&self, name_of: impl Fn(&str) -> Option<String>) -> Vec<ChatView> {
        let mut chats: Vec<ChatView> = Vec::new();
        // Newest first, so that chats come in the order of their newest message.
        for message in self.messages.iter().rev() {
            let Some(shown) = message.view() else { continue };
            let unread = usize::from(message.is_unread());
            if let Some(chat) = chats.iter_mut().find(|chat| chat.with == message.peer) {
                chat.messages.push(shown);
                chat.unread += unread;
            } else {
                let name = name_of(&message.peer);
                chats.push(ChatView { with: message.peer.clone(), name, unread, messages: vec![shown] });
            }
        }
        for chat in &mut chats {
            chat.messages.reverse();
        }
        chats
    }
}

impl Device {
    pub fn new(id: &str, name: &str, linked_at_ms: i64) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            linked_at_ms,
            line: None,
            owed: VecDeque::new(),
            sent: Recent::default(),
        }
    }

    pub fn view(&self) -> DeviceView {
        DeviceView { id: self.id.clone(), name: self.name.clone(), linked_at_ms: self.linked_at_ms }
    }
}

impl Message {
    fn is_unread(&self) -> bool {
        !self.outgoing && self.shown == Some(MessageState::Delivered)
    }

    fn view(&self) -> Option<MessageView> {
        let written_by = self.device.as_ref().filter(|_| self.outgoing);
        self.shown.map(|state| MessageView {
            id: self.id.clone(),
            body: self.body.clone(),
            at_ms: self.at_ms,
            outgoing: self.outgoing,
            sent_by_device: written_by.map(|origin| origin.device_name.clone()),
            state,
        })
    }
}
