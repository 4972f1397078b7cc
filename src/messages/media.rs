//! Files that apps hand in: what they are called, of what type they are, and which kind of message takes which.

use grantline_whatsapp::FileKind;

use crate::platform::Timestamp;

/// A file that an app handed in, to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    pub id: String,
    pub mime_type: String,
    pub name: Option<String>,
    pub bytes: i64,
    pub created_at: Timestamp,
}

/// What a file is, such as `image/jpeg` or `audio/ogg; codecs=opus`: names in small letters, and no surprises behind them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MimeType(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the type of a file, such as image/jpeg")]
pub struct BadType;

/// Nobody's type is longer.
const TYPE_LENGTH_MAX: usize = 127;

impl MimeType {
    /// RFC 9110 §8.3.1: two names and a slash, perhaps followed by parameters.
    pub fn parse(text: &str) -> Result<Self, BadType> {
        let is_token = |text: &str| {
            let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
            !text.is_empty() && text.bytes().all(sign)
        };
        let text = text.trim();
        let (essence, parameters) = text.split_once(';').unwrap_or((text, ""));
        let (kind, name) = essence.trim().split_once('/').ok_or(BadType)?;
        let is_plain = parameters.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        if text.len() > TYPE_LENGTH_MAX || !is_token(kind) || !is_token(name) || !is_plain {
            return Err(BadType);
        }
        Ok(Self(format!("{}{}", essence.to_ascii_lowercase(), &text[essence.len()..])))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without its parameters.
    fn essence(&self) -> &str {
        self.0.split(';').next().unwrap_or_default().trim_end()
    }
}

/// What is said of a file whose type nobody knows (RFC 2046 §4.5.1).
impl Default for MimeType {
    fn default() -> Self {
        Self(String::from("application/octet-stream"))
    }
}

/// The types that phones show as this kind of message; an empty list takes any, and `audio/*` any sound.
#[must_use]
pub const fn types_of(kind: FileKind) -> &'static [&'static str] {
    match kind {
        FileKind::Image => &["image/jpeg", "image/png", "image/webp"],
        FileKind::Video => &["video/mp4", "video/3gpp"],
        FileKind::Audio | FileKind::Voice => &["audio/*"],
        FileKind::Document => &[],
        FileKind::Sticker => &["image/webp"],
    }
}

/// Whether a file of this type can be sent as this kind of message.
#[must_use]
pub fn fits(kind: FileKind, mime_type: &str) -> bool {
    let Ok(mime_type) = MimeType::parse(mime_type) else { return false };
    let taken = types_of(kind);
    let is = |one: &&str| match one.strip_suffix('*') {
        Some(start) => mime_type.essence().starts_with(start),
        None => mime_type.essence() == *one,
    };
    taken.is_empty() || taken.iter().any(is)
}

/// What a file may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a file's name has 1 to 255 characters, none of them a control character")]
pub struct BadName;

impl FileName {
    pub const LENGTH_MAX: usize = 255;

    pub fn parse(text: &str) -> Result<Self, BadName> {
        let fits = (1..=Self::LENGTH_MAX).contains(&text.chars().count());
        let is_plain = !text.chars().any(char::is_control) && !text.trim().is_empty();
        if fits && is_plain { Ok(Self(text.to_owned())) } else { Err(BadName) }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_kind_takes_what_phones_show_of_it() {
        for (kind, mime_type) in [
            (FileKind::Image, "image/jpeg"),
            (FileKind::Image, "IMAGE/PNG"),
            (FileKind::Video, "video/mp4; codecs=\"avc1\""),
            (FileKind::Audio, "audio/mpeg"),
            (FileKind::Voice, "audio/ogg; codecs=opus"),
            (FileKind::Document, "text/html"),
            (FileKind::Sticker, "image/webp"),
        ] {
            assert!(fits(kind, mime_type), "{kind:?} {mime_type}");
        }
        for (kind, mime_type) in [
            (FileKind::Image, "image/svg+xml"),
            (FileKind::Image, "image/jpegs"),
            (FileKind::Video, "image/jpeg"),
            (FileKind::Voice, "audio"),
            (FileKind::Sticker, "image/png"),
            (FileKind::Document, "anything"),
        ] {
            assert!(!fits(kind, mime_type), "{kind:?} {mime_type}");
        }
    }

    #[test]
    fn a_type_is_two_names_and_perhaps_more() {
        let read = |text| MimeType::parse(text).map(|read| read.as_str().to_owned());
        assert_eq!(read(" Video/MP4; codecs=avc1.42E01E "), Ok(String::from("video/mp4; codecs=avc1.42E01E")));
        for text in ["", "image", "image/", "/png", "image/png\r\nX: y", "image/p ng", "image/png; é", "a/b/c"] {
            assert_eq!(read(text), Err(BadType), "{text:?}");
        }
    }

    #[test]
    fn a_name_can_be_read() {
        assert!(FileName::parse("Menü (2026).pdf").is_ok());
        for text in ["", "  ", "a\nb", "a\0b"] {
            assert_eq!(FileName::parse(text), Err(BadName), "{text:?}");
        }
        assert!(FileName::parse(&"é".repeat(255)).is_ok());
        assert_eq!(FileName::parse(&"é".repeat(256)), Err(BadName));
    }

    proptest! {
        #[test]
        fn a_type_that_was_read_is_a_header_and_reads_the_same_again(text in any::<String>()) {
            if let Ok(read) = MimeType::parse(&text) {
                prop_assert!(read.as_str().bytes().all(|byte| (0x20..0x7f).contains(&byte)));
                prop_assert_eq!(MimeType::parse(read.as_str()), Ok(read));
            }
        }
    }
}
