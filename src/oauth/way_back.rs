//! The way back to the app: its proven redirect address and the state that it wants to see again.

use std::fmt;

use url::{Host, Url, form_urlencoded};

use super::authorize::Fault;
use crate::platform::secret::PlainSecret;

/// Where answers to one authorization request go. Made only from a redirect address that is registered for the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayBack {
    /// As the app sent it, character by character.
    pub redirect_uri: String,
    /// Given back as it came (RFC 6749 §4.1.2).
    pub state: Option<String>,
}

/// What a person is told about where they will return to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A host on the internet, in the spelling of the DNS: look-alike letters show as `xn--…`.
    Host(String),
    /// A loopback address: a program on the person's own machine.
    ThisDevice,
}

impl WayBack {
    /// RFC 6749 §4.1.2, with the issuer of RFC 9207.
    #[must_use]
    pub fn with_code(&self, code: &PlainSecret, issuer: &str) -> String {
        self.answer(&[("code", code.reveal())], issuer)
    }

    /// RFC 6749 §4.1.2.1, with the issuer of RFC 9207.
    #[must_use]
    pub fn with_fault(&self, fault: Fault, issuer: &str) -> String {
        self.answer(&[("error", fault.code), ("error_description", fault.description)], issuer)
    }

    /// RFC 6749 §3.1.2: a query that the registered address already has is kept.
    fn answer(&self, said: &[(&str, &str)], issuer: &str) -> String {
        let mut url = self.redirect_uri.clone();
        let state = self.state.as_deref().map(|state| ("state", state));
        let mut joint = if url.contains('?') { '&' } else { '?' };
        for (name, value) in said.iter().copied().chain(state).chain([("iss", issuer)]) {
            url.push(joint);
            url.push_str(name);
            url.push('=');
            url.push_str(&encode(value));
            joint = '&';
        }
        url
    }

    #[must_use]
    pub fn destination(&self) -> Destination {
        let Ok(url) = Url::parse(&self.redirect_uri) else { return Destination::Host(self.redirect_uri.clone()) };
        match url.host() {
            Some(Host::Ipv4(address)) if address.is_loopback() => Destination::ThisDevice,
            Some(Host::Ipv6(address)) if address.is_loopback() => Destination::ThisDevice,
            Some(Host::Domain("localhost")) | None => Destination::ThisDevice,
            Some(host) => Destination::Host(host.to_string()),
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(host) => formatter.write_str(host),
            Self::ThisDevice => formatter.write_str("127.0.0.1"),
        }
    }
}

/// For a query. A blank becomes `%20`: unlike `+` it is read alike by those who decode forms and those who decode URLs.
fn encode(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ISSUER: &str = "https://grantline.test";

    fn way_back(redirect_uri: &str, state: Option<&str>) -> WayBack {
        WayBack { redirect_uri: redirect_uri.to_owned(), state: state.map(ToOwned::to_owned) }
    }

    #[test]
    fn an_answer_is_added_to_the_address_that_the_app_sent() {
        let code = PlainSecret::received("c0de");
        assert_eq!(
            way_back("https://app.example/cb", Some("a b")).with_code(&code, ISSUER),
            "https://app.example/cb?code=c0de&state=a%20b&iss=https%3A%2F%2Fgrantline.test"
        );
        assert_eq!(
            way_back("https://app.example?tenant=1", None).with_code(&code, ISSUER),
            "https://app.example?tenant=1&code=c0de&iss=https%3A%2F%2Fgrantline.test"
        );
    }

    #[test]
    fn a_person_reads_a_host_or_that_it_is_this_device() {
        for (uri, place) in [
            ("https://app.acme.example/cb", "app.acme.example"),
            ("https://app.acme.example:8443/cb", "app.acme.example"),
            ("https://аpp.example/cb", "xn--pp-6kc.example"),
            ("http://127.0.0.1:49152/cb", "127.0.0.1"),
            ("http://[::1]:49152/cb", "127.0.0.1"),
            ("http://localhost/cb", "127.0.0.1"),
        ] {
            assert_eq!(way_back(uri, None).destination().to_string(), place, "{uri}");
        }
    }

    proptest! {
        #[test]
        fn state_comes_back_as_it_went(state in "[ -~]{0,200}", query in prop::bool::ANY) {
            let uri = if query { "https://app.example/cb?tenant=1" } else { "https://app.example/cb" };
            let url = way_back(uri, Some(&state)).with_code(&PlainSecret::received("c0de"), ISSUER);
            prop_assert!(url.starts_with(uri));
            let url = Url::parse(&url).expect("a URL");
            let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
            prop_assert_eq!(pairs.len(), if query { 4 } else { 3 });
            prop_assert!(pairs.contains(&(String::from("state"), state)));
            prop_assert!(url.fragment().is_none());
        }
    }
}
