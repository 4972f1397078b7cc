//! What messages hold, and the chats they belong to.

use std::fmt;
use std::str::FromStr;

/// Characters in a text or a caption: what the Cloud API takes.
pub const MAX_TEXT_CHARS: usize = 4_096;
/// Characters in the question of a poll.
pub const MAX_QUESTION_CHARS: usize = 255;
/// Characters in an option of a poll.
pub const MAX_OPTION_CHARS: usize = 100;
/// Options of a poll; at least two.
pub const MAX_OPTIONS: usize = 12;
/// Contacts in one message.
pub const MAX_CONTACTS: usize = 257;
/// Numbers of one contact.
pub const MAX_CONTACT_PHONES: usize = 20;
/// Characters in a name, an address, or the type of a file.
pub const MAX_NAME_CHARS: usize = 255;

/// Where a message is written: to one person, or to a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chat {
    /// Digits with country code, no `+`.
    Person(String),
    /// WhatsApp's id of a group, without `@g.us`: digits, in old groups with a dash between them.
    Group(String),
}

const GROUP_SERVER: &str = "@g.us";

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither the digits of a phone number nor the id of a group")]
pub struct BadChat;

/// `491701234567`, or `120363041234567890@g.us`.
impl fmt::Display for Chat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(digits) => formatter.write_str(digits),
            Self::Group(id) => write!(formatter, "{id}{GROUP_SERVER}"),
        }
    }
}

impl FromStr for Chat {
    type Err = BadChat;

    fn from_str(text: &str) -> Result<Self, BadChat> {
        let is_made_of = |text: &str, allowed: fn(&u8) -> bool| {
            (1..=64).contains(&text.len()) && text.bytes().all(|byte| allowed(&byte))
        };
        match text.strip_suffix(GROUP_SERVER) {
            Some(id) if is_made_of(id, |byte| byte.is_ascii_digit() || *byte == b'-') => Ok(Self::Group(id.to_owned())),
            None if is_made_of(text, u8::is_ascii_digit) => Ok(Self::Person(text.to_owned())),
            _ => Err(BadChat),
        }
    }
}

/// A message that exists already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageRef {
    /// One that was sent through a session of this server, by our id of it.
    Ours(String),
    /// Any other, by WhatsApp's id.
    Named(String),
}

/// A message on its way to WhatsApp.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// Ours; comes back in the receipts.
    pub id: String,
    pub to: Chat,
    pub content: Content,
    /// The bytes of a [`Content::File`]; empty with everything else.
    pub file: Vec<u8>,
    pub reply_to: Option<Quote>,
}

impl Outgoing {
    /// A text to one person.
    #[must_use]
    pub fn text(id: &str, to: &str, body: &str) -> Self {
        Self {
            id: id.to_owned(),
            to: Chat::Person(to.to_owned()),
            content: Content::Text(body.to_owned()),
            file: Vec::new(),
            reply_to: None,
        }
    }

    /// Whether this is a message at all. WhatsApp or the recipient may still refuse it.
    #[must_use]
    pub fn is_sendable(&self) -> bool {
        let has_bytes = !self.file.is_empty();
        self.content.is_sendable() && has_bytes == matches!(self.content, Content::File(_))
    }
}

/// The message that another one answers, as the phone shows it above the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    pub message: MessageRef,
    /// Who wrote it (digits); nobody when this account did.
    pub from: Option<String>,
    /// Its text or caption.
    pub body: String,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    Text(String),
    /// The bytes travel apart: [`Outgoing::file`] out, [`crate::Session::download`] in.
    File(File),
    Location(Location),
    Contacts(Vec<Contact>),
    Poll(Poll),
    /// Came in, and this version cannot read its kind. The phone shows it.
    Unknown,
}

impl Content {
    /// Whether somebody can send it: it says something, and no part of it is longer than phones show it.
    #[must_use]
    pub fn is_sendable(&self) -> bool {
        match self {
            Self::Text(body) => is_said(body, MAX_TEXT_CHARS),
            Self::File(file) => file.is_sendable(),
            Self::Location(location) => location.is_sendable(),
            Self::Contacts(contacts) => {
                (1..=MAX_CONTACTS).contains(&contacts.len()) && contacts.iter().all(Contact::is_sendable)
            }
            Self::Poll(poll) => poll.is_sendable(),
            Self::Unknown => false,
        }
    }

    /// What can be read of it: a text, a caption or else a file's name, a place's name, the first contact's name, the question
    /// of a poll. Empty when there are no words.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::Text(body) => body,
            Self::File(file) => file.caption.as_deref().or(file.name.as_deref()).unwrap_or_default(),
            Self::Location(location) => location.name.as_deref().or(location.address.as_deref()).unwrap_or_default(),
            Self::Contacts(contacts) => contacts.first().map_or("", |contact| contact.name.as_str()),
            Self::Poll(poll) => &poll.question,
            Self::Unknown => "",
        }
    }
}

/// Words that are not only blanks, and not too many.
fn is_said(words: &str, max_chars: usize) -> bool {
    !words.trim().is_empty() && words.chars().count() <= max_chars
}

/// The same, where no words are needed.
fn is_said_or_left_out(words: Option<&str>, max_chars: usize) -> bool {
    words.is_none_or(|words| is_said(words, max_chars))
}

/// A picture, a sound or a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub kind: FileKind,
    /// Such as `image/jpeg`; of what came in, whatever the sender said.
    pub mime_type: String,
    /// Of documents.
    pub name: Option<String>,
    /// Words beside it.
    pub caption: Option<String>,
    /// Bytes.
    pub size: u64,
}

impl File {
    fn is_sendable(&self) -> bool {
        is_said(&self.mime_type, MAX_NAME_CHARS)
            && is_said_or_left_out(self.name.as_deref(), MAX_NAME_CHARS)
            && is_said_or_left_out(self.caption.as_deref(), MAX_TEXT_CHARS)
            && (self.caption.is_none() || self.kind.has_caption())
    }
}

/// How a phone shows a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Image,
    Video,
    Audio,
    /// A sound that was spoken into the phone.
    Voice,
    Document,
    Sticker,
}

impl FileKind {
    /// Whether phones show words beside it.
    #[must_use]
    pub fn has_caption(self) -> bool {
        match self {
            Self::Image | Self::Video | Self::Document => true,
            Self::Audio | Self::Voice | Self::Sticker => false,
        }
    }
}

/// A place on the map, WGS 84 degrees.
#[derive(Debug, Clone, PartialEq)]
pub struct Location {
    /// -90 to 90.
    pub latitude: f64,
    /// -180 to 180.
    pub longitude: f64,
    pub name: Option<String>,
    pub address: Option<String>,
}

impl Location {
    fn is_sendable(&self) -> bool {
        (-90.0..=90.0).contains(&self.latitude)
            && (-180.0..=180.0).contains(&self.longitude)
            && is_said_or_left_out(self.name.as_deref(), MAX_NAME_CHARS)
            && is_said_or_left_out(self.address.as_deref(), MAX_NAME_CHARS)
    }
}

/// Somebody's entry in an address book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    /// Digits with country code.
    pub phones: Vec<String>,
}

impl Contact {
    /// Numbers are digits: what else stood in them could end the line of the entry that a phone reads.
    fn is_sendable(&self) -> bool {
        let is_number = |phone: &String| Chat::from_str(phone).is_ok_and(|chat| matches!(chat, Chat::Person(_)));
        is_said(&self.name, MAX_NAME_CHARS)
            && self.phones.len() <= MAX_CONTACT_PHONES
            && self.phones.iter().all(is_number)
    }
}

/// A question with answers to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    pub question: String,
    /// All different.
    pub options: Vec<String>,
    /// How many of them one may choose: 1 or more.
    pub choices_max: u32,
}

impl Poll {
    fn is_sendable(&self) -> bool {
        let is_new = |(place, option): (usize, &String)| !self.options.iter().take(place).any(|other| other == option);
        is_said(&self.question, MAX_QUESTION_CHARS)
            && (2..=MAX_OPTIONS).contains(&self.options.len())
            && self.options.iter().all(|option| is_said(option, MAX_OPTION_CHARS))
            && self.options.iter().enumerate().all(is_new)
            && (1..=self.options.len()).contains(&(self.choices_max as usize))
    }
}

/// What a chat shows of somebody who is about to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    Typing,
    Recording,
    /// No longer about to.
    Paused,
}

/// The picture beside a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Changes with the picture.
    pub id: String,
    /// Where WhatsApp serves it for some time.
    pub url: String,
}

/// A group that the account is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// As in [`Chat::Group`].
    pub id: String,
    pub subject: String,
    pub members: u32,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_chat_is_a_number_or_a_group() {
        assert_eq!("491701234567".parse(), Ok(Chat::Person(String::from("491701234567"))));
        assert_eq!("120363041234567890@g.us".parse(), Ok(Chat::Group(String::from("120363041234567890"))));
        assert_eq!("491701234567-1400000000@g.us".parse(), Ok(Chat::Group(String::from("491701234567-1400000000"))));
        for text in ["", "@g.us", "4917-0", "+4917", "status@broadcast", "1@lid", "a@g.us"] {
            assert_eq!(text.parse::<Chat>(), Err(BadChat), "{text}");
        }
    }

    fn poll(options: &[&str], choices_max: u32) -> Content {
        let options = options.iter().map(ToString::to_string).collect();
        Content::Poll(Poll { question: String::from("When?"), options, choices_max })
    }

    fn file(kind: FileKind, caption: Option<&str>) -> Content {
        let caption = caption.map(str::to_owned);
        Content::File(File { kind, mime_type: String::from("image/png"), name: None, caption, size: 3 })
    }

    fn place(latitude: f64, longitude: f64) -> Content {
        Content::Location(Location { latitude, longitude, name: None, address: None })
    }

    fn contact(name: &str, phone: &str) -> Contact {
        Contact { name: name.to_owned(), phones: vec![phone.to_owned()] }
    }

    #[test]
    fn nonsense_is_not_sendable() {
        let options: Vec<String> = (0..=MAX_OPTIONS).map(|n| n.to_string()).collect();
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let nonsense = [
            Content::Unknown,
            Content::Text(String::from(" \n")),
            Content::Text("é".repeat(MAX_TEXT_CHARS + 1)),
            file(FileKind::Image, Some(" ")),
            file(FileKind::Image, Some(&"é".repeat(MAX_TEXT_CHARS + 1))),
            file(FileKind::Voice, Some("A sound has no caption")),
            place(90.1, 0.0),
            place(0.0, -180.1),
            place(f64::NAN, 0.0),
            Content::Contacts(Vec::new()),
            Content::Contacts(vec![contact("Ann", "491701234567"); MAX_CONTACTS + 1]),
            Content::Contacts(vec![contact("", "491701234567")]),
            Content::Contacts(vec![Contact {
                name: String::from("Ann"),
                phones: vec![String::from("1"); MAX_CONTACT_PHONES + 1],
            }]),
            Content::Contacts(vec![contact("Ann", "1\nEND:VCARD")]),
            poll(&["One"], 1),
            poll(&options, 1),
            poll(&["One", "Two", "One"], 1),
            poll(&["One", " "], 1),
            poll(&["One", &"é".repeat(MAX_OPTION_CHARS + 1)], 1),
            poll(&["One", "Two"], 0),
            poll(&["One", "Two"], 3),
        ];
        for content in nonsense {
            assert!(!content.is_sendable(), "{content:?}");
        }
    }

    #[test]
    fn what_just_fits_is_sendable() {
        let options: Vec<String> =
            (0..MAX_OPTIONS).map(|n| format!("{n}{}", "é".repeat(MAX_OPTION_CHARS - 2))).collect();
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let fits = [
            Content::Text("é".repeat(MAX_TEXT_CHARS)),
            file(FileKind::Image, Some(&"é".repeat(MAX_TEXT_CHARS))),
            file(FileKind::Sticker, None),
            place(-90.0, 180.0),
            Content::Contacts(vec![contact("Ann", "491701234567"); MAX_CONTACTS]),
            poll(&options, 12),
        ];
        for content in fits {
            assert!(content.is_sendable(), "{content:?}");
        }
    }

    #[test]
    fn bytes_go_with_files_and_with_nothing_else() {
        let outgoing =
            |content, file: &[u8]| Outgoing { content, file: file.to_vec(), ..Outgoing::text("m1", "1", "") };
        assert!(outgoing(file(FileKind::Image, None), b"png").is_sendable());
        assert!(!outgoing(file(FileKind::Image, None), b"").is_sendable());
        assert!(outgoing(place(0.0, 0.0), b"").is_sendable());
        assert!(!outgoing(place(0.0, 0.0), b"png").is_sendable());
    }

    #[test]
    fn words_are_what_can_be_read() {
        assert_eq!(Content::Text(String::from("Hello")).words(), "Hello");
        assert_eq!(file(FileKind::Image, Some("Look")).words(), "Look");
        assert_eq!(file(FileKind::Image, None).words(), "");
        assert_eq!(place(0.0, 0.0).words(), "");
        assert_eq!(Content::Contacts(vec![contact("Ann", "1")]).words(), "Ann");
        assert_eq!(poll(&["One", "Two"], 1).words(), "When?");
    }

    proptest! {
        #[test]
        fn a_text_needs_a_word_and_an_end(text in any::<String>(), blanks in "[ \t\n]{0,8}") {
            prop_assert_eq!(Content::Text(text.clone()).is_sendable(), !text.trim().is_empty());
            let padded = format!("{text}{}", "x".repeat(MAX_TEXT_CHARS));
            prop_assert_eq!(Content::Text(padded).is_sendable(), text.is_empty());
            prop_assert!(!Content::Text(blanks).is_sendable());
        }

        #[test]
        fn a_place_is_on_the_map(latitude in any::<f64>(), longitude in any::<f64>()) {
            let is_there = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
            prop_assert_eq!(place(latitude, longitude).is_sendable(), is_there);
        }

        #[test]
        fn a_poll_has_a_choice(options in proptest::collection::vec("[ab]{1,3}", 0..15), choices_max in 0u32..15) {
            let different: std::collections::BTreeSet<&String> = options.iter().collect();
            let is_good = (2..=MAX_OPTIONS).contains(&options.len())
                && different.len() == options.len()
                && choices_max >= 1
                && choices_max as usize <= options.len();
            let question = String::from("Which?");
            prop_assert_eq!(Content::Poll(Poll { question, options, choices_max }).is_sendable(), is_good);
        }

        #[test]
        fn what_is_written_is_read_back(id in "[0-9]{1,20}", is_group: bool) {
            let chat = if is_group { Chat::Group(id) } else { Chat::Person(id) };
            prop_assert_eq!(chat.to_string().parse(), Ok(chat));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            if let Ok(chat) = text.parse::<Chat>() {
                prop_assert_eq!(chat.to_string(), text);
            }
        }
    }
}
