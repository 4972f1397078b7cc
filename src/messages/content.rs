//! What a message says: words, a file, a place, contacts, a poll.

use std::fmt;
use std::str::FromStr;

use grantline_whatsapp::{Contact, Content as Said, File, FileKind, Location, Poll};
use serde::{Deserialize, Serialize};

use super::Body;
use super::media::MimeType;
use super::message::{BODY_LENGTH_MAX, CAPTION_LENGTH_MAX, UnknownWord, find};

/// What kind of message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(
    as = MessageKind,
    description = "What kind of message it is; the field of that name holds what it says. `unknown` came in, and this version \
        cannot read its kind: the phone shows it."
)]
pub enum Kind {
    Text,
    Image,
    Video,
    Audio,
    /// A sound that was spoken into the phone.
    Voice,
    Document,
    Sticker,
    Location,
    Contacts,
    Poll,
    Unknown,
}

/// Like the words of a [`Body`], none of it stands in a log or an audit entry, hence no derived `Debug`.
#[derive(Clone, PartialEq)]
pub enum Content {
    Text(Body),
    File(Attachment),
    Location(Location),
    Contacts(Vec<Contact>),
    Poll(Poll),
    /// Came in, and cannot be read.
    Unknown,
    /// Was taken back: only what it was is known.
    Gone(Kind),
}

/// A file that a message carries.
#[derive(Clone, PartialEq)]
pub struct Attachment {
    /// Where we keep its bytes; nowhere when WhatsApp has them.
    pub media_id: Option<String>,
    pub file: File,
}

/// A content as the database keeps it.
pub struct Kept {
    pub kind: Kind,
    /// The text, or the words beside a file.
    pub body: String,
    /// JSON of all the rest.
    pub parts: Option<String>,
    pub media_id: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct KeptFile {
    mime_type: String,
    name: Option<String>,
    bytes: u64,
}

#[derive(Serialize, Deserialize)]
struct KeptLocation {
    latitude: f64,
    longitude: f64,
    name: Option<String>,
    address: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct KeptContact {
    name: String,
    phones: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct KeptPoll {
    question: String,
    options: Vec<String>,
    choices_max: u32,
}

impl Kind {
    pub const ALL: [Self; 11] = [
        Self::Text,
        Self::Image,
        Self::Video,
        Self::Audio,
        Self::Voice,
        Self::Document,
        Self::Sticker,
        Self::Location,
        Self::Contacts,
        Self::Poll,
        Self::Unknown,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Voice => "voice",
            Self::Document => "document",
            Self::Sticker => "sticker",
            Self::Location => "location",
            Self::Contacts => "contacts",
            Self::Poll => "poll",
            Self::Unknown => "unknown",
        }
    }

    const fn of_file(self) -> Option<FileKind> {
        match self {
            Self::Image => Some(FileKind::Image),
            Self::Video => Some(FileKind::Video),
            Self::Audio => Some(FileKind::Audio),
            Self::Voice => Some(FileKind::Voice),
            Self::Document => Some(FileKind::Document),
            Self::Sticker => Some(FileKind::Sticker),
            _ => None,
        }
    }
}

impl From<FileKind> for Kind {
    fn from(kind: FileKind) -> Self {
        match kind {
            FileKind::Image => Self::Image,
            FileKind::Video => Self::Video,
            FileKind::Audio => Self::Audio,
            FileKind::Voice => Self::Voice,
            FileKind::Document => Self::Document,
            FileKind::Sticker => Self::Sticker,
        }
    }
}

impl FromStr for Kind {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        find(&Self::ALL, Self::name, text)
    }
}

impl Content {
    /// What came in, or went out from the account's own phone: whatever it is, as far as it can be kept.
    #[must_use]
    pub fn received(said: Said) -> Self {
        match said {
            Said::Text(text) => Self::Text(Body::received(text)),
            Said::File(file) => Self::File(Attachment { media_id: None, file: kept_file(file) }),
            Said::Location(place) if is_on_earth(place.latitude, place.longitude) => Self::Location(Location {
                name: place.name.map(storable),
                address: place.address.map(storable),
                ..place
            }),
            Said::Contacts(contacts) => Self::Contacts(
                contacts
                    .into_iter()
                    .map(|contact| Contact {
                        name: storable(contact.name),
                        phones: contact.phones.into_iter().map(storable).collect(),
                    })
                    .collect(),
            ),
            Said::Poll(poll) => Self::Poll(Poll {
                question: storable(poll.question),
                options: poll.options.into_iter().map(storable).collect(),
                choices_max: poll.choices_max,
            }),
            Said::Location(_) | Said::Unknown => Self::Unknown,
        }
    }

    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::File(attachment) => attachment.file.kind.into(),
            Self::Location(_) => Kind::Location,
            Self::Contacts(_) => Kind::Contacts,
            Self::Poll(_) => Kind::Poll,
            Self::Unknown => Kind::Unknown,
            Self::Gone(kind) => *kind,
        }
    }

    /// How many characters may stand where words can be changed: in a text, or beside a file. Nothing when there is no such
    /// place.
    #[must_use]
    pub fn words_max(&self) -> Option<usize> {
        match self {
            Self::Text(_) => Some(BODY_LENGTH_MAX),
            Self::File(Attachment { file, .. }) => file.kind.has_caption().then_some(CAPTION_LENGTH_MAX),
            Self::Location(_) | Self::Contacts(_) | Self::Poll(_) | Self::Unknown | Self::Gone(_) => None,
        }
    }

    /// The words by which a person knows it again; empty when it has none.
    #[must_use]
    pub fn words(&self) -> String {
        self.said().words().to_owned()
    }

    /// As WhatsApp takes it; the bytes of a file travel apart.
    #[must_use]
    pub fn said(&self) -> Said {
        match self {
            Self::Text(body) => Said::Text(body.as_str().to_owned()),
            Self::File(attachment) => Said::File(attachment.file.clone()),
            Self::Location(place) => Said::Location(place.clone()),
            Self::Contacts(contacts) => Said::Contacts(contacts.clone()),
            Self::Poll(poll) => Said::Poll(poll.clone()),
            Self::Unknown | Self::Gone(_) => Said::Unknown,
        }
    }

    #[must_use]
    pub fn keep(&self) -> Kept {
        let (body, parts) = match self {
            Self::Text(body) => (body.as_str().to_owned(), None),
            Self::File(Attachment { file, .. }) => {
                let parts = KeptFile { mime_type: file.mime_type.clone(), name: file.name.clone(), bytes: file.size };
                (file.caption.clone().unwrap_or_default(), Some(serde_json::json!(parts)))
            }
            Self::Location(place) => {
                let Location { latitude, longitude, name, address } = place.clone();
                (String::new(), Some(serde_json::json!(KeptLocation { latitude, longitude, name, address })))
            }
            Self::Contacts(contacts) => {
                let kept = |Contact { name, phones }| KeptContact { name, phones };
                let contacts: Vec<KeptContact> = contacts.iter().cloned().map(kept).collect();
                (String::new(), Some(serde_json::json!(contacts)))
            }
            Self::Poll(poll) => {
                let Poll { question, options, choices_max } = poll.clone();
                (String::new(), Some(serde_json::json!(KeptPoll { question, options, choices_max })))
            }
            Self::Unknown | Self::Gone(_) => (String::new(), None),
        };
        let media_id = match self {
            Self::File(attachment) => attachment.media_id.clone(),
            _ => None,
        };
        Kept { kind: self.kind(), body, parts: parts.map(|parts| parts.to_string()), media_id }
    }
}

impl TryFrom<Kept> for Content {
    type Error = serde_json::Error;

    fn try_from(kept: Kept) -> Result<Self, serde_json::Error> {
        let Kept { kind, body, parts, media_id } = kept;
        let Some(parts) = parts.as_deref() else {
            return Ok(if kind == Kind::Text { Self::Text(Body::received(body)) } else { Self::Unknown });
        };
        if let Some(kind) = kind.of_file() {
            let KeptFile { mime_type, name, bytes } = serde_json::from_str(parts)?;
            let caption = (!body.is_empty()).then_some(body);
            return Ok(Self::File(Attachment { media_id, file: File { kind, mime_type, name, caption, size: bytes } }));
        }
        Ok(match kind {
            Kind::Location => {
                let KeptLocation { latitude, longitude, name, address } = serde_json::from_str(parts)?;
                Self::Location(Location { latitude, longitude, name, address })
            }
            Kind::Contacts => {
                let kept: Vec<KeptContact> = serde_json::from_str(parts)?;
                Self::Contacts(kept.into_iter().map(|KeptContact { name, phones }| Contact { name, phones }).collect())
            }
            Kind::Poll => {
                let KeptPoll { question, options, choices_max } = serde_json::from_str(parts)?;
                Self::Poll(Poll { question, options, choices_max })
            }
            _ => Self::Unknown,
        })
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Content({}, ..)", self.kind().name())
    }
}

/// WGS 84. What is no number lies nowhere.
#[must_use]
pub fn is_on_earth(latitude: f64, longitude: f64) -> bool {
    (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude)
}

/// PostgreSQL keeps every character but one.
fn storable(mut text: String) -> String {
    text.retain(|letter| letter != '\0');
    text
}

/// Whatever a stranger's phone says of a file: a type that is none, or a caption without words, is left out.
fn kept_file(file: File) -> File {
    File {
        mime_type: MimeType::parse(&file.mime_type).unwrap_or_default().as_str().to_owned(),
        name: file.name.map(storable).filter(|name| !name.is_empty()),
        caption: file.caption.map(storable).filter(|caption| !caption.is_empty()),
        // The database counts to 2^63.
        size: file.size.min(i64::MAX.unsigned_abs()),
        kind: file.kind,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn optional() -> impl Strategy<Value = Option<String>> {
        proptest::option::of(".{1,20}")
    }

    fn file() -> impl Strategy<Value = Said> {
        let kinds =
            [FileKind::Image, FileKind::Video, FileKind::Audio, FileKind::Voice, FileKind::Document, FileKind::Sticker];
        (proptest::sample::select(kinds.to_vec()), ".{0,20}", optional(), optional(), any::<u64>()).prop_map(
            |(kind, mime_type, name, caption, size)| Said::File(File { kind, mime_type, name, caption, size }),
        )
    }

    fn anything() -> impl Strategy<Value = Said> {
        let degrees =
            |most: i32| (-most * 1_000_000..=most * 1_000_000).prop_map(|millionths| f64::from(millionths) / 1e6);
        let place =
            (degrees(90), degrees(180), optional(), optional()).prop_map(|(latitude, longitude, name, address)| {
                Said::Location(Location { latitude, longitude, name, address })
            });
        let texts = || proptest::collection::vec(".{0,20}", 0..4);
        let contact = (".{0,20}", texts()).prop_map(|(name, phones)| Contact { name, phones });
        let poll = (".{0,20}", texts(), any::<u32>())
            .prop_map(|(question, options, choices_max)| Said::Poll(Poll { question, options, choices_max }));
        prop_oneof![
            ".{0,40}".prop_map(Said::Text),
            file(),
            place,
            proptest::collection::vec(contact, 0..4).prop_map(Said::Contacts),
            poll,
            Just(Said::Unknown),
        ]
    }

    proptest! {
        #[test]
        fn what_came_in_is_kept_and_read_back(said in anything()) {
            let content = Content::received(said);
            let kept = content.keep();
            prop_assert!(!kept.body.contains('\0') && !kept.parts.as_deref().unwrap_or_default().contains("\\u0000"));
            prop_assert_eq!(Content::try_from(kept).expect("it is read back"), content);
        }

        #[test]
        fn none_of_it_is_printed(said in anything()) {
            let content = Content::received(said);
            prop_assert_eq!(format!("{content:?}"), format!("Content({}, ..)", content.kind().name()));
        }
    }

    #[test]
    fn every_kind_is_read_back_and_is_the_same_in_json() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::json!(kind), kind.name());
            assert_eq!(kind.name().parse(), Ok(kind));
            assert_eq!(kind.of_file().map_or(kind, Kind::from), kind);
        }
    }

    #[test]
    fn a_place_that_is_nowhere_is_not_kept() {
        let place = |latitude, longitude| Said::Location(Location { latitude, longitude, name: None, address: None });
        for (latitude, longitude) in [(f64::NAN, 0.0), (0.0, f64::INFINITY), (90.1, 0.0), (0.0, -180.1)] {
            assert_eq!(Content::received(place(latitude, longitude)), Content::Unknown);
        }
        assert_eq!(Content::received(place(-90.0, 180.0)).kind(), Kind::Location);
    }
}
