//! Chats: what the phone shows, and what its holder writes.

use anyhow::Result;
use wacore::messages::MessageUtils;
use wacore::types::jid::JidExt as _;
use wacore_binary::Jid;
use waproto::buffa::MessageField;
use waproto::whatsapp as wa;

use super::receiving::{Content, Incoming, Origin};
use super::{Phone, PhoneError, State};
use crate::settings::MAX_REMEMBERED;
use crate::wire::el;

/// A text as the phone shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownText {
    /// The number that the chat is with.
    pub chat: String,
    pub body: String,
    pub outgoing: bool,
}

/// A message from somebody else, of any kind.
#[derive(Debug)]
pub struct Received {
    pub from: Jid,
    pub id: String,
    pub message: wa::Message,
}

/// A message of any kind in a chat.
pub(super) struct Kept {
    pub id: String,
    pub chat: String,
    /// What the phone shows of it, if it is a text.
    pub body: Option<String>,
    pub outgoing: bool,
    /// The device that wrote it, to which receipts go; a phone gets none.
    pub origin: Option<Origin>,
    pub is_unread: bool,
}

/// What sets copies of a message apart.
#[derive(Default)]
pub(super) struct Marks {
    /// `peer` for what a phone tells its own devices.
    pub category: Option<&'static str>,
    /// Whom it went to, on the copies for the writer's own devices.
    pub recipient: Option<Jid>,
}

impl State {
    pub(super) fn keep(&mut self, message: Kept) {
        if self.kept.len() >= MAX_REMEMBERED {
            self.kept.pop_front();
        }
        self.kept.push_back(message);
    }
}

/// The words of a message, if it is a text.
pub(super) fn body_of(message: &wa::Message) -> Option<String> {
    let extended = || message.extended_text_message.as_option().and_then(|text| text.text.clone());
    message.conversation.clone().or_else(extended)
}

pub(super) fn text(body: &str) -> wa::Message {
    wa::Message { conversation: Some(body.to_owned()), ..Default::default() }
}

impl Phone {
    /// The texts of all chats, in the order in which they came to the phone.
    #[must_use]
    pub fn texts(&self) -> Vec<ShownText> {
        let state = self.state();
        let shown = state.kept.iter().filter_map(|kept| {
            let body = kept.body.clone()?;
            Some(ShownText { chat: kept.chat.clone(), body, outgoing: kept.outgoing })
        });
        shown.collect()
    }

    /// Waits for the next message from somebody else.
    pub async fn next_message(&self) -> Option<Received> {
        self.arrived.lock().await.recv().await
    }

    /// Writes to a number: see [`Phone::send`].
    pub async fn send_text(&self, to: &str, body: &str) -> Result<String, PhoneError> {
        self.send(to, text(body)).await
    }

    /// Sends a message to another number: to its phone, to its devices, and as copies to this account's own devices. Gives the
    /// message's id.
    ///
    /// Between phones nothing is sealed: no client is in between to be tried.
    pub async fn send(&self, to: &str, message: wa::Message) -> Result<String, PhoneError> {
        self.needs_network()?;
        let peer = self.server()?.phone(to).ok_or(PhoneError::NoSuchNumber)?;
        let id = self.new_id();
        let body = body_of(&message);
        let chat = peer.number.clone();
        self.state().keep(Kept { id: id.clone(), chat, body, outgoing: true, origin: None, is_unread: false });
        if peer.number != self.number {
            let origin = Origin { number: self.number.clone(), device: 0, chat: peer.pn(0) };
            let content = Content::Plain(Box::new(message.clone()));
            peer.receive(Incoming { origin, id: id.clone(), content }).await?;
            self.send_copies(peer.pn(0), &id, &message).await?;
        }
        for device in peer.linked() {
            self.send_to_device(&peer, device, &id, &message, Marks::default()).await?;
        }
        Ok(id)
    }

    /// `deviceSentMessage{destinationJid, message}` for this account's own devices.
    async fn send_copies(&self, to: Jid, id: &str, message: &wa::Message) -> Result<()> {
        let sent = wa::message::DeviceSentMessage {
            destination_jid: Some(to.to_string()),
            message: MessageField::some(message.clone()),
            ..Default::default()
        };
        let copy = wa::Message { device_sent_message: MessageField::some(sent), ..Default::default() };
        for device in self.linked() {
            let marks = Marks { recipient: Some(to.clone()), category: None };
            self.send_to_device(self, device, id, &copy, marks).await?;
        }
        Ok(())
    }

    /// Seals a message for one device and puts it into the device's queue. A device that was unlinked meanwhile gets nothing.
    ///
    /// ```text
    /// S message from id type t notify sender_lid [category=peer] [recipient] [offline] > enc v=2 type
    /// ```
    pub(super) async fn send_to_device(
        &self,
        peer: &Self,
        device: u16,
        id: &str,
        message: &wa::Message,
        marks: Marks,
    ) -> Result<()> {
        let address = peer.pn(device).to_protocol_address();
        let padded = MessageUtils::encode_and_pad(message);
        // Held until the message is in the queue: devices get messages in the order in which they were sealed.
        let mut signal = self.signal.lock().await;
        if !signal.has_session(&address) {
            let Ok(bundle) = peer.device_bundle(device) else { return Ok(()) };
            signal.start_session(&address, &bundle).await?;
        }
        let (kind, sealed) = signal.encrypt(&address, &padded).await?;
        let mut stanza = el("message")
            .attr("from", self.pn(0))
            .attr("id", id)
            .attr("type", if body_of(message).is_some() { "text" } else { "media" })
            .attr("t", self.nature.stamp())
            .attr("notify", self.name.as_str())
            .attr("sender_lid", self.lid(0));
        if let Some(category) = marks.category {
            stanza = stanza.attr("category", category);
        }
        if let Some(recipient) = marks.recipient {
            stanza = stanza.attr("recipient", recipient);
        }
        let sealed = el("enc").attr("v", "2").attr("type", kind).bytes(sealed).build();
        peer.deliver(device, stanza.children([sealed]).build());
        Ok(())
    }

    /// An id in the shape that phones give.
    pub(super) fn new_id(&self) -> String {
        format!("3A{}", self.nature.hex::<9>())
    }
}
