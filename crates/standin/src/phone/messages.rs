//! What the holder of a phone writes, and what becomes of it afterwards.

use anyhow::{Context as _, Result};
use wacore::messages::MessageUtils;
use wacore::poll::{compute_option_hash, encrypt_poll_vote_with_secret};
use wacore::types::jid::JidExt as _;
use wacore::types::message::EditAttribute;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};
use waproto::buffa::MessageField;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::protocol_message::Type as Change;

use super::chats::{Kept, ShownMessage, body_of, change, reworded};
use super::receiving::{Content, Incoming, Origin};
use super::{Phone, PhoneError};
use crate::server::Group;
use crate::wire::el;

/// A message from somebody else, of any kind.
#[derive(Debug)]
pub struct Received {
    pub from: Jid,
    pub id: String,
    pub message: wa::Message,
}

/// What sets copies of a message apart.
#[derive(Default)]
pub(super) struct Marks {
    /// `peer` for what a phone tells its own devices.
    pub category: Option<&'static str>,
    /// Whom it went to, on the copies for the writer's own devices.
    pub recipient: Option<Jid>,
}

pub(super) fn text(body: &str) -> wa::Message {
    wa::Message { conversation: Some(body.to_owned()), ..Default::default() }
}

impl Phone {
    /// Waits for the next message from somebody else.
    pub async fn next_message(&self) -> Option<Received> {
        self.arrived.lock().await.recv().await
    }

    /// Writes to a number: see [`Phone::send`].
    pub async fn send_text(&self, to: &str, body: &str) -> Result<String, PhoneError> {
        self.send(to, text(body)).await
    }

    /// Sends a message to another number, or to a group (its id with `@g.us`): to the phones, to their devices, and as copies to
    /// this account's own devices. Gives the message's id.
    ///
    /// Between phones nothing is sealed: no client is in between to be tried.
    pub async fn send(&self, to: &str, message: wa::Message) -> Result<String, PhoneError> {
        let id = self.new_id();
        self.send_as(to, &id, message).await?;
        Ok(id)
    }

    /// The same under an id of the holder's choice: nothing keeps a phone from choosing one that another message has.
    pub async fn send_as(&self, to: &str, id: &str, message: wa::Message) -> Result<(), PhoneError> {
        match self.reaches_server()?.group(to) {
            Some(group) => self.send_to_group(&group, id, &message).await,
            None => self.send_to_person(to, id, &message).await,
        }
    }

    async fn send_to_person(&self, to: &str, id: &str, message: &wa::Message) -> Result<(), PhoneError> {
        let peer = self.server()?.phone(to).ok_or(PhoneError::NoSuchNumber)?;
        self.shows_own(id, &peer.number, message.clone());
        if peer.number != self.number {
            let origin = Origin { number: self.number.clone(), device: 0, chat: peer.pn(0) };
            let content = Content::Plain(Box::new(message.clone()));
            peer.receive(Incoming { origin, id: id.to_owned(), content }).await?;
            self.send_copies(peer.pn(0), id, message).await?;
        }
        for device in peer.linked() {
            self.send_to_device(&peer, device, id, message, Marks::default()).await?;
        }
        Ok(())
    }

    /// To the members' phones, and sealed with this phone's key of the group to every device. The key goes along each time: the
    /// real ones send it once to each device.
    async fn send_to_group(&self, group: &Group, id: &str, message: &wa::Message) -> Result<(), PhoneError> {
        self.shows_own(id, &group.chat(), message.clone());
        let members = self.server()?.members(group);
        for member in members.iter().filter(|member| member.number != self.number) {
            let origin = Origin { number: self.number.clone(), device: 0, chat: group.jid() };
            let content = Content::Plain(Box::new(message.clone()));
            member.receive(Incoming { origin, id: id.to_owned(), content }).await?;
        }
        for member in &members {
            for device in member.linked() {
                self.send_to_group_device(group, member, device, id, message).await?;
            }
        }
        Ok(())
    }

    fn shows_own(&self, id: &str, chat: &str, message: wa::Message) {
        let kept = Kept { outgoing: true, ..Kept::new(id, chat, &self.number, message) };
        self.state().take(kept);
    }

    /// What the holder wrote, by its id.
    fn own(&self, id: &str) -> Result<ShownMessage, PhoneError> {
        let state = self.state();
        let own = state.kept.iter().find(|kept| kept.outgoing && kept.shown.id == id);
        own.map(|kept| kept.shown.clone()).ok_or(PhoneError::NoSuchMessage)
    }

    /// Puts other words in place of those of an own message.
    pub async fn edit(&self, id: &str, body: &str) -> Result<(), PhoneError> {
        let own = self.own(id)?;
        let edited = reworded(&own.message, body).ok_or(PhoneError::NoSuchMessage)?;
        self.send(&own.chat, change(Change::MESSAGE_EDIT, &own, Some(edited))).await.map(drop)
    }

    /// Takes an own message back for everyone.
    pub async fn delete(&self, id: &str) -> Result<(), PhoneError> {
        let own = self.own(id)?;
        self.send(&own.chat, change(Change::REVOKE, &own, None)).await.map(drop)
    }

    /// Chooses options of a poll; they take the place of those that were chosen before.
    pub async fn vote(&self, id: &str, options: &[String]) -> Result<(), PhoneError> {
        let poll = {
            let state = self.state();
            let poll = state.kept.iter().find(|kept| kept.shown.id == id);
            poll.map(|kept| kept.shown.clone()).ok_or(PhoneError::NoSuchMessage)?
        };
        let context = poll.message.message_context_info.as_option();
        let secret = context.and_then(|context| context.message_secret.as_deref()).ok_or(PhoneError::NoSuchMessage)?;
        let hashes: Vec<Vec<u8>> = options.iter().map(|option| compute_option_hash(option).to_vec()).collect();
        let (maker, voter) = (Jid::pn(poll.from.as_str()).to_string(), self.pn(0).to_non_ad_string());
        let (sealed, iv) = encrypt_poll_vote_with_secret(&hashes, secret, id, &maker, &voter)?;
        let key = wa::MessageKey { id: Some(id.to_owned()), participant: Some(maker), ..Default::default() };
        let update = wa::message::PollUpdateMessage {
            poll_creation_message_key: MessageField::some(key),
            vote: MessageField::some(wa::message::PollEncValue {
                enc_payload: Some(sealed),
                enc_iv: Some(iv.to_vec()),
            }),
            ..Default::default()
        };
        let vote = wa::Message { poll_update_message: MessageField::some(update), ..Default::default() };
        self.send(&poll.chat, vote).await.map(drop)
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
        // Held until the message is in the queue: devices get messages in the order in which they were sealed.
        let mut signal = self.signal.lock().await;
        let Some(sealed) = self.seal(&mut signal, peer, device, message).await? else { return Ok(()) };
        let mut stanza = self.stanza(id, message).attr("from", self.pn(0)).attr("sender_lid", self.lid(0));
        if let Some(category) = marks.category {
            stanza = stanza.attr("category", category);
        }
        if let Some(recipient) = marks.recipient {
            stanza = stanza.attr("recipient", recipient);
        }
        peer.deliver(device, stanza.children([sealed]).build());
        Ok(())
    }

    /// The same in a group:
    ///
    /// ```text
    /// S message from=<group> participant participant_pn addressing_mode=lid id type t notify [edit] [offline]
    ///     > enc type=msg ; enc type=skmsg
    /// ```
    async fn send_to_group_device(
        &self,
        group: &Group,
        member: &Self,
        device: u16,
        id: &str,
        message: &wa::Message,
    ) -> Result<()> {
        let mut signal = self.signal.lock().await;
        let keys = wa::message::SenderKeyDistributionMessage {
            group_id: Some(group.chat()),
            axolotl_sender_key_distribution_message: Some(signal.own_group_key(&group.chat()).await?),
        };
        let keys = wa::Message { sender_key_distribution_message: MessageField::some(keys), ..Default::default() };
        let Some(keys) = self.seal(&mut signal, member, device, &keys).await? else { return Ok(()) };
        let sealed = signal.encrypt_for_group(&group.chat(), &MessageUtils::encode_and_pad(message)).await?;
        let sealed = el("enc").attr("v", "2").attr("type", "skmsg").bytes(sealed).build();
        let stanza = self
            .stanza(id, message)
            .attr("from", group.jid())
            .attr("participant", self.lid(0))
            .attr("participant_pn", self.pn(0))
            .attr("addressing_mode", "lid");
        member.deliver(device, stanza.children([keys, sealed]).build());
        Ok(())
    }

    fn stanza(&self, id: &str, message: &wa::Message) -> NodeBuilder {
        let kind = if body_of(message).is_some() { "text" } else { "media" };
        let mut stanza = el("message").attr("id", id).attr("type", kind);
        // What changes another message says so outside too: 1 edits, 7 takes back, 8 takes back as an administrator.
        if let Some(edit) = EditAttribute::infer_from_message(message) {
            stanza = stanza.attr("edit", edit.to_string_val());
        }
        stanza.attr("t", self.nature.stamp()).attr("notify", self.name())
    }

    /// `enc v=2 type` for one device. Nothing for one that was unlinked meanwhile.
    async fn seal(
        &self,
        signal: &mut crate::signal::SignalPhone,
        peer: &Self,
        device: u16,
        message: &wa::Message,
    ) -> Result<Option<Node>> {
        let address = peer.pn(device).to_protocol_address();
        if !signal.has_session(&address) {
            let Ok(bundle) = peer.device_bundle(device) else { return Ok(None) };
            signal.start_session(&address, &bundle).await.context("no session")?;
        }
        let (kind, sealed) = signal.encrypt(&address, &MessageUtils::encode_and_pad(message)).await?;
        Ok(Some(el("enc").attr("v", "2").attr("type", kind).bytes(sealed).build()))
    }

    /// An id in the shape that phones give.
    pub(super) fn new_id(&self) -> String {
        format!("3A{}", self.nature.hex::<9>())
    }
}
