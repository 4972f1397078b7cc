//! Chats: what the phone shows, and what messages do to others.

use grantline_whatsapp::Activity;
use waproto::buffa::MessageField;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::protocol_message::Type as Change;

use super::receiving::Origin;
use super::{Phone, State};
use crate::settings::MAX_REMEMBERED;

/// A text as the phone shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownText {
    /// The number that the chat is with, or a group's id with `@g.us`.
    pub chat: String,
    pub body: String,
    pub outgoing: bool,
}

/// A message of any kind as the phone shows it.
#[derive(Debug, Clone)]
pub struct ShownMessage {
    pub id: String,
    /// The number that the chat is with, or a group's id with `@g.us`.
    pub chat: String,
    /// The number of whoever wrote it.
    pub from: String,
    /// As it stands after its last edit; empty when it was taken back.
    pub message: wa::Message,
    /// The id of the message that it answers.
    pub reply_to: Option<String>,
    pub is_edited: bool,
    pub is_deleted: bool,
    /// Of what this phone's account wrote: whether somebody read it.
    pub is_read: bool,
}

/// A message of any kind in a chat.
pub(super) struct Kept {
    pub shown: ShownMessage,
    pub outgoing: bool,
    /// The device that wrote it, to which receipts go; a phone gets none.
    pub origin: Option<Origin>,
    pub is_unread: bool,
}

impl Kept {
    pub fn new(id: &str, chat: &str, from: &str, message: wa::Message) -> Self {
        let shown = ShownMessage {
            id: id.to_owned(),
            chat: chat.to_owned(),
            from: from.to_owned(),
            reply_to: context_of(&message).and_then(|context| context.stanza_id.clone()),
            message,
            is_edited: false,
            is_deleted: false,
            is_read: false,
        };
        Self { shown, outgoing: false, origin: None, is_unread: false }
    }
}

impl State {
    /// Shows a message, or does to another one what it says.
    pub(super) fn take(&mut self, taken: Kept) {
        let ShownMessage { chat, from, message, .. } = &taken.shown;
        match message.protocol_message.as_option() {
            Some(change) => {
                let id = change.key.as_option().and_then(|key| key.id.as_deref()).unwrap_or_default();
                let mut all = self.kept.iter_mut().map(|kept| &mut kept.shown);
                let written = all.find(|shown| shown.id == id && shown.chat == *chat && shown.from == *from);
                if let Some(shown) = written {
                    shown.changes(change);
                }
            }
            None if is_unseen(message) => {}
            None => self.keep(taken),
        }
    }

    fn keep(&mut self, message: Kept) {
        if self.kept.len() >= MAX_REMEMBERED {
            self.kept.pop_front();
        }
        self.kept.push_back(message);
    }
}

impl ShownMessage {
    fn changes(&mut self, change: &wa::message::ProtocolMessage) {
        match (change.r#type, change.edited_message.as_option()) {
            (Some(Change::MESSAGE_EDIT), Some(edited)) if !self.is_deleted => {
                self.message = edited.clone();
                self.is_edited = true;
            }
            (Some(Change::REVOKE), _) => {
                self.message = wa::Message::default();
                self.is_deleted = true;
            }
            _ => {}
        }
    }
}

/// Whether a message stands nowhere by itself: a vote, a reaction.
fn is_unseen(message: &wa::Message) -> bool {
    message.poll_update_message.is_set() || message.reaction_message.is_set()
}

/// A document with a caption travels in a wrapper.
pub(super) fn unwrapped(message: &wa::Message) -> &wa::Message {
    let wrapper = message.document_with_caption_message.as_option();
    wrapper.and_then(|wrapper| wrapper.message.as_option()).unwrap_or(message)
}

/// The words of a message, if it is a text.
pub(super) fn body_of(message: &wa::Message) -> Option<String> {
    let extended = || message.extended_text_message.as_option().and_then(|text| text.text.clone());
    message.conversation.clone().or_else(extended)
}

fn context_of(message: &wa::Message) -> Option<&wa::ContextInfo> {
    let message = unwrapped(message);
    macro_rules! first_context {
        ($($kind:ident)*) => {
            [$(message.$kind.as_option().and_then(|kind| kind.context_info.as_option())),*].into_iter().flatten().next()
        };
    }
    first_context!(
        extended_text_message image_message video_message audio_message document_message sticker_message
        location_message contact_message contacts_array_message poll_creation_message poll_creation_message_v3
    )
}

/// The same message with other words: those of a text, or the caption of a file.
pub(super) fn reworded(message: &wa::Message, body: &str) -> Option<wa::Message> {
    let mut message = message.clone();
    let mut inner = &mut message;
    if inner.document_with_caption_message.is_set() {
        inner = inner.document_with_caption_message.get_or_insert_default().message.get_or_insert_default();
    }
    let words = if inner.conversation.is_some() {
        &mut inner.conversation
    } else if let Some(text) = inner.extended_text_message.as_option_mut() {
        &mut text.text
    } else if let Some(image) = inner.image_message.as_option_mut() {
        &mut image.caption
    } else if let Some(video) = inner.video_message.as_option_mut() {
        &mut video.caption
    } else {
        &mut inner.document_message.as_option_mut()?.caption
    };
    *words = Some(body.to_owned());
    Some(message)
}

/// A message that changes another one.
pub(super) fn change(kind: Change, of: &ShownMessage, edited: Option<wa::Message>) -> wa::Message {
    let remote = if of.chat.contains('@') { of.chat.clone() } else { format!("{}@s.whatsapp.net", of.chat) };
    let key =
        wa::MessageKey { remote_jid: Some(remote), from_me: Some(true), id: Some(of.id.clone()), ..Default::default() };
    let change = wa::message::ProtocolMessage {
        key: MessageField::some(key),
        r#type: Some(kind),
        edited_message: edited.map_or_else(MessageField::default, MessageField::some),
        ..Default::default()
    };
    wa::Message { protocol_message: MessageField::some(change), ..Default::default() }
}

impl Phone {
    /// The texts of all chats, in the order in which they came to the phone.
    #[must_use]
    pub fn texts(&self) -> Vec<ShownText> {
        let state = self.state();
        let shown = state.kept.iter().filter_map(|kept| {
            let body = body_of(&kept.shown.message)?;
            Some(ShownText { chat: kept.shown.chat.clone(), body, outgoing: kept.outgoing })
        });
        shown.collect()
    }

    /// The messages of all chats, in the order in which they came to the phone.
    #[must_use]
    pub fn messages(&self) -> Vec<ShownMessage> {
        self.state().kept.iter().map(|kept| kept.shown.clone()).collect()
    }

    /// What the phone shows in a chat of whoever is about to write there.
    #[must_use]
    pub fn activity(&self, chat: &str) -> Option<Activity> {
        self.state().activities.get(chat).copied()
    }

    pub(crate) fn sees(&self, chat: &str, activity: Activity) {
        let mut state = self.state();
        match activity {
            Activity::Paused => drop(state.activities.remove(chat)),
            _ => drop(state.activities.insert(chat.to_owned(), activity)),
        }
    }
}
