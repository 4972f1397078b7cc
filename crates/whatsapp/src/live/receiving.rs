//! Messages that come in. WhatsApp is told that we have one once the server has saved it: until then it comes again.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use whatsapp_rust::anyhow;
use whatsapp_rust::traits::ProtocolStore as _;
use whatsapp_rust::types::durability_hook::InboundMessage;
use whatsapp_rust::types::message::{EditAttribute, MessageCategory};
use whatsapp_rust::wacore_binary::JidExt as _;
use whatsapp_rust::{Client, InboundDurabilityHook, Jid};

use super::line::{Line, Stop};
use super::reading::{self, Read};
use super::{files, polls, sending};
use crate::{Chat, Event, KeyChange, MessageRef, SessionError};

/// In which chat who wrote a message, by WhatsApp's id of it.
pub(super) const WRITER: &str = "writer";

/// Remembers in which chat who (digits) wrote a message.
pub(super) fn written(wa_id: &str, chat: &Chat, from: &str, now_s: i64) -> KeyChange {
    let value = written_value(chat, from);
    KeyChange::Put { kind: WRITER, key: wa_id.to_owned(), value, moment_s: Some(now_s) }
}

fn written_value(chat: &Chat, from: &str) -> Vec<u8> {
    format!("{chat} {from}").into_bytes()
}

/// Where a message comes from.
struct Origin {
    id: String,
    chat: Chat,
    from: String,
    /// The account wrote it itself, on its phone or on another device.
    is_own: bool,
}

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

    /// What the server is told of a message, once what later news of it need is kept. Nothing of one that it has no use for.
    async fn event(&self, message: &InboundMessage) -> Result<Option<Event>, SessionError> {
        let Some(origin) = self.origin(message).await? else { return Ok(None) };
        let at_ms = message.info.timestamp.timestamp_millis();
        match reading::read(&message.message) {
            Read::Said { content, context } => {
                self.keeps(message, &origin).await?;
                let reply_to = match context.and_then(|context| context.stanza_id.as_deref()) {
                    Some(wa_id) => Some(self.named(wa_id).await?),
                    None => None,
                };
                let Origin { id, chat, from, is_own } = origin;
                Ok(Some(match is_own {
                    true => Event::SentElsewhere { id, chat, content, reply_to, at_ms },
                    false => Event::Received { id, chat, from, content, reply_to, at_ms },
                }))
            }
            Read::Edited { wa_id, body } if self.may_change(&origin, wa_id, false).await? => {
                Ok(Some(Event::Edited { message: self.named(wa_id).await?, body, at_ms }))
            }
            Read::Deleted { wa_id } if self.may_change(&origin, wa_id, is_admins(message)).await? => {
                Ok(Some(Event::Deleted { message: self.named(wa_id).await?, at_ms }))
            }
            Read::Voted(update) => {
                let voters = addresses(message);
                let Some((wa_id, options)) = polls::choice(&self.line, update, &voters).await? else { return Ok(None) };
                Ok(Some(Event::Voted { poll: self.named(&wa_id).await?, from: origin.from, options, at_ms }))
            }
            Read::Edited { .. } | Read::Deleted { .. } | Read::Nothing => Ok(None),
        }
    }

    /// Where a message comes from. Nothing for what is no message to a person or a group, and for what this session wrote.
    async fn origin(&self, message: &InboundMessage) -> Result<Option<Origin>, SessionError> {
        let (source, info) = (&message.info.source, &message.info);
        let is_person = source.chat.is_pn() || source.chat.is_lid();
        if info.category == MessageCategory::Peer || !(is_person || source.chat.is_group()) {
            return Ok(None);
        }
        let (id, is_own) = (info.id.to_string(), source.is_from_me);
        if is_own && sending::our_id(&self.line, &id).await?.is_some() {
            return Ok(None);
        }
        let from = self.phone(&source.sender, source.sender_alt.as_ref()).await;
        let chat = if source.chat.is_group() {
            Chat::Group(source.chat.user.to_string())
        } else if is_own {
            Chat::Person(self.phone(&source.chat, source.recipient_alt.as_ref()).await)
        } else {
            Chat::Person(from.clone())
        };
        Ok(Some(Origin { id, chat, from, is_own }))
    }

    /// Keeps what fetching its file, reading votes on it and believing its changes will need. Ids are given by whoever writes:
    /// one that is taken goes on to stand for what it stood for.
    async fn keeps(&self, message: &InboundMessage, origin: &Origin) -> Result<(), SessionError> {
        let now_s = self.line.now_ms() / 1_000;
        let written = written(&origin.id, &origin.chat, &origin.from, now_s);
        let before = self.line.store.get(WRITER, &origin.id).await?;
        let is_taken = before.is_some_and(|before| before != written_value(&origin.chat, &origin.from));
        if is_taken || sending::our_id(&self.line, &origin.id).await?.is_some() {
            return Ok(());
        }
        let file = files::kept(&origin.id, &message.message, now_s);
        let poll = polls::theirs(&origin.id, &message.message, &addresses(message), now_s);
        self.line.store.apply([Some(written), file, poll].into_iter().flatten().collect()).await
    }

    /// Whether a change comes from whoever wrote the message, or from an administrator of the group in which it stands. The
    /// account's own phone shows it what it may change.
    async fn may_change(&self, origin: &Origin, wa_id: &str, is_admins: bool) -> Result<bool, SessionError> {
        if origin.is_own {
            return Ok(true);
        }
        let written = self.line.store.get(WRITER, wa_id).await?.unwrap_or_default();
        let may = if is_admins {
            written.starts_with(format!("{} ", origin.chat).as_bytes())
        } else {
            written == written_value(&origin.chat, &origin.from)
        };
        Ok(may)
    }

    async fn named(&self, wa_id: &str) -> Result<MessageRef, SessionError> {
        let ours = sending::our_id(&self.line, wa_id).await?;
        Ok(ours.map_or_else(|| MessageRef::Named(wa_id.to_owned()), MessageRef::Ours))
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

/// By which numbers, open and hidden, the writer of a message is known.
fn addresses(message: &InboundMessage) -> Vec<&Jid> {
    let source = &message.info.source;
    [Some(&source.sender), source.sender_alt.as_ref()].into_iter().flatten().collect()
}

/// Whether an administrator of a group takes back what somebody else wrote there: WhatsApp lets nobody else do so.
fn is_admins(message: &InboundMessage) -> bool {
    message.info.source.chat.is_group() && message.info.edit == EditAttribute::AdminRevoke
}

#[async_trait]
impl InboundDurabilityHook for Inbox {
    async fn on_messages(&self, _client: Arc<Client>, batch: &[InboundMessage]) -> anyhow::Result<()> {
        let mut stopped = self.stopped.clone();
        let held = self.in_hand.takes();
        for message in batch {
            if let Some(event) = self.event(message).await?
                && !self.line.is_saved(event, &mut stopped).await
            {
                anyhow::bail!("the session was closed before the message was saved");
            }
        }
        held.stays();
        Ok(())
    }
}
