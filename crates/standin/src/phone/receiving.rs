//! What comes to a phone, and what its senders hear of it.

use anyhow::Result;
use wacore::types::jid::JidExt as _;
use wacore_binary::{Jid, Node};
use waproto::buffa::Message as _;
use waproto::whatsapp as wa;

use super::messages::{Kept, Received, body_of};
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
    Sealed { kind: String, bytes: Vec<u8> },
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
        let message = match content {
            Content::Plain(message) => *message,
            Content::Sealed { kind, bytes } => {
                // A device has one Signal identity, whichever of its addresses was written to: its session goes by number.
                let address = Jid::pn_device(origin.number.as_str(), origin.device).to_protocol_address();
                wa::Message::decode_from_slice(&signal.decrypt(&address, &kind, &bytes).await?)?
            }
        };
        if origin.number == self.number {
            return self.take_copy(id, message);
        }
        self.send_receipt(&origin, std::slice::from_ref(&id), None);
        if self.is_known(&origin.number, &id) {
            return Ok(());
        }
        let from = Jid::pn_device(origin.number.as_str(), origin.device);
        self.state().keep(Kept {
            id: id.clone(),
            chat: origin.number.clone(),
            body: body_of(&message),
            outgoing: false,
            origin: Some(origin),
            is_unread: true,
        });
        if self.inbox.try_send(Received { from, id, message }).is_err() {
            tracing::warn!(number = self.number, "standin: nobody reads this phone's messages");
        }
        Ok(())
    }

    /// One of the account's own devices wrote to somebody (`deviceSentMessage`), or wants something from the phone: the latter
    /// is never answered.
    fn take_copy(&self, id: String, message: wa::Message) -> Result<()> {
        let Some(copy) = message.device_sent_message.into_option() else { return Ok(()) };
        let (Some(to), Some(message)) = (copy.destination_jid, copy.message.into_option()) else { return Ok(()) };
        let to = parse_jid(&to)?;
        let peer = self.server()?.phone_of(&to);
        let chat = peer.map_or_else(|| to.user.to_string(), |peer| peer.number.clone());
        if !self.is_known(&chat, &id) {
            let body = body_of(&message);
            self.state().keep(Kept { id, chat, body, outgoing: true, origin: None, is_unread: false });
        }
        Ok(())
    }

    /// A message that comes twice is shown once. Its receipt is sent again: the sender may not have had the first.
    fn is_known(&self, chat: &str, id: &str) -> bool {
        self.state().kept.iter().rev().any(|kept| kept.id == id && kept.chat == chat)
    }

    /// Reads the chat with a number. The devices that wrote its unread messages are told, unless receipts are off.
    pub fn mark_read(&self, chat: &str) -> Result<(), PhoneError> {
        self.needs_network()?;
        let mut read: Vec<(Origin, Vec<String>)> = Vec::new();
        let tells_reads = {
            let mut state = self.state();
            if state.kept.iter().all(|kept| kept.chat != chat) {
                return Err(PhoneError::NoSuchChat);
            }
            for kept in state.kept.iter_mut().filter(|kept| kept.chat == chat && kept.is_unread) {
                kept.is_unread = false;
                let Some(origin) = &kept.origin else { continue };
                match read.iter_mut().find(|(known, _)| known == origin) {
                    Some((_, ids)) => ids.push(kept.id.clone()),
                    None => read.push((origin.clone(), vec![kept.id.clone()])),
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

    /// Tells the device that wrote these messages; it may be away or unlinked.
    fn send_receipt(&self, origin: &Origin, ids: &[String], kind: Option<&'static str>) {
        if origin.device == 0 {
            return;
        }
        let sender = self.server().ok().and_then(|server| server.phone(&origin.number));
        if let (Some(sender), Some(receipt)) = (sender, receipt(&origin.chat, ids, kind, &self.nature.stamp())) {
            sender.deliver(origin.device, receipt);
        }
    }
}

/// `receipt from id t [type=read] [> list > item id*]`: one receipt may cover many messages. Without a type it says that they
/// were delivered.
fn receipt(from: &Jid, ids: &[String], kind: Option<&'static str>, stamp: &str) -> Option<Node> {
    let (first, more) = ids.split_first()?;
    let mut receipt = el("receipt").attr("from", from.clone()).attr("id", first.as_str()).attr("t", stamp);
    if let Some(kind) = kind {
        receipt = receipt.attr("type", kind);
    }
    if more.is_empty() {
        return Some(receipt.build());
    }
    let items: Vec<Node> = more.iter().map(|id| el("item").attr("id", id.as_str()).build()).collect();
    Some(receipt.children([el("list").children(items).build()]).build())
}
