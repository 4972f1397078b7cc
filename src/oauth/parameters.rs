//! The parameters of an OAuth request, in a query or in a form, as they were sent.

use url::form_urlencoded;

use crate::platform::web::is_storable;

/// Bytes that are read at all. The longest request that can be right needs half of them.
pub const BYTES_MAX: usize = 16 * 1024;

/// The parameters that mean something here and may be there once. Others are ignored (RFC 6749 §3.1 and §3.2), even when
/// they are repeated.
const KNOWN: [&str; 20] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "login_hint",
    "workspace_hint",
    "request",
    "request_uri",
    "grant_type",
    "client_secret",
    "code",
    "code_verifier",
    "refresh_token",
    "token",
    "token_type_hint",
];

/// Names and values, decoded. A parameter without a value counts as left out (RFC 6749 §3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

/// It is longer than any request that can be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

impl Parameters {
    pub fn parse(text: &str) -> Result<Self, TooLong> {
        if text.len() > BYTES_MAX {
            return Err(TooLong);
        }
        let pairs = form_urlencoded::parse(text.as_bytes()).into_owned();
        Ok(Self(pairs.filter(|(_, value)| !value.is_empty()).collect()))
    }

    /// The value of a parameter; nothing when it is missing or repeated, because then nobody can say which one is meant.
    #[must_use]
    pub fn one(&self, name: &str) -> Option<&str> {
        let mut values = self.all(name);
        values.next().filter(|_| values.next().is_none())
    }

    /// Every value of a parameter that may be repeated.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// Whether the database can be asked for each of them.
    #[must_use]
    pub fn are_storable(&self) -> bool {
        self.0.iter().all(|(_, value)| is_storable(value))
    }

    /// RFC 8707 §2: what we issue is for our own API. `issuer` is our base URL.
    #[must_use]
    pub fn is_for(&self, issuer: &str) -> bool {
        self.all("resource").all(|resource| resource.strip_suffix('/').unwrap_or(resource) == issuer)
    }

    /// The first known parameter that was sent more than once (RFC 6749 §3.1 forbids it).
    #[must_use]
    pub fn repeated(&self) -> Option<&'static str> {
        KNOWN.into_iter().find(|name| self.all(name).count() > 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_parameter_counts_once_or_not_at_all() {
        let sent = Parameters::parse("scope=a+b&state=&client_id=1&client_id=2&x=1&x=2&%").expect("short");
        assert_eq!(sent.one("scope"), Some("a b"));
        assert_eq!((sent.one("state"), sent.has("state")), (None, false));
        assert_eq!((sent.one("client_id"), sent.has("client_id")), (None, true));
        assert_eq!(sent.repeated(), Some("client_id"));
        assert_eq!(Parameters::parse("x=1&x=2&resource=a&resource=b").map(|sent| sent.repeated()), Ok(None));
    }

    #[test]
    fn only_our_own_api_is_a_resource() {
        let is_for = |text: &str| Parameters::parse(text).expect("short").is_for("https://wa.example");
        assert!(is_for("") && is_for("resource=https://wa.example&resource=https://wa.example/"));
        for other in ["https://wa.example//", "https://wa.example/v1", "https://wa.example.evil", "wa.example"] {
            assert!(!is_for(&format!("resource=https://wa.example&resource={other}")), "{other}");
        }
    }

    #[test]
    fn a_query_has_an_end() {
        assert!(Parameters::parse(&"a".repeat(BYTES_MAX)).is_ok());
        assert_eq!(Parameters::parse(&"a".repeat(BYTES_MAX + 1)), Err(TooLong));
    }

    proptest! {
        #[test]
        fn any_query_is_read_without_a_panic(query in "\\PC{0,300}") {
            let sent = Parameters::parse(&query).expect("short");
            for name in KNOWN {
                prop_assert_eq!(sent.one(name).is_some(), sent.all(name).count() == 1);
            }
        }

        #[test]
        fn what_was_encoded_is_read_as_it_was(value in "\\PC{1,60}") {
            let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("state", &value).finish();
            let sent = Parameters::parse(&query).expect("short");
            prop_assert_eq!(sent.one("state"), Some(value.as_str()));
        }
    }
}
