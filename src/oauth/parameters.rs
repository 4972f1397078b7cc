//! The parameters of an authorization request, as they were sent.

use url::form_urlencoded;

/// Bytes of a query string that are read at all. The longest request that can be right needs half of them.
const QUERY_BYTES_MAX: usize = 16 * 1024;

/// The parameters that mean something here. Others are ignored (RFC 6749 §3.1), even when they are repeated.
const KNOWN: [&str; 11] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "request",
    "request_uri",
];

/// Names and values, decoded. A parameter without a value counts as left out (RFC 6749 §3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

/// The query string is longer than any request that can be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

impl Parameters {
    pub fn parse(query: &str) -> Result<Self, TooLong> {
        if query.len() > QUERY_BYTES_MAX {
            return Err(TooLong);
        }
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
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
    fn a_query_has_an_end() {
        assert!(Parameters::parse(&"a".repeat(QUERY_BYTES_MAX)).is_ok());
        assert_eq!(Parameters::parse(&"a".repeat(QUERY_BYTES_MAX + 1)), Err(TooLong));
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
