//! Messages on their way out, as WhatsApp wants them. No waiting.

use whatsapp_rust::Jid;
use whatsapp_rust::upload::UploadResponse;
use whatsapp_rust::wacore::download::MediaType;
use whatsapp_rust::waproto::buffa::MessageField;
use whatsapp_rust::waproto::whatsapp as wa;
use whatsapp_rust::waproto::whatsapp::message::protocol_message::Type as Change;

use super::vcard;
use crate::{Contact, Content, File, FileKind, Location, Poll};

/// What the votes on a poll are sealed with.
pub(super) type Secret = [u8; 32];

/// The message that is answered, as it stands above the answer.
pub(super) fn quote(stanza_id: String, participant: &Jid, body: &str) -> wa::ContextInfo {
    wa::ContextInfo {
        stanza_id: Some(stanza_id),
        participant: Some(participant.to_string()),
        quoted_message: MessageField::some(text(body)),
        ..Default::default()
    }
}

pub(super) fn text(body: &str) -> wa::Message {
    wa::Message { conversation: Some(body.to_owned()), ..Default::default() }
}

/// Whatever needs no bytes. Nothing for what does, and for what cannot be sent.
pub(super) fn message(content: &Content, secret: Secret, quote: Option<wa::ContextInfo>) -> Option<wa::Message> {
    let quote = quote.map_or_else(MessageField::default, MessageField::some);
    match content {
        Content::Text(body) if quote.is_unset() => Some(text(body)),
        Content::Text(body) => {
            let text = Some(body.clone());
            let answer = wa::message::ExtendedTextMessage { text, context_info: quote, ..Default::default() };
            Some(wa::Message { extended_text_message: MessageField::some(answer), ..Default::default() })
        }
        Content::Location(location) => Some(place(location, quote)),
        Content::Contacts(contacts) => Some(people(contacts, quote)),
        Content::Poll(poll) => Some(question(poll, secret, quote)),
        Content::File(_) | Content::Unknown => None,
    }
}

fn place(location: &Location, quote: MessageField<wa::ContextInfo>) -> wa::Message {
    let place = wa::message::LocationMessage {
        degrees_latitude: Some(location.latitude),
        degrees_longitude: Some(location.longitude),
        name: location.name.clone(),
        address: location.address.clone(),
        context_info: quote,
        ..Default::default()
    };
    wa::Message { location_message: MessageField::some(place), ..Default::default() }
}

fn people(contacts: &[Contact], quote: MessageField<wa::ContextInfo>) -> wa::Message {
    let card = |contact: &Contact| wa::message::ContactMessage {
        display_name: Some(contact.name.clone()),
        vcard: Some(vcard::written(contact)),
        ..Default::default()
    };
    if let [contact] = contacts {
        let contact = wa::message::ContactMessage { context_info: quote, ..card(contact) };
        return wa::Message { contact_message: MessageField::some(contact), ..Default::default() };
    }
    let several = wa::message::ContactsArrayMessage {
        // Phones put their own words in its place.
        display_name: contacts.first().map(|contact| contact.name.clone()),
        contacts: contacts.iter().map(card).collect(),
        context_info: quote,
    };
    wa::Message { contacts_array_message: MessageField::some(several), ..Default::default() }
}

/// WhatsApp Web writes a poll with one choice in another field than one with several.
fn question(poll: &Poll, secret: Secret, quote: MessageField<wa::ContextInfo>) -> wa::Message {
    let option = |name: &String| wa::message::poll_creation_message::Option {
        option_name: Some(name.clone()),
        ..Default::default()
    };
    let poll_field = MessageField::some(wa::message::PollCreationMessage {
        name: Some(poll.question.clone()),
        options: poll.options.iter().map(option).collect(),
        selectable_options_count: Some(poll.choices_max),
        context_info: quote,
        poll_content_type: Some(wa::message::PollContentType::TEXT),
        ..Default::default()
    });
    let context = wa::MessageContextInfo { message_secret: Some(secret.to_vec()), ..Default::default() };
    let message = wa::Message { message_context_info: MessageField::some(context), ..Default::default() };
    if poll.choices_max == 1 {
        wa::Message { poll_creation_message_v3: poll_field, ..message }
    } else {
        wa::Message { poll_creation_message: poll_field, ..message }
    }
}

/// By what WhatsApp's media hosts tell files apart.
pub(super) fn media_type(kind: FileKind) -> MediaType {
    match kind {
        FileKind::Image => MediaType::Image,
        FileKind::Video => MediaType::Video,
        FileKind::Audio | FileKind::Voice => MediaType::Audio,
        FileKind::Document => MediaType::Document,
        FileKind::Sticker => MediaType::Sticker,
    }
}

/// A message about a file that was uploaded.
pub(super) fn file(file: &File, at: UploadResponse, quote: Option<wa::ContextInfo>) -> wa::Message {
    let quote = quote.map_or_else(MessageField::default, MessageField::some);
    let caption = file.caption.clone();
    macro_rules! message_about {
        ($kind:ident { $($field:ident: $value:expr),* }) => {
            MessageField::some(wa::message::$kind {
                url: Some(at.url),
                direct_path: Some(at.direct_path),
                media_key: Some(at.media_key.to_vec()),
                media_key_timestamp: Some(at.media_key_timestamp),
                file_sha256: Some(at.file_sha256.to_vec()),
                file_enc_sha256: Some(at.file_enc_sha256.to_vec()),
                file_length: Some(at.file_length),
                mimetype: Some(file.mime_type.clone()),
                context_info: quote,
                $($field: $value,)*
                ..Default::default()
            })
        };
    }
    let mut message = wa::Message::default();
    match file.kind {
        FileKind::Image => message.image_message = message_about!(ImageMessage { caption: caption }),
        FileKind::Video => {
            message.video_message =
                message_about!(VideoMessage { caption: caption, streaming_sidecar: at.streaming_sidecar });
        }
        FileKind::Audio | FileKind::Voice => {
            let ptt = Some(file.kind == FileKind::Voice);
            message.audio_message = message_about!(AudioMessage { ptt: ptt, streaming_sidecar: at.streaming_sidecar });
        }
        FileKind::Document => {
            let (file_name, title) = (file.name.clone(), file.name.clone());
            message.document_message =
                message_about!(DocumentMessage { caption: caption, file_name: file_name, title: title });
        }
        FileKind::Sticker => message.sticker_message = message_about!(StickerMessage {}),
    }
    as_phones_show_it(message)
}

/// Phones show the caption of a document only where it stands in a wrapper.
fn as_phones_show_it(message: wa::Message) -> wa::Message {
    if message.document_message.as_option().is_none_or(|document| document.caption.is_none()) {
        return message;
    }
    let wrapper = wa::message::FutureProofMessage { message: MessageField::some(message) };
    wa::Message { document_with_caption_message: MessageField::some(wrapper), ..Default::default() }
}

/// The same file with another caption. Nothing for a kind that has none.
pub(super) fn recaptioned(mut message: wa::Message, body: &str) -> Option<wa::Message> {
    let caption = if let Some(image) = message.image_message.as_option_mut() {
        &mut image.caption
    } else if let Some(video) = message.video_message.as_option_mut() {
        &mut video.caption
    } else {
        &mut message.document_message.as_option_mut()?.caption
    };
    *caption = Some(body.to_owned());
    Some(as_phones_show_it(message))
}

/// Words that take the place of those of our message `wa_id`.
pub(super) fn edit(chat: &Jid, wa_id: String, with: wa::Message, now_ms: i64) -> wa::Message {
    change(wa::message::ProtocolMessage {
        key: own_key(chat, wa_id),
        r#type: Some(Change::MESSAGE_EDIT),
        edited_message: MessageField::some(with),
        timestamp_ms: Some(now_ms),
        ..Default::default()
    })
}

/// Takes our message `wa_id` back.
pub(super) fn revocation(chat: &Jid, wa_id: String) -> wa::Message {
    change(wa::message::ProtocolMessage {
        key: own_key(chat, wa_id),
        r#type: Some(Change::REVOKE),
        ..Default::default()
    })
}

fn change(change: wa::message::ProtocolMessage) -> wa::Message {
    wa::Message { protocol_message: MessageField::some(change), ..Default::default() }
}

fn own_key(chat: &Jid, wa_id: String) -> MessageField<wa::MessageKey> {
    MessageField::some(wa::MessageKey {
        remote_jid: Some(chat.to_string()),
        from_me: Some(true),
        id: Some(wa_id),
        ..Default::default()
    })
}
