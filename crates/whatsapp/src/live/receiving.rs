//! Messages that come in. WhatsApp is told that we have one once the server has saved it: until then it comes again.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use whatsapp_rust::anyhow;
use whatsapp_rust::prelude::MessageExt as _;
use whatsapp_rust::traits::ProtocolStore as _;
use whatsapp_rust::types::durability_hook::InboundMessage;
use whatsapp_rust::{Client, InboundDurabilityHook, Jid};

use super::line::{Line, Stop};
use crate::{Chat, Content, Event};

pub(super) struct Inbox {
    line: Arc<Line>,
    stopped: watch::Receiver<Stop>,
    in_hand: InHand,
}

/// How many batches of messages were taken and are not acknowledged yet, though perhaps saved.
#[derive(Clone, Default)]
pub(super) struct InHand(watch::Sender<usize>);

/// A batch in hand: dropping it puts it down, which means that it comes again.
struct Held<'a>(Option<&'a InHand>);

impl InHand {
    fn takes(&self) -> Held<'_> {
        self.0.send_modify(|count| *count += 1);
        Held(Some(self))
    }

    /// One batch fewer.
    pub fn puts_down(&self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }

    /// Returns when nothing is in hand.
    pub async fn is_empty(&self) {
        // An error means that nobody takes anything any more.
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl Held<'_> {
    /// It stays in hand until the library tells that it acknowledged it.
    fn stays(mut self) {
        self.0 = None;
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some(in_hand) = self.0 {
            in_hand.puts_down();
        }
    }
}

impl Inbox {
    pub fn new(line: Arc<Line>, stopped: watch::Receiver<Stop>, in_hand: InHand) -> Self {
        Self { line, stopped, in_hand }
    }

    /// What the server is told of a message; nothing of one that it has no use for.
    async fn event(&self, message: &InboundMessage) -> Option<Event> {
        let (source, info) = (&message.info.source, &message.info);
        if source.is_from_me || source.is_group || !(source.chat.is_pn() || source.chat.is_lid()) {
            return None;
        }
        let body = message.message.text_content()?.to_owned();
        let from = self.phone(&source.sender, source.sender_alt.as_ref()).await;
        Some(Event::Received {
            id: info.id.to_string(),
            chat: Chat::Person(from.clone()),
            from,
            content: Content::Text(body),
            reply_to: None,
            at_ms: info.timestamp.timestamp_millis(),
        })
    }

    /// The phone number behind an address. Who hides it is known by an id of WhatsApp's alone.
    async fn phone(&self, sender: &Jid, other: Option<&Jid>) -> String {
        if let Some(phone) = [Some(sender), other].into_iter().flatten().find(|jid| jid.is_pn()) {
            return phone.user.to_string();
        }
        match self.line.keys().get_lid_mapping(&sender.user).await {
            Ok(Some(mapping)) => mapping.phone_number,
            _ => sender.user.to_string(),
        }
    }
}

#[async_trait]
impl InboundDurabilityHook for Inbox {
    async fn on_messages(&self, _client: Arc<Client>, batch: &[InboundMessage]) -> anyhow::Result<()> {
        let mut stopped = self.stopped.clone();
        let held = self.in_hand.takes();
        for message in batch {
            if let Some(event) = self.event(message).await
                && !self.line.is_saved(event, &mut stopped).await
            {
                anyhow::bail!("the session was closed before the message was saved");
            }
        }
        held.stays();
        Ok(())
    }
}
