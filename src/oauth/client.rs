//! How an app proves at the token endpoint that it is itself (RFC 6749 §2.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::refusal::{Code, OAuthRefusal};
use crate::platform::secret::PlainSecret;

/// What the request says about who sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    pub client_id: String,
    pub secret: Option<PlainSecret>,
    /// They came in the `Authorization` header.
    pub by_header: bool,
}

const UNREADABLE: OAuthRefusal =
    OAuthRefusal { code: Code::InvalidClient, description: "the Authorization header is not Basic", challenge: true };

/// Finds the credentials of a request. `authorization` is the header's value; the others are form parameters.
///
/// RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each request."
pub fn credentials(
    authorization: Option<&str>,
    client_id: Option<&str>,
    client_secret: Option<&str>,
) -> Result<Credentials, OAuthRefusal> {
    let Some(authorization) = authorization else {
        let client_id = client_id
            .filter(|id| !id.is_empty())
            .ok_or(OAuthRefusal::new(Code::InvalidClient, "client_id is missing"))?
            .to_owned();
        let secret = client_secret.filter(|secret| !secret.is_empty()).map(PlainSecret::received);
        return Ok(Credentials { client_id, secret, by_header: false });
    };
    if client_secret.is_some() {
        let description = "send the client secret in the Authorization header or in the form, not in both";
        return Err(OAuthRefusal::new(Code::InvalidRequest, description));
    }
    let (id, secret) = basic(authorization).ok_or(UNREADABLE)?;
    if client_id.is_some_and(|in_form| in_form != id) {
        return Err(OAuthRefusal::new(Code::InvalidRequest, "the form names another client_id than the header"));
    }
    Ok(Credentials { client_id: id, secret: Some(PlainSecret::received(&secret)), by_header: true })
}

/// RFC 7617, with both halves form-url-encoded before base64 (RFC 6749 §2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((form_decoded(id), form_decoded(secret)))
}

fn form_decoded(text: &str) -> String {
    // A pair without `=` is a name: its decoded form is what was encoded. `&` and `=` come encoded.
    url::form_urlencoded::parse(text.as_bytes()).next().map_or_else(String::new, |(name, _)| name.into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(id: &str, secret: &str) -> String {
        let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(id), encode(secret))))
    }

    #[test]
    fn two_methods_at_once_are_refused() {
        let refused = credentials(Some(&header("app_1", "s")), None, Some("s")).expect_err("two methods");
        assert_eq!(refused.code, Code::InvalidRequest);
        let refused = credentials(Some(&header("app_1", "s")), Some("app_2"), None).expect_err("two clients");
        assert_eq!(refused.code, Code::InvalidRequest);
        assert!(credentials(Some(&header("app_1", "s")), Some("app_1"), None).is_ok());
    }

    #[test]
    fn nothing_at_all_is_an_unknown_client() {
        assert_eq!(credentials(None, None, None).expect_err("nobody").code, Code::InvalidClient);
        assert_eq!(credentials(None, Some(""), None).expect_err("nobody").code, Code::InvalidClient);
        assert_eq!(credentials(Some("Bearer x"), Some("app_1"), None).expect_err("not Basic"), UNREADABLE);
    }

    proptest! {
        #[test]
        fn basic_reads_what_was_encoded(id in "\\PC{1,40}", secret in "\\PC{1,60}") {
            let read = credentials(Some(&header(&id, &secret)), None, None).expect("reads");
            prop_assert_eq!(read.client_id, id);
            prop_assert_eq!(read.secret.as_ref().map(PlainSecret::reveal), Some(secret.as_str()));
        }

        #[test]
        fn any_header_is_read_or_refused(text in "\\PC{0,120}") {
            let _ = credentials(Some(&text), None, None);
        }
    }
}
