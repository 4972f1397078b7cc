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
}

impl Inbox {
    pub fn new(line: Arc<Line>, stopped: watch::Receiver<Stop>) -> Self {
        Self { line, stopped }
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
        for message in batch {
            if let Some(event) = self.event(message).await
                && !self.line.is_saved(event, &mut stopped).await
            {
                anyhow::bail!("the session was closed before the message was saved");
            }
        }
        Ok(())
    }
}
