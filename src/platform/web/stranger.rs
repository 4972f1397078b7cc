//! A file that a stranger made: handed on as it is, and nothing that a browser would open, run or show in our name.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt as _};

/// Whatever somebody finds in it, it loads nothing and runs nothing.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// A file to be saved, with its bytes as they come.
pub struct StrangersFile<S> {
    /// Taken as it is when it can stand in a header.
    pub mime_type: String,
    pub name: Option<String>,
    pub size: u64,
    pub bytes: S,
}

impl<S, E> IntoResponse for StrangersFile<S>
where
    S: Stream<Item = Result<Vec<u8>, E>> + Send + 'static,
    E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
{
    fn into_response(self) -> Response {
        let unknown = HeaderValue::from_static("application/octet-stream");
        let kind = HeaderValue::from_str(&self.mime_type).unwrap_or(unknown);
        let attachment = HeaderValue::from_str(&disposition(self.name.as_deref()))
            .unwrap_or_else(|_| HeaderValue::from_static("attachment"));
        let headers = [
            (header::CONTENT_TYPE, kind),
            (header::CONTENT_LENGTH, HeaderValue::from(self.size)),
            (header::CONTENT_DISPOSITION, attachment),
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ];
        (headers, Body::from_stream(self.bytes.map(|part| part.map(Bytes::from)))).into_response()
    }
}

/// RFC 6266 with a name in RFC 8187's form: every byte that could mean something else is escaped.
fn disposition(name: Option<&str>) -> String {
    let Some(name) = name.filter(|name| !name.is_empty()) else { return String::from("attachment") };
    let mut text = String::from("attachment; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_a_name_and_nothing_else() {
        assert_eq!(disposition(Some("Menü 1.pdf")), "attachment; filename*=UTF-8''Men%C3%BC%201.pdf");
        assert_eq!(disposition(Some("a\"; x=\r\n")), "attachment; filename*=UTF-8''a%22%3B%20x%3D%0D%0A");
        assert_eq!(disposition(None), "attachment");
    }

    proptest! {
        #[test]
        fn any_name_can_stand_in_a_header(name in any::<String>()) {
            prop_assert!(HeaderValue::from_str(&disposition(Some(&name))).is_ok());
        }
    }
}
