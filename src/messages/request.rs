//! What an app asks for when it sends a text.

use crate::numbers::Phone;
use crate::platform::secret::fingerprint;

use super::Body;

/// A text that somebody wants sent.
#[derive(Debug, Clone)]
pub struct NewText {
    /// The number to send from; `None` when the grant leaves no choice.
    pub number_id: Option<String>,
    pub to: Phone,
    pub body: Body,
}

impl NewText {
    /// Tells whether two requests ask for the same thing.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let asked = serde_json::json!([self.number_id, self.to.digits(), "text", self.body.as_str()]);
        fingerprint(&asked.to_string())
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
    use proptest::prelude::*;

    use super::*;

    fn text(number_id: Option<&str>, to: &str, body: &str) -> String {
        let to = Phone::parse(to).expect("a phone number");
        let body = Body::parse(body.to_owned()).expect("a text");
        NewText { number_id: number_id.map(str::to_owned), to, body }.fingerprint()
    }

    #[test]
    fn requests_are_the_same_when_all_of_them_is() {
        let one = text(Some("num_1"), "+447700900123", "hello");
        assert_eq!(one, text(Some("num_1"), "+447700900123", "hello"));
        assert_ne!(one, text(None, "+447700900123", "hello"));
        assert_ne!(one, text(Some("num_1"), "+447700900124", "hello"));
        assert_ne!(one, text(Some("num_1"), "+447700900123", "Hello"));
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
