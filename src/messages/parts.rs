//! What a message says, as apps see it in answers and in events: one field a kind.

use grantline_whatsapp::{Contact, Location, Poll};

use super::content::{Attachment, Content, Kind};
use crate::events::{ContactCardFact, FileFact, LocationFact, PollFact, TextFact};

/// At most one of them is there.
#[derive(Default)]
pub struct Parts {
    pub text: Option<TextFact>,
    pub image: Option<FileFact>,
    pub video: Option<FileFact>,
    pub audio: Option<FileFact>,
    pub voice: Option<FileFact>,
    pub document: Option<FileFact>,
    pub sticker: Option<FileFact>,
    pub location: Option<LocationFact>,
    pub contacts: Option<Vec<ContactCardFact>>,
    pub poll: Option<PollFact>,
}

impl Parts {
    #[must_use]
    pub fn of(content: &Content) -> Self {
        let none = Self::default();
        match content {
            Content::Text(body) => Self { text: Some(TextFact { body: body.as_str().to_owned() }), ..none },
            Content::File(attachment) => {
                let file = Some(file(attachment));
                match content.kind() {
                    Kind::Image => Self { image: file, ..none },
                    Kind::Video => Self { video: file, ..none },
                    Kind::Audio => Self { audio: file, ..none },
                    Kind::Voice => Self { voice: file, ..none },
                    Kind::Sticker => Self { sticker: file, ..none },
                    _ => Self { document: file, ..none },
                }
            }
            Content::Location(place) => {
                let Location { latitude, longitude, name, address } = place.clone();
                Self { location: Some(LocationFact { latitude, longitude, name, address }), ..none }
            }
            Content::Contacts(contacts) => Self { contacts: Some(contacts.iter().map(card).collect()), ..none },
            Content::Poll(poll) => {
                let Poll { question, options, choices_max } = poll.clone();
                Self { poll: Some(PollFact { question, options, choices_max }), ..none }
            }
            Content::Unknown | Content::Gone(_) => none,
        }
    }
}

fn file(Attachment { file, .. }: &Attachment) -> FileFact {
    FileFact {
        mime_type: file.mime_type.clone(),
        bytes: file.size,
        name: file.name.clone(),
        caption: file.caption.clone(),
    }
}

fn card(contact: &Contact) -> ContactCardFact {
    let phones = contact.phones.iter().map(|phone| format!("+{phone}")).collect();
    ContactCardFact { name: contact.name.clone(), phones }
}
