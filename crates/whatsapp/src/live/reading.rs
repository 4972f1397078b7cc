//! What a message says, read out of what WhatsApp carries. No waiting.

use whatsapp_rust::waproto::buffa::{Message as _, MessageField};
use whatsapp_rust::waproto::whatsapp as wa;
use whatsapp_rust::waproto::whatsapp::message::protocol_message::Type as Change;
use whatsapp_rust::waproto::whatsapp::message::{
    AudioMessage, DocumentMessage, FutureProofMessage, ImageMessage, PollCreationMessage, PollUpdateMessage,
    StickerMessage, VideoMessage,
};

use super::vcard;
use crate::{Contact, Content, File, FileKind, Location, Poll};

/// Wrappers around wrappers that are opened; real ones have two or three.
const DEPTH_MAX: usize = 8;
/// What a file is called whose sender did not say.
const ANY_BYTES: &str = "application/octet-stream";

/// What there is to tell about a message.
#[derive(Debug)]
pub(super) enum Read<'a> {
    Said {
        content: Content,
        context: Context<'a>,
    },
    Edited {
        wa_id: &'a str,
        body: String,
    },
    Deleted {
        wa_id: &'a str,
    },
    Voted(&'a PollUpdateMessage),
    /// It is for the library, or for phones alone.
    Nothing,
}

/// The message inside all wrappers: those that let it vanish, that show it once, that give a document its caption.
pub(super) fn unwrapped(message: &wa::Message) -> &wa::Message {
    let mut inner = message;
    for _ in 0..DEPTH_MAX {
        let device_sent = inner.device_sent_message.as_option().and_then(|sent| sent.message.as_option());
        let Some(next) = device_sent.or_else(|| wrappers(inner).find_map(|wrapper| wrapper.message.as_option())) else {
            break;
        };
        inner = next;
    }
    inner
}

fn wrappers(message: &wa::Message) -> impl Iterator<Item = &FutureProofMessage> {
    let all = [
        &message.ephemeral_message,
        &message.view_once_message,
        &message.view_once_message_v2,
        &message.view_once_message_v2_extension,
        &message.document_with_caption_message,
        &message.edited_message,
        &message.group_mentioned_message,
        &message.lottie_sticker_message,
        &message.associated_child_message,
        &message.poll_creation_message_v4,
        &message.spoiler_message,
    ];
    all.into_iter().filter_map(MessageField::as_option)
}

pub(super) fn read(message: &wa::Message) -> Read<'_> {
    let inner = unwrapped(message);
    if let Some(change) = inner.protocol_message.as_option() {
        return changed(change);
    }
    if let Some(update) = inner.poll_update_message.as_option() {
        return if update.vote.is_set() { Read::Voted(update) } else { Read::Nothing };
    }
    match said(inner) {
        Some((content, context)) => Read::Said { content, context },
        None if is_for_phones(inner) => Read::Nothing,
        None => Read::Said { content: Content::Unknown, context: None },
    }
}

fn changed(change: &wa::message::ProtocolMessage) -> Read<'_> {
    let wa_id = change.key.as_option().and_then(|key| key.id.as_deref());
    match (change.r#type, wa_id, change.edited_message.as_option()) {
        (Some(Change::MESSAGE_EDIT), Some(wa_id), Some(edited)) => match words(unwrapped(edited)) {
            Some(body) => Read::Edited { wa_id, body },
            None => Read::Nothing,
        },
        (Some(Change::REVOKE), Some(wa_id), _) => Read::Deleted { wa_id },
        _ => Read::Nothing,
    }
}

/// The text of a text, or the caption of a file.
fn words(message: &wa::Message) -> Option<String> {
    match said(message)?.0 {
        Content::Text(body) => Some(body),
        Content::File(file) => file.caption,
        _ => None,
    }
}

/// What a message is about beside what it says: what it answers, for one.
type Context<'a> = Option<&'a wa::ContextInfo>;

fn said(message: &wa::Message) -> Option<(Content, Context<'_>)> {
    if let Some(body) = filled(message.conversation.as_ref()) {
        return Some((Content::Text(body), None));
    }
    if let Some(text) = message.extended_text_message.as_option() {
        return filled(text.text.as_ref()).map(|body| (Content::Text(body), text.context_info.as_option()));
    }
    let file = file(message).map(|(file, context)| (Content::File(file), context));
    file.or_else(|| place(message)).or_else(|| people(message)).or_else(|| {
        let poll = poll(message)?;
        Some((Content::Poll(poll_content(poll)), poll.context_info.as_option()))
    })
}

/// Words that are there.
fn filled(words: Option<&String>) -> Option<String> {
    words.filter(|words| !words.is_empty()).cloned()
}

macro_rules! file_of {
    ($message:expr, $kind:expr, $name:expr, $caption:expr) => {
        File {
            kind: $kind,
            mime_type: filled($message.mimetype.as_ref()).unwrap_or_else(|| ANY_BYTES.to_owned()),
            name: $name,
            caption: $caption,
            size: $message.file_length.unwrap_or_default(),
        }
    };
}

fn file(message: &wa::Message) -> Option<(File, Context<'_>)> {
    if let Some(image) = message.image_message.as_option() {
        return Some((
            file_of!(image, FileKind::Image, None, filled(image.caption.as_ref())),
            image.context_info.as_option(),
        ));
    }
    // A round video is one.
    if let Some(video) = message.video_message.as_option().or(message.ptv_message.as_option()) {
        return Some((
            file_of!(video, FileKind::Video, None, filled(video.caption.as_ref())),
            video.context_info.as_option(),
        ));
    }
    if let Some(audio) = message.audio_message.as_option() {
        let kind = if audio.ptt == Some(true) { FileKind::Voice } else { FileKind::Audio };
        return Some((file_of!(audio, kind, None, None), audio.context_info.as_option()));
    }
    if let Some(document) = message.document_message.as_option() {
        let name = filled(document.file_name.as_ref()).or_else(|| filled(document.title.as_ref()));
        let caption = filled(document.caption.as_ref());
        return Some((file_of!(document, FileKind::Document, name, caption), document.context_info.as_option()));
    }
    let sticker = message.sticker_message.as_option()?;
    Some((file_of!(sticker, FileKind::Sticker, None, None), sticker.context_info.as_option()))
}

fn place(message: &wa::Message) -> Option<(Content, Context<'_>)> {
    if let Some(place) = message.location_message.as_option() {
        let (latitude, longitude) = (place.degrees_latitude?, place.degrees_longitude?);
        let (name, address) = (filled(place.name.as_ref()), filled(place.address.as_ref()));
        return Some((
            Content::Location(Location { latitude, longitude, name, address }),
            place.context_info.as_option(),
        ));
    }
    // Of one that moves, where it began.
    let moving = message.live_location_message.as_option()?;
    let (latitude, longitude) = (moving.degrees_latitude?, moving.degrees_longitude?);
    let name = filled(moving.caption.as_ref());
    Some((Content::Location(Location { latitude, longitude, name, address: None }), moving.context_info.as_option()))
}

fn people(message: &wa::Message) -> Option<(Content, Context<'_>)> {
    let person = |card: &wa::message::ContactMessage| -> Contact {
        vcard::read(card.vcard.as_deref().unwrap_or_default(), card.display_name.as_deref())
    };
    if let Some(card) = message.contact_message.as_option() {
        return Some((Content::Contacts(vec![person(card)]), card.context_info.as_option()));
    }
    let several = message.contacts_array_message.as_option()?;
    Some((Content::Contacts(several.contacts.iter().map(person).collect()), several.context_info.as_option()))
}

/// The poll that a message makes, if it does.
pub(super) fn poll(message: &wa::Message) -> Option<&PollCreationMessage> {
    let versions = [
        &message.poll_creation_message,
        &message.poll_creation_message_v2,
        &message.poll_creation_message_v3,
        &message.poll_creation_message_v5,
        &message.poll_creation_message_v6,
    ];
    versions.into_iter().find_map(MessageField::as_option)
}

pub(super) fn options(poll: &PollCreationMessage) -> Vec<String> {
    poll.options.iter().map(|option| option.option_name.clone().unwrap_or_default()).collect()
}

fn poll_content(poll: &PollCreationMessage) -> Poll {
    let options = options(poll);
    let all = u32::try_from(options.len()).unwrap_or(u32::MAX);
    // 0 and what is not said mean that all may be chosen.
    let choices_max = poll.selectable_options_count.filter(|max| *max > 0).unwrap_or(all);
    Poll { question: poll.name.clone().unwrap_or_default(), options, choices_max }
}

/// What votes on the poll of this message are sealed with.
pub(super) fn secret(message: &wa::Message) -> Option<&[u8]> {
    let contexts = [&message.message_context_info, &unwrapped(message).message_context_info];
    contexts.into_iter().find_map(|context| context.as_option()?.message_secret.as_deref())
}

/// Whether this is nothing that somebody wrote: keys, reactions, pins, the heading of an album, and emptiness.
fn is_for_phones(message: &wa::Message) -> bool {
    let is_known = message.reaction_message.is_set()
        || message.enc_reaction_message.is_set()
        || message.keep_in_chat_message.is_set()
        || message.pin_in_chat_message.is_set()
        || message.album_message.is_set()
        || message.secret_encrypted_message.is_set()
        || message.enc_event_response_message.is_set()
        || message.message_history_bundle.is_set()
        || message.message_history_notice.is_set()
        || message.sticker_sync_rmr_message.is_set()
        || message.placeholder_message.is_set()
        || message.call.is_set();
    if is_known {
        return true;
    }
    let rest = wa::Message {
        conversation: None,
        sender_key_distribution_message: MessageField::default(),
        fast_ratchet_key_sender_key_distribution_message: MessageField::default(),
        message_context_info: MessageField::default(),
        ..message.clone()
    };
    rest.encode_to_vec().is_empty()
}

/// What is needed to fetch the file of a message later, and to write its caption anew. Nothing when it cannot be fetched.
pub(super) fn handle(message: &wa::Message) -> Option<wa::Message> {
    macro_rules! handle_of {
        ($kind:ident, $file:expr, { $($more:ident),* }) => {{
            // Without these nobody can fetch it.
            ($file.direct_path.is_some() && $file.media_key.is_some()).then(|| {
                MessageField::some($kind {
                    url: $file.url.clone(),
                    direct_path: $file.direct_path.clone(),
                    media_key: $file.media_key.clone(),
                    media_key_timestamp: $file.media_key_timestamp,
                    file_sha256: $file.file_sha256.clone(),
                    file_enc_sha256: $file.file_enc_sha256.clone(),
                    file_length: $file.file_length,
                    mimetype: $file.mimetype.clone(),
                    $($more: $file.$more.clone(),)*
                    ..Default::default()
                })
            })?
        }};
    }
    let inner = unwrapped(message);
    let mut handle = wa::Message::default();
    if let Some(image) = inner.image_message.as_option() {
        handle.image_message = handle_of!(ImageMessage, image, { caption });
    } else if let Some(video) = inner.video_message.as_option().or(inner.ptv_message.as_option()) {
        handle.video_message = handle_of!(VideoMessage, video, { caption });
    } else if let Some(audio) = inner.audio_message.as_option() {
        handle.audio_message = handle_of!(AudioMessage, audio, { ptt });
    } else if let Some(document) = inner.document_message.as_option() {
        handle.document_message = handle_of!(DocumentMessage, document, { caption, file_name, title });
    } else {
        let sticker = inner.sticker_message.as_option()?;
        handle.sticker_message = handle_of!(StickerMessage, sticker, {});
    }
    Some(handle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(message: wa::Message) -> MessageField<FutureProofMessage> {
        MessageField::some(FutureProofMessage { message: MessageField::some(message) })
    }

    fn text(body: &str) -> wa::Message {
        wa::Message { conversation: Some(body.to_owned()), ..Default::default() }
    }

    fn is_nothing(message: &wa::Message) -> bool {
        matches!(read(message), Read::Nothing)
    }

    #[test]
    fn wrappers_are_opened_and_not_for_ever() {
        let once = wa::Message { view_once_message_v2: wrapped(text("once")), ..Default::default() };
        let vanishing = wa::Message { ephemeral_message: wrapped(once), ..Default::default() };
        assert!(matches!(read(&vanishing), Read::Said { content: Content::Text(body), .. } if body == "once"));
        let mut deep = text("deep");
        for _ in 0..2 * DEPTH_MAX {
            deep = wa::Message { ephemeral_message: wrapped(deep), ..Default::default() };
        }
        assert!(matches!(read(&deep), Read::Said { content: Content::Unknown, .. }));
    }

    #[test]
    fn a_kind_that_is_not_known_is_told_and_what_nobody_wrote_is_not() {
        let product = wa::message::ProductMessage::default();
        let product = wa::Message {
            product_message: MessageField::some(wa::message::ProductMessage {
                body: Some(String::from("A cake")),
                ..product
            }),
            ..Default::default()
        };
        assert!(matches!(read(&product), Read::Said { content: Content::Unknown, context: None }));
        let keys =
            wa::message::SenderKeyDistributionMessage { group_id: Some(String::from("1@g.us")), ..Default::default() };
        let keys = wa::Message { sender_key_distribution_message: MessageField::some(keys), ..Default::default() };
        let like = wa::message::ReactionMessage { text: Some(String::from("+")), ..Default::default() };
        let like = wa::Message { reaction_message: MessageField::some(like), ..Default::default() };
        let notice =
            wa::message::ProtocolMessage { r#type: Some(Change::HISTORY_SYNC_NOTIFICATION), ..Default::default() };
        let notice = wa::Message { protocol_message: MessageField::some(notice), ..Default::default() };
        for nothing in [keys, like, notice, text(""), wa::Message::default()] {
            assert!(is_nothing(&nothing), "{nothing:?}");
        }
    }

    #[test]
    fn an_edit_is_read_in_both_its_shapes() {
        let change = wa::message::ProtocolMessage {
            key: MessageField::some(wa::MessageKey { id: Some(String::from("3A1")), ..Default::default() }),
            r#type: Some(Change::MESSAGE_EDIT),
            edited_message: MessageField::some(text("better")),
            ..Default::default()
        };
        let bare = wa::Message { protocol_message: MessageField::some(change), ..Default::default() };
        let in_wrapper = wa::Message { edited_message: wrapped(bare.clone()), ..Default::default() };
        for edit in [bare, in_wrapper] {
            assert!(matches!(read(&edit), Read::Edited { wa_id: "3A1", body } if body == "better"));
        }
    }

    #[test]
    fn a_file_without_its_key_has_no_handle() {
        let image = ImageMessage { direct_path: Some(String::from("/v/1")), ..Default::default() };
        let whole = ImageMessage { media_key: Some(vec![1; 32]), jpeg_thumbnail: Some(vec![2; 9]), ..image.clone() };
        let message = |image| wa::Message { image_message: MessageField::some(image), ..Default::default() };
        assert!(handle(&message(image)).is_none());
        assert!(handle(&text("no file")).is_none());
        let kept = handle(&message(whole)).expect("a handle");
        let image = kept.image_message.as_option().expect("an image");
        assert!(image.media_key.is_some() && image.jpeg_thumbnail.is_none());
    }
}
