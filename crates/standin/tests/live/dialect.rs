//! Messages as a phone writes and reads them, told by the promises' words. Not by the connector's own translation: a mistake
//! that both made would not be seen.

use grantline_standin::{MediaHost, ShownMessage};
use grantline_whatsapp::{Contact, Content, File, FileKind, Location, Poll};
use whatsapp_rust::wacore::download::{DownloadUtils, MediaType};
use whatsapp_rust::wacore::upload::encrypt_media;
use whatsapp_rust::waproto::buffa::MessageField;
use whatsapp_rust::waproto::whatsapp as wa;

use crate::contract::Shown;

/// As the phone shows a message.
pub fn shown(message: ShownMessage) -> Shown {
    Shown {
        wa_id: message.id,
        chat: message.chat.parse().expect("a chat"),
        from: message.from,
        content: read(&message.message),
        reply_to: message.reply_to,
        is_edited: message.is_edited,
        is_deleted: message.is_deleted,
        is_read: message.is_read,
    }
}

/// A message as a phone writes it, whose file lies on the media host.
pub fn written(media: &MediaHost, content: &Content, file: &[u8], answers: Option<&str>) -> wa::Message {
    let context = match answers {
        Some(id) => MessageField::some(wa::ContextInfo {
            stanza_id: Some(id.to_owned()),
            quoted_message: MessageField::some(wa::Message::default()),
            ..Default::default()
        }),
        None => MessageField::none(),
    };
    match content {
        Content::Text(body) => {
            // Phones write texts that answer nothing in the same field, when they hold a link.
            let text = Some(body.clone());
            let text = wa::message::ExtendedTextMessage { text, context_info: context, ..Default::default() };
            wa::Message { extended_text_message: MessageField::some(text), ..Default::default() }
        }
        Content::File(about) => with_file(media, about, file),
        Content::Location(location) => {
            let place = wa::message::LocationMessage {
                degrees_latitude: Some(location.latitude),
                degrees_longitude: Some(location.longitude),
                name: location.name.clone(),
                address: location.address.clone(),
                ..Default::default()
            };
            wa::Message { location_message: MessageField::some(place), ..Default::default() }
        }
        Content::Contacts(contacts) => people(contacts),
        Content::Poll(poll) => question(poll),
        Content::Unknown => panic!("nobody writes what nobody can read"),
    }
}

fn people(contacts: &[Contact]) -> wa::Message {
    let mut cards = contacts.iter().map(|contact| {
        let name = contact.name.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
        let numbers: String =
            contact.phones.iter().map(|phone| format!("item1.TEL;waid={phone}:+{phone}\r\n")).collect();
        wa::message::ContactMessage {
            display_name: Some(contact.name.clone()),
            vcard: Some(format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\n{numbers}END:VCARD")),
            ..Default::default()
        }
    });
    if contacts.len() == 1 {
        let card = cards.next().expect("one");
        return wa::Message { contact_message: MessageField::some(card), ..Default::default() };
    }
    let several = wa::message::ContactsArrayMessage { contacts: cards.collect(), ..Default::default() };
    wa::Message { contacts_array_message: MessageField::some(several), ..Default::default() }
}

fn question(poll: &Poll) -> wa::Message {
    let options = poll.options.iter().map(|name| wa::message::poll_creation_message::Option {
        option_name: Some(name.clone()),
        ..Default::default()
    });
    let poll = wa::message::PollCreationMessage {
        name: Some(poll.question.clone()),
        options: options.collect(),
        selectable_options_count: Some(poll.choices_max),
        ..Default::default()
    };
    let context = wa::MessageContextInfo { message_secret: Some(vec![7; 32]), ..Default::default() };
    wa::Message {
        poll_creation_message_v3: MessageField::some(poll),
        message_context_info: MessageField::some(context),
        ..Default::default()
    }
}

fn with_file(media: &MediaHost, about: &File, bytes: &[u8]) -> wa::Message {
    let kind = match about.kind {
        FileKind::Image => MediaType::Image,
        FileKind::Video => MediaType::Video,
        FileKind::Audio | FileKind::Voice => MediaType::Audio,
        FileKind::Document => MediaType::Document,
        FileKind::Sticker => MediaType::Sticker,
    };
    let sealed = encrypt_media(bytes, kind).expect("it is sealed");
    let path = format!("/v/{}", sealed.file_enc_sha256.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let url = media.put(&path, sealed.data_to_upload.clone());
    macro_rules! about_file {
        ($message:ident { $($field:ident: $value:expr),* }) => {
            MessageField::some(wa::message::$message {
                url: Some(url),
                direct_path: Some(path),
                media_key: Some(sealed.media_key.to_vec()),
                file_sha256: Some(sealed.file_sha256.to_vec()),
                file_enc_sha256: Some(sealed.file_enc_sha256.to_vec()),
                file_length: Some(about.size),
                mimetype: Some(about.mime_type.clone()),
                $($field: $value,)*
                ..Default::default()
            })
        };
    }
    let (caption, file_name) = (about.caption.clone(), about.name.clone());
    let mut message = wa::Message::default();
    match about.kind {
        FileKind::Image => message.image_message = about_file!(ImageMessage { caption: caption }),
        FileKind::Video => message.video_message = about_file!(VideoMessage { caption: caption }),
        FileKind::Audio => message.audio_message = about_file!(AudioMessage {}),
        FileKind::Voice => message.audio_message = about_file!(AudioMessage { ptt: Some(true) }),
        FileKind::Sticker => message.sticker_message = about_file!(StickerMessage {}),
        FileKind::Document => {
            let has_caption = caption.is_some();
            message.document_message = about_file!(DocumentMessage { caption: caption, file_name: file_name });
            if has_caption {
                let wrapper = wa::message::FutureProofMessage { message: MessageField::some(message) };
                message =
                    wa::Message { document_with_caption_message: MessageField::some(wrapper), ..Default::default() };
            }
        }
    }
    message
}

/// The bytes behind a file.
pub fn opened(media: &MediaHost, message: &wa::Message) -> Vec<u8> {
    let inner = inside(message);
    macro_rules! open {
        ($($field:ident $kind:ident)*) => {
            $(if let Some(file) = inner.$field.as_option() {
                let sealed = media.get(file.direct_path.as_deref().expect("a path")).expect("the host has it");
                let key = file.media_key.as_deref().expect("a key");
                return DownloadUtils::verify_and_decrypt(&sealed, key, MediaType::$kind).expect("it opens");
            })*
        };
    }
    open!(image_message Image video_message Video audio_message Audio document_message Document sticker_message Sticker);
    panic!("a message without a file: {message:?}")
}

fn inside(message: &wa::Message) -> &wa::Message {
    let wrapper = message.document_with_caption_message.as_option();
    wrapper.and_then(|wrapper| wrapper.message.as_option()).unwrap_or(message)
}

/// What the phone shows of a message.
fn read(message: &wa::Message) -> Content {
    // Without the wrapper a phone shows no caption.
    assert!(message.document_message.as_option().is_none_or(|document| document.caption.is_none()));
    let inner = inside(message);
    if let Some(body) = &inner.conversation {
        return Content::Text(body.clone());
    }
    if let Some(text) = inner.extended_text_message.as_option() {
        return Content::Text(text.text.clone().unwrap_or_default());
    }
    if let Some(place) = inner.location_message.as_option() {
        return Content::Location(Location {
            latitude: place.degrees_latitude.expect("a latitude"),
            longitude: place.degrees_longitude.expect("a longitude"),
            name: place.name.clone(),
            address: place.address.clone(),
        });
    }
    if let Some(card) = inner.contact_message.as_option() {
        return Content::Contacts(vec![contact(card)]);
    }
    if let Some(several) = inner.contacts_array_message.as_option() {
        return Content::Contacts(several.contacts.iter().map(contact).collect());
    }
    let polls = [&inner.poll_creation_message, &inner.poll_creation_message_v3];
    if let Some(poll) = polls.into_iter().find_map(MessageField::as_option) {
        return Content::Poll(Poll {
            question: poll.name.clone().expect("a question"),
            options: poll.options.iter().map(|option| option.option_name.clone().expect("a name")).collect(),
            choices_max: poll.selectable_options_count.expect("a number"),
        });
    }
    file(inner).map_or(Content::Unknown, Content::File)
}

fn contact(card: &wa::message::ContactMessage) -> Contact {
    let card = card.vcard.as_deref().expect("a card");
    let mut contact = Contact { name: String::new(), phones: Vec::new() };
    for line in card.lines() {
        if let Some(name) = line.strip_prefix("FN:") {
            contact.name = name.replace("\\;", ";").replace("\\,", ",").replace("\\\\", "\\");
        } else if let Some((_, phone)) = line.split_once("waid=") {
            contact.phones.push(phone.split(':').next().expect("a number").to_owned());
        }
    }
    contact
}

fn file(message: &wa::Message) -> Option<File> {
    macro_rules! about {
        ($file:expr, $kind:expr, $name:expr, $caption:expr) => {
            File {
                kind: $kind,
                mime_type: $file.mimetype.clone().expect("a type"),
                name: $name,
                caption: $caption,
                size: $file.file_length.expect("a size"),
            }
        };
    }
    if let Some(image) = message.image_message.as_option() {
        return Some(about!(image, FileKind::Image, None, image.caption.clone()));
    }
    if let Some(video) = message.video_message.as_option() {
        return Some(about!(video, FileKind::Video, None, video.caption.clone()));
    }
    if let Some(audio) = message.audio_message.as_option() {
        let kind = if audio.ptt == Some(true) { FileKind::Voice } else { FileKind::Audio };
        return Some(about!(audio, kind, None, None));
    }
    if let Some(document) = message.document_message.as_option() {
        return Some(about!(document, FileKind::Document, document.file_name.clone(), document.caption.clone()));
    }
    let sticker = message.sticker_message.as_option()?;
    Some(about!(sticker, FileKind::Sticker, None, None))
}
