//! What an app asks for when it sends a message.

use std::fmt;

use grantline_whatsapp::{Chat, FileKind};
use serde_json::{Value, json};

use super::Body;
use super::content::{Content, Kind};
use super::media::FileName;
use crate::platform::secret::fingerprint;

/// A message that somebody wants sent.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// The number to send from; `None` when the grant leaves no choice.
    pub number_id: Option<String>,
    pub to: Chat,
    pub content: Wanted,
    /// The message that it answers.
    pub reply_to: Option<String>,
}

/// What it shall say.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// All of it is here.
    Whole(Content),
    /// A file that was handed in before.
    File(WantedFile),
}

/// A file that was handed in before, and what is said beside it.
#[derive(Clone)]
pub struct WantedFile {
    pub kind: FileKind,
    pub media_id: String,
    /// In the place of the name that it was handed in with.
    pub name: Option<FileName>,
    pub caption: Option<Body>,
}

impl fmt::Debug for WantedFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "WantedFile({:?}, {}, ..)", self.kind, self.media_id)
    }
}

impl NewMessage {
    /// Tells whether two requests ask for the same thing.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let (kind, said) = match &self.content {
            Wanted::Whole(Content::Text(body)) => (Kind::Text, json!(body.as_str())),
            Wanted::Whole(content) => (content.kind(), json!(content.keep().parts)),
            Wanted::File(file) => {
                let (name, caption) =
                    (file.name.as_ref().map(FileName::as_str), file.caption.as_ref().map(Body::as_str));
                (file.kind.into(), json!([file.media_id, name, caption]))
            }
        };
        let mut asked = vec![json!(self.number_id), json!(self.to.to_string()), json!(kind.name()), said];
        asked.extend(self.reply_to.as_ref().map(|id| json!(id)));
        fingerprint(&Value::from(asked).to_string())
    }
}

/// The caller's own name for one request (draft-ietf-httpapi-idempotency-key-header): sent again with the same name, the
/// request is not carried out again. Names of one grant do not meet those of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key is 1 to 255 visible ASCII characters")]
pub struct BadKey;

impl IdempotencyKey {
    pub const LENGTH_MAX: usize = 255;

    pub fn parse(text: &[u8]) -> Result<Self, BadKey> {
        let fits = (1..=Self::LENGTH_MAX).contains(&text.len()) && text.iter().all(u8::is_ascii_graphic);
        let text = str::from_utf8(text).ok().filter(|_| fits).ok_or(BadKey)?;
        Ok(Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use grantline_whatsapp::Poll;
    use proptest::prelude::*;

    use super::*;

    fn asks(number_id: Option<&str>, to: &str, content: Wanted, reply_to: Option<&str>) -> String {
        let to = to.parse().expect("a chat");
        let owned = |text: Option<&str>| text.map(str::to_owned);
        NewMessage { number_id: owned(number_id), to, content, reply_to: owned(reply_to) }.fingerprint()
    }

    fn text(body: &str) -> Wanted {
        Wanted::Whole(Content::Text(Body::parse(body.to_owned()).expect("a text")))
    }

    fn file(kind: FileKind, media_id: &str, name: &str, caption: &str) -> Wanted {
        let (name, caption) = (FileName::parse(name).ok(), Body::parse(caption.to_owned()).ok());
        Wanted::File(WantedFile { kind, media_id: media_id.to_owned(), name, caption })
    }

    fn poll(choices_max: u32) -> Wanted {
        let (question, options) = (String::from("When?"), vec![String::from("Now"), String::from("Later")]);
        Wanted::Whole(Content::Poll(Poll { question, options, choices_max }))
    }

    #[test]
    fn requests_are_the_same_when_all_of_them_is() {
        let (desk, bob) = (Some("num_1"), "447700900123");
        let all = || {
            [
                asks(desk, bob, text("hello"), None),
                asks(None, bob, text("hello"), None),
                asks(desk, "447700900124", text("hello"), None),
                asks(desk, "447700900123@g.us", text("hello"), None),
                asks(desk, bob, text("Hello"), None),
                asks(desk, bob, text("hello"), Some("msg_1")),
                asks(desk, bob, file(FileKind::Image, "med_1", "", ""), None),
                asks(desk, bob, file(FileKind::Document, "med_1", "", ""), None),
                asks(desk, bob, file(FileKind::Document, "med_2", "", ""), None),
                asks(desk, bob, file(FileKind::Document, "med_1", "a", ""), None),
                asks(desk, bob, file(FileKind::Document, "med_1", "", "a"), None),
                asks(desk, bob, poll(1), None),
                asks(desk, bob, poll(2), None),
            ]
        };
        assert_eq!(all(), all());
        assert_eq!(BTreeSet::from(all()).len(), all().len(), "two that differ are taken for the same");
    }

    #[test]
    fn a_text_is_known_again_after_an_update() {
        let before = serde_json::json!([Some("num_1"), "447700900123", "text", "hello"]);
        assert_eq!(asks(Some("num_1"), "447700900123", text("hello"), None), fingerprint(&before.to_string()));
    }

    #[test]
    fn what_is_asked_for_is_not_printed() {
        let printed = format!("{:?} {:?}", text("secret"), file(FileKind::Image, "med_1", "secret", "secret"));
        assert!(!printed.contains("secret"), "{printed}");
    }

    proptest! {
        #[test]
        fn a_key_is_visible_ascii(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let visible = (1..=255).contains(&bytes.len()) && bytes.iter().all(|byte| (0x21..=0x7e).contains(byte));
            prop_assert_eq!(IdempotencyKey::parse(&bytes).is_ok(), visible);
        }

        #[test]
        fn what_is_visible_is_kept(key in "[!-~]{1,255}") {
            let kept = IdempotencyKey::parse(key.as_bytes()).map(|kept| kept.as_str().to_owned());
            prop_assert_eq!(kept, Ok(key));
        }
    }
}
