//! One simulated phone: its devices, its messages, and how it shows itself.

use std::collections::{BTreeMap, VecDeque};

use tokio::sync::watch;

use super::changes::Change;
use super::recent::Recent;
use super::rules;
use super::view::{DeviceView, MessageState, PhoneSummary};
use super::world::LineId;
use crate::{Activity, Chat, Content, Event, MessageRef, Picture};

/// A phone and, since a number has one phone, its WhatsApp account.
#[derive(Debug)]
pub(super) struct Phone {
    pub number: String,
    pub profile_name: String,
    pub online: bool,
    pub blocks_receipts: bool,
    pub picture: Option<Picture>,
    pub devices: Vec<Device>,
    pub messages: VecDeque<Message>,
    /// What happened to messages, by their ids, while the phone was offline; oldest first.
    pub waiting: VecDeque<(String, Change)>,
    /// What the other side of a chat is doing.
    pub activities: BTreeMap<Chat, Doing>,
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
    /// Messages and receipts for a session that is closed just now, oldest first.
    pub owed: VecDeque<Event>,
    /// WhatsApp's ids of the messages handed over, by those that the session gave them: one that is handed over twice is
    /// recognised.
    pub sent: Recent<String>,
}

#[derive(Debug)]
pub(super) struct Message {
    pub id: String,
    pub chat: Chat,
    pub from: String,
    pub content: Content,
    /// The message that it answers.
    pub reply_to: Option<String>,
    /// Of a poll: voters and what they chose, in the order in which they did.
    pub votes: Vec<(String, Vec<String>)>,
    pub is_edited: bool,
    pub is_deleted: bool,
    pub at_ms: i64,
    pub outgoing: bool,
    /// The device that wrote it: on the sender's copy for the label, on the recipient's copy to send receipts to.
    pub device: Option<Origin>,
    /// What the network knows: on an incoming message, the last receipt that was sent.
    pub state: MessageState,
    /// What this phone shows; nothing while the message waits for the phone to come online.
    pub shown: Option<MessageState>,
}

/// What somebody is doing in a chat, until the phone forgets it.
#[derive(Debug)]
pub(super) struct Doing {
    pub activity: Activity,
    pub until_ms: i64,
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
            picture: None,
            devices: Vec::new(),
            messages: VecDeque::new(),
            waiting: VecDeque::new(),
            activities: BTreeMap::new(),
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

    /// WhatsApp's id of a message that the session names.
    pub fn wa_id_of(&self, message: &MessageRef) -> Option<String> {
        match message {
            MessageRef::Ours(id) => self.sent.get(id).cloned(),
            MessageRef::Named(wa_id) => Some(wa_id.clone()),
        }
    }
}

impl Message {
    pub fn is_unread(&self) -> bool {
        !self.outgoing && self.shown == Some(MessageState::Delivered)
    }
}
