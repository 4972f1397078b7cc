//! What messages hold, and the chats they belong to.

use std::fmt;
use std::str::FromStr;

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

/// Somebody's entry in an address book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    /// Digits with country code.
    pub phones: Vec<String>,
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

    proptest! {
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
