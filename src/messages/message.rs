//! A message, and the states that it goes through.

use std::fmt;
use std::str::FromStr;

use grantline_whatsapp::{Chat, SendFailure};

use super::Content;
use crate::platform::Timestamp;

/// What a number sent or received.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub id: String,
    pub workspace_id: String,
    pub number_id: String,
    /// The grant under which it was sent; `None` for what came in.
    pub grant_id: Option<String>,
    pub direction: Direction,
    /// The other side: digits with country code. Nobody when it goes out to a group.
    pub peer: String,
    /// WhatsApp's id of the group that it stands in, without `@g.us`; `None` between two.
    pub group: Option<String>,
    pub content: Content,
    /// The message that it answers.
    pub reply_to: Option<String>,
    pub state: State,
    /// Why it failed.
    pub reason: Option<Reason>,
    /// When it was asked for; for what came in, when it was written as WhatsApp says.
    pub created_at: Timestamp,
    /// When it reached its state.
    pub changed_at: Timestamp,
    /// Where it was written; `None` for what came in.
    pub origin: Option<Origin>,
    /// When its words were changed last.
    pub edited_at: Option<Timestamp>,
    /// When it was taken back. What it said is gone since then.
    pub deleted_at: Option<Timestamp>,
}

impl Message {
    #[must_use]
    pub fn chat(&self) -> Chat {
        match &self.group {
            Some(id) => Chat::Group(id.clone()),
            None => Chat::Person(self.peer.clone()),
        }
    }

    /// The group that it stands in, as apps name it.
    #[must_use]
    pub fn group_id(&self) -> Option<String> {
        self.group.is_some().then(|| self.chat().to_string())
    }
}

/// The peer and the group of a message that goes out to a chat.
#[must_use]
pub fn addressed(chat: Chat) -> (String, Option<String>) {
    match chat {
        Chat::Person(digits) => (digits, None),
        Chat::Group(id) => (String::new(), Some(id)),
    }
}

/// The words of a message. They stand in no log and no audit entry, hence no derived `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Body(String);

/// WhatsApp takes texts of at most this many characters.
pub const BODY_LENGTH_MAX: usize = 4096;
/// Phones show no more beside a file.
pub const CAPTION_LENGTH_MAX: usize = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyRefusal {
    #[error("there is nothing to send")]
    Blank,
    #[error("a text has at most 4096 characters")]
    TooLong,
    #[error("a text cannot hold the character U+0000")]
    Nul,
}

impl Body {
    /// A text to send.
    pub fn parse(text: String) -> Result<Self, BodyRefusal> {
        if text.trim().is_empty() {
            Err(BodyRefusal::Blank)
        } else if text.chars().count() > BODY_LENGTH_MAX {
            Err(BodyRefusal::TooLong)
        } else if text.contains('\0') {
            Err(BodyRefusal::Nul)
        } else {
            Ok(Self(text))
        }
    }

    /// A text that came in, or that was kept: whatever it is, without the one character that PostgreSQL cannot keep.
    #[must_use]
    pub fn received(mut text: String) -> Self {
        text.retain(|letter| letter != '\0');
        Self(text)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Body(..)")
    }
}

/// Where a message that goes out was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(
    as = MessageOrigin,
    description = "`api`: an app sent it. `phone`: the account's holder wrote it on the phone, or on another device of theirs."
)]
pub enum Origin {
    Api,
    Phone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MessageDirection, description = "`out`: the number sent it. `in`: the number received it.")]
pub enum Direction {
    Out,
    In,
}

/// ```text
/// out:  queued -> sent -> delivered -> read        forward only; a step may be skipped
///       queued, sent -> failed                     the end
/// in:   received
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(
    as = MessageState,
    description = "Out: `queued`, `sent`, `delivered`, `read`, or `failed`; it only goes forward, and may skip a step. In: `received`."
)]
pub enum State {
    Queued,
    Sent,
    Delivered,
    Read,
    Failed,
    Received,
}

/// Why a message failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(
    as = MessageReason,
    description = "Why a message failed. `not_linked`: its number lost its link. `not_on_whatsapp`: the recipient has no WhatsApp \
        account. `refused`: WhatsApp or the recipient refused it. `throttled`, `network`: WhatsApp wanted a pause, or could not be \
        reached. `unsupported`: its number's way to WhatsApp has no such message. `expired`: it could not be handed over in time. `access_ended`: the grant ended while it was queued. \
        `deleted`: it was deleted while it was queued."
)]
pub enum Reason {
    NotLinked,
    NotOnWhatsapp,
    Refused,
    Throttled,
    Network,
    /// The way to WhatsApp has no such message.
    Unsupported,
    /// It could not be handed to WhatsApp within `messages.queue_lifetime_s`.
    Expired,
    /// The grant ended, or its app was stopped, while the message waited.
    AccessEnded,
    /// It was taken back while it waited.
    Deleted,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no word of a message")]
pub struct UnknownWord(String);

pub(super) fn find<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str, text: &str) -> Result<T, UnknownWord> {
    let unknown = || UnknownWord(text.chars().take(64).collect());
    all.iter().copied().find(|word| name(*word) == text).ok_or_else(unknown)
}

impl Direction {
    pub const ALL: [Self; 2] = [Self::Out, Self::In];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::In => "in",
        }
    }
}

impl Origin {
    pub const ALL: [Self; 2] = [Self::Api, Self::Phone];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Phone => "phone",
        }
    }
}

impl FromStr for Origin {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        find(&Self::ALL, Self::name, text)
    }
}

impl FromStr for Direction {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        find(&Self::ALL, Self::name, text)
    }
}

impl State {
    pub const ALL: [Self; 6] = [Self::Queued, Self::Sent, Self::Delivered, Self::Read, Self::Failed, Self::Received];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
            Self::Received => "received",
        }
    }

    /// The states from which this one can be reached. A receipt that is late, or told twice, finds the message in none of
    /// them and changes nothing.
    #[must_use]
    pub const fn earlier(self) -> &'static [Self] {
        match self {
            Self::Queued | Self::Received => &[],
            Self::Sent => &[Self::Queued],
            Self::Delivered | Self::Failed => &[Self::Queued, Self::Sent],
            Self::Read => &[Self::Queued, Self::Sent, Self::Delivered],
        }
    }
}

impl FromStr for State {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        find(&Self::ALL, Self::name, text)
    }
}

impl Reason {
    pub const ALL: [Self; 9] = [
        Self::NotLinked,
        Self::NotOnWhatsapp,
        Self::Refused,
        Self::Throttled,
        Self::Network,
        Self::Unsupported,
        Self::Expired,
        Self::AccessEnded,
        Self::Deleted,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotLinked => "not_linked",
            Self::NotOnWhatsapp => "not_on_whatsapp",
            Self::Refused => "refused",
            Self::Throttled => "throttled",
            Self::Network => "network",
            Self::Unsupported => "unsupported",
            Self::Expired => "expired",
            Self::AccessEnded => "access_ended",
            Self::Deleted => "deleted",
        }
    }
}

impl FromStr for Reason {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        find(&Self::ALL, Self::name, text)
    }
}

impl From<SendFailure> for Reason {
    fn from(failure: SendFailure) -> Self {
        match failure {
            SendFailure::NotLinked => Self::NotLinked,
            SendFailure::NotOnWhatsapp => Self::NotOnWhatsapp,
            SendFailure::Refused => Self::Refused,
            SendFailure::Throttled => Self::Throttled,
            SendFailure::Network => Self::Network,
            SendFailure::Unsupported => Self::Unsupported,
        }
    }
}

/// Whether a text from outside can be an id of ours. Anything else, such as the U+0000 that PostgreSQL refuses to compare
/// with, is not looked for.
#[must_use]
pub fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a message is after some news, told in any order and any number of times.
    fn after(news: &[State]) -> State {
        news.iter().fold(State::Queued, |now, told| if told.earlier().contains(&now) { *told } else { now })
    }

    #[test]
    fn every_word_is_read_back_and_is_the_same_in_json() {
        let same = |word: serde_json::Value, name: &str| assert_eq!(word, name);
        State::ALL.iter().for_each(|state| same(serde_json::json!(state), state.name()));
        Reason::ALL.iter().for_each(|reason| same(serde_json::json!(reason), reason.name()));
        Direction::ALL.iter().for_each(|direction| same(serde_json::json!(direction), direction.name()));
        Origin::ALL.iter().for_each(|origin| same(serde_json::json!(origin), origin.name()));
        assert!(State::ALL.iter().all(|state| state.name().parse() == Ok(*state)));
        assert!(Reason::ALL.iter().all(|reason| reason.name().parse() == Ok(*reason)));
        assert!(Direction::ALL.iter().all(|direction| direction.name().parse() == Ok(*direction)));
        assert!(Origin::ALL.iter().all(|origin| origin.name().parse() == Ok(*origin)));
        assert!("gone".parse::<State>().is_err());
    }

    #[test]
    fn a_body_has_words_and_an_end() {
        assert_eq!(Body::parse(String::from(" \n")), Err(BodyRefusal::Blank));
        assert_eq!(Body::parse("é".repeat(BODY_LENGTH_MAX + 1)), Err(BodyRefusal::TooLong));
        assert_eq!(Body::parse(String::from("a\0b")), Err(BodyRefusal::Nul));
        assert!(Body::parse("é".repeat(BODY_LENGTH_MAX)).is_ok());
        assert_eq!(Body::received(String::from("a\0b")).as_str(), "ab");
        assert_eq!(format!("{:?}", Body::received(String::from("secret"))), "Body(..)");
    }

    proptest! {
        #[test]
        fn the_order_of_receipts_does_not_matter(
            news in proptest::sample::subsequence(vec![State::Sent, State::Delivered, State::Read], 0..=3).prop_shuffle(),
            again in proptest::collection::vec(0_usize..3, 0..4),
        ) {
            let repeated = again.iter().filter_map(|index| news.get(*index)).copied();
            let told: Vec<State> = news.iter().copied().chain(repeated).collect();
            let furthest = [State::Read, State::Delivered, State::Sent].into_iter().find(|state| news.contains(state));
            prop_assert_eq!(after(&told), furthest.unwrap_or(State::Queued));
        }

        #[test]
        fn a_failure_is_the_end(news in proptest::collection::vec(proptest::sample::select(State::ALL.to_vec()), 0..6)) {
            let told: Vec<State> = std::iter::once(State::Failed).chain(news).collect();
            prop_assert_eq!(after(&told), State::Failed);
        }
    }
}
