//! What comes to a phone, and what its senders hear of it.

use anyhow::{Context as _, Result};
use wacore::types::jid::JidExt as _;
use wacore_binary::{Jid, JidExt as _, Node};
use waproto::buffa::Message as _;
use waproto::whatsapp as wa;

use super::chats::Kept;
use super::messages::Received;
use super::{Phone, PhoneError};
use crate::settings::MAX_WAITING;
use crate::signal::SignalPhone;
use crate::wire::{el, parse_jid};

/// A message on its way to a phone.
pub(crate) struct Incoming {
    pub origin: Origin,
    pub id: String,
    pub content: Content,
}

/// `<enc type>` and what it holds.
pub(crate) struct Sealed {
    pub kind: String,
    pub bytes: Vec<u8>,
}

/// Who wrote a message, and the address that was written to: receipts come from there.
#[derive(Clone, PartialEq)]
pub(crate) struct Origin {
    pub number: String,
    /// 0 is a phone, which gets no receipts.
    pub device: u16,
    pub chat: Jid,
}

pub(crate) enum Content {
    /// `<enc type>` of a device.
    Sealed(Sealed),
    /// The same in a group, with the device's key of it if the phone has not had that.
    Group { key: Option<Sealed>, bytes: Vec<u8> },
    /// From phone to phone.
    Plain(Box<wa::Message>),
}

impl Phone {
    /// Takes the phone off the network, or back. What came meanwhile arrives now, and its senders hear of it now.
    pub async fn set_online(&self, is_online: bool) {
        let mut signal = self.signal.lock().await;
        let waiting = {
            let mut state = self.state();
            state.is_online = is_online;
            if is_online { std::mem::take(&mut state.waiting) } else { Default::default() }
        };
        for incoming in waiting {
            if let Err(error) = self.take_in(&mut signal, incoming).await {
                tracing::warn!(number = self.number, "standin: a message does not open: {error:#}");
            }
        }
    }

    /// A message arrives, or waits while the phone is offline.
    pub(crate) async fn receive(&self, incoming: Incoming) -> Result<()> {
        let mut signal = self.signal.lock().await;
        {
            let mut state = self.state();
            if !state.is_online {
                if state.waiting.len() >= MAX_WAITING {
                    state.waiting.pop_front();
                }
                state.waiting.push_back(incoming);
                return Ok(());
            }
        }
        self.take_in(&mut signal, incoming).await
    }

    async fn take_in(&self, signal: &mut SignalPhone, incoming: Incoming) -> Result<()> {
        let Incoming { origin, id, content } = incoming;
        let message = Self::open(signal, &origin, content).await?;
        if origin.number == self.number {
            return self.take_copy(id, message, origin);
        }
        let chat = if origin.chat.is_group() { origin.chat.to_string() } else { origin.number.clone() };
        self.send_receipt(&origin, std::slice::from_ref(&id), None);
        if self.is_known(&chat, &id) {
            return Ok(());
        }
        let from = Jid::pn_device(origin.number.as_str(), origin.device);
        let kept = Kept::new(&id, &chat, &origin.number, message.clone());
        self.state().take(Kept { origin: Some(origin), is_unread: true, ..kept });
        if self.inbox.try_send(Received { from, id, message }).is_err() {
            tracing::warn!(number = self.number, "standin: nobody reads this phone's messages");
        }
        Ok(())
    }

    async fn open(signal: &mut SignalPhone, origin: &Origin, content: Content) -> Result<wa::Message> {
        // A device has one Signal identity, whichever of its addresses was written to: its session goes by number.
        let address = Jid::pn_device(origin.number.as_str(), origin.device).to_protocol_address();
        let opened = match content {
            Content::Plain(message) => return Ok(*message),
            Content::Sealed(Sealed { kind, bytes }) => signal.decrypt(&address, &kind, &bytes).await?,
            Content::Group { key, bytes } => {
                let group = origin.chat.to_string();
                if let Some(Sealed { kind, bytes }) = key {
                    let message = wa::Message::decode_from_slice(&signal.decrypt(&address, &kind, &bytes).await?)?;
                    let key = message.sender_key_distribution_message.into_option();
                    let key = key.and_then(|key| key.axolotl_sender_key_distribution_message);
                    signal.learn_group_key(&group, &address, &key.context("a key of a group")?).await?;
                }
                signal.decrypt_from_group(&group, &address, &bytes).await?
            }
        };
        Ok(wa::Message::decode_from_slice(&opened)?)
    }

    /// One of the account's own devices wrote to somebody (`deviceSentMessage`) or to a group, or wants something from the phone:
    /// the latter is never answered.
    fn take_copy(&self, id: String, message: wa::Message, origin: Origin) -> Result<()> {
        let (chat, message) = if origin.chat.is_group() {
            (origin.chat.to_string(), message)
        } else {
            let Some(copy) = message.device_sent_message.into_option() else { return Ok(()) };
            let (Some(to), Some(mut inner)) = (copy.destination_jid, copy.message.into_option()) else { return Ok(()) };
            if inner.message_context_info.is_unset() {
                inner.message_context_info = message.message_context_info;
            }
            let to = parse_jid(&to)?;
            let peer = self.server()?.phone_of(&to);
            (peer.map_or_else(|| to.user.to_string(), |peer| peer.number.clone()), inner)
        };
        if !self.is_known(&chat, &id) {
            let kept = Kept::new(&id, &chat, &self.number, message);
            self.state().take(Kept { outgoing: true, origin: Some(origin), ..kept });
        }
        Ok(())
    }

    /// A message that comes twice is shown once. Its receipt is sent again: the sender may not have had the first.
    fn is_known(&self, chat: &str, id: &str) -> bool {
        self.state().kept.iter().rev().any(|kept| kept.shown.id == id && kept.shown.chat == chat)
    }

    /// Reads the chat with a number, or of a group. Whoever wrote its unread messages is told, unless receipts are off.
    pub fn mark_read(&self, chat: &str) -> Result<(), PhoneError> {
        self.needs_network()?;
        let mut read: Vec<(Origin, Vec<String>)> = Vec::new();
        let tells_reads = {
            let mut state = self.state();
            if state.kept.iter().all(|kept| kept.shown.chat != chat) {
                return Err(PhoneError::NoSuchChat);
            }
            for kept in state.kept.iter_mut().filter(|kept| kept.shown.chat == chat && kept.is_unread) {
                kept.is_unread = false;
                let Some(origin) = &kept.origin else { continue };
                match read.iter_mut().find(|(known, _)| known == origin) {
                    Some((_, ids)) => ids.push(kept.shown.id.clone()),
                    None => read.push((origin.clone(), vec![kept.shown.id.clone()])),
                }
            }
            state.tells_reads
        };
        if tells_reads {
            for (origin, ids) in &read {
                self.send_receipt(origin, ids, Some("read"));
            }
        }
        Ok(())
    }

    /// Tells whoever wrote these messages: the device, which may be away or unlinked, or the phone, which cares for ticks alone.
    fn send_receipt(&self, origin: &Origin, ids: &[String], kind: Option<&'static str>) {
        let Some(sender) = self.server().ok().and_then(|server| server.phone(&origin.number)) else { return };
        if kind == Some("read") {
            sender.shows_read(ids);
        }
        if origin.device != 0
            && let Some(receipt) = self.receipt(&origin.chat, ids, kind)
        {
            sender.deliver(origin.device, receipt);
        }
    }

    /// A device of this account read messages: whoever wrote them hears of it.
    pub(crate) fn device_read(&self, writer: &Self, chat: &Jid, ids: &[String]) {
        let own_devices = writer.shows_read(ids);
        let chat = if chat.is_group() { chat.clone() } else { self.pn(0) };
        for (device, id) in own_devices {
            if let Some(receipt) = self.receipt(&chat, &[id], Some("read")) {
                writer.deliver(device, receipt);
            }
        }
    }

    /// Puts the second tick to own messages. Which of them other devices of the account wrote.
    fn shows_read(&self, ids: &[String]) -> Vec<(u16, String)> {
        let mut state = self.state();
        let own = state.kept.iter_mut().filter(|kept| kept.outgoing && ids.contains(&kept.shown.id));
        own.filter_map(|kept| {
            kept.shown.is_read = true;
            kept.origin.as_ref().map(|origin| (origin.device, kept.shown.id.clone()))
        })
        .collect()
    }

    /// `receipt from [participant] id t [type=read] [> list > item id*]`: one receipt may cover many messages. Without a type it
    /// says that they were delivered.
    fn receipt(&self, from: &Jid, ids: &[String], kind: Option<&'static str>) -> Option<Node> {
        let (first, more) = ids.split_first()?;
        let mut receipt = el("receipt").attr("from", from.clone()).attr("id", first.as_str());
        receipt = receipt.attr("t", self.nature.stamp());
        if from.is_group() {
            receipt = receipt.attr("participant", self.lid(0));
        }
        if let Some(kind) = kind {
            receipt = receipt.attr("type", kind);
        }
        if more.is_empty() {
            return Some(receipt.build());
        }
        let items: Vec<Node> = more.iter().map(|id| el("item").attr("id", id.as_str()).build()).collect();
        Some(receipt.children([el("list").children(items).build()]).build())
    }
}
