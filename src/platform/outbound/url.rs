//! Addresses that others gave us to call. One is judged when it is given, so that whoever gives it hears why not; where its
//! name leads is judged again at each connection.

use std::net::IpAddr;

use axum::http::Uri;
use url::{Host, Url};

use super::Reach;

/// Characters of an address.
const LENGTH_MAX: usize = 2000;

/// RFC 1035 §2.3.4.
const NAME_LENGTH_MAX: usize = 253;
const LABEL_LENGTH_MAX: usize = 63;

/// Names that every network answers for itself: RFC 6762, ICANN's resolution 2024.07.29.06, RFC 8375.
const LOCAL_NAMES: &[&str] = &["local", "internal", "home.arpa"];

/// Why an address cannot be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlRefusal {
    #[error("it is longer than 2000 characters")]
    TooLong,
    #[error("it is not a whole address, such as https://app.example.com/hook")]
    NotAnAddress,
    /// What we send is for the receiver alone.
    #[error("it does not begin with https")]
    NotHttps,
    /// RFC 3986 §7.5: it makes people read the wrong host, and passwords do not belong in lists of addresses.
    #[error("it has a user name or a password before the host")]
    Userinfo,
    /// RFC 9110 §4.2.5: it never reaches the server, so that whoever wrote it means something else.
    #[error("it has a fragment: leave out the # and what follows")]
    Fragment,
    #[error("its host is not a full name, such as app.example.com")]
    NotAFullName,
    #[error("its host is a name that only a local network knows")]
    LocalName,
    #[error("its host is an address that is not on the public internet")]
    NotPublic,
}

/// An address that may be called. It can hold a secret in its path, so that only its host is printed.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboundUrl {
    url: Url,
    uri: Uri,
}

impl OutboundUrl {
    /// Judges an address by itself. It is kept in the one spelling that the parser gives it.
    pub fn check(text: &str, reach: Reach) -> Result<Self, UrlRefusal> {
        if text.len() > LENGTH_MAX {
            return Err(UrlRefusal::TooLong);
        }
        // The parser would leave them out quietly.
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(UrlRefusal::NotAnAddress);
        }
        let url = Url::parse(text).map_err(|_| UrlRefusal::NotAnAddress)?;
        check_scheme(&url, reach)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlRefusal::Userinfo);
        }
        if url.fragment().is_some() {
            return Err(UrlRefusal::Fragment);
        }
        check_host(&url, reach)?;
        if url.as_str().len() > LENGTH_MAX {
            return Err(UrlRefusal::TooLong);
        }
        let uri = url.as_str().parse().map_err(|_| UrlRefusal::NotAnAddress)?;
        Ok(Self { url, uri })
    }

    /// All of it, as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// What may be shown and logged.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    pub(super) fn uri(&self) -> Uri {
        self.uri.clone()
    }
}

impl std::fmt::Debug for OutboundUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "OutboundUrl({})", self.host())
    }
}

/// Without TLS nothing leaves this machine.
fn check_scheme(url: &Url, reach: Reach) -> Result<(), UrlRefusal> {
    let stays_here = match url.host() {
        Some(Host::Domain(name)) => is_localhost(name),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if stays_here && reach.loopback => Ok(()),
        _ => Err(UrlRefusal::NotHttps),
    }
}

/// The parser has already turned every spelling of a number (`0x7f.1`, `2130706433`, `0177.0.0.1`) into the address it is.
fn check_host(url: &Url, reach: Reach) -> Result<(), UrlRefusal> {
    match url.host() {
        Some(Host::Domain(name)) => check_name(name, reach),
        Some(Host::Ipv4(address)) => check_literal(address.into(), reach),
        Some(Host::Ipv6(address)) => check_literal(address.into(), reach),
        None => Err(UrlRefusal::NotAnAddress),
    }
}

fn check_literal(address: IpAddr, reach: Reach) -> Result<(), UrlRefusal> {
    if reach.includes(address) { Ok(()) } else { Err(UrlRefusal::NotPublic) }
}

/// An operator's own network may know short names and local ones.
fn check_name(name: &str, reach: Reach) -> Result<(), UrlRefusal> {
    // The dot at the end is the root's; the same host in a second spelling.
    let bare = name.strip_suffix('.').unwrap_or(name);
    let is_local = LOCAL_NAMES.iter().any(|local| is_or_ends_with(bare, local));
    if (is_localhost(bare) && !reach.loopback) || (is_local && !reach.private) {
        Err(UrlRefusal::LocalName)
    } else if name.len() > NAME_LENGTH_MAX || !name.split('.').all(is_label) {
        Err(UrlRefusal::NotAFullName)
    } else if name.contains('.') || is_localhost(name) || reach.private {
        Ok(())
    } else {
        Err(UrlRefusal::NotAFullName)
    }
}

/// RFC 6761 §6.3: it and what ends with it are this machine, whatever a name server says.
pub(super) fn is_localhost(name: &str) -> bool {
    is_or_ends_with(name, "localhost")
}

fn is_or_ends_with(name: &str, end: &str) -> bool {
    name.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// RFC 1123 §2.1.
fn is_label(label: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (1..=LABEL_LENGTH_MAX).contains(&label.len())
        && label.chars().all(is_plain)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PUBLIC: Reach = Reach { private: false, loopback: false };
    const PRIVATE: Reach = Reach { private: true, loopback: false };
    const LOOPBACK: Reach = Reach { private: false, loopback: true };

    fn refusal(text: &str, reach: Reach) -> Option<UrlRefusal> {
        OutboundUrl::check(text, reach).err()
    }

    #[test]
    fn what_others_may_be_called_at() {
        for (written, kept) in [
            ("https://app.example.com/hook?key=1", "https://app.example.com/hook?key=1"),
            ("HTTPS://App.Example.COM:443", "https://app.example.com/"),
            ("https://bücher.example:8443/ä|^`{}\"<", "https://xn--bcher-kva.example:8443/%C3%A4|^%60%7B%7D%22%3C"),
            ("https://93.184.216.34/hook", "https://93.184.216.34/hook"),
            ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
            ("https://internal.example.com/", "https://internal.example.com/"),
            ("https://mylocalhost.example/", "https://mylocalhost.example/"),
        ] {
            let url = OutboundUrl::check(written, PUBLIC).expect(written);
            assert_eq!(url.as_str(), kept);
            assert_eq!(OutboundUrl::check(kept, PUBLIC).as_ref(), Ok(&url), "what is stored can be read again");
        }
    }

    #[test]
    fn each_refusal_has_its_reason() {
        use UrlRefusal::*;
        let long = format!("https://app.example.com/{}", "a".repeat(2000));
        let long_when_escaped = format!("https://app.example.com/{}", "ä".repeat(900));
        let long_label = format!("https://{}.example/", "a".repeat(64));
        let long_name = format!("https://{}example/", "a.".repeat(130));
        for (text, reason) in [
            (long.as_str(), TooLong),
            (&long_when_escaped, TooLong),
            ("app.example.com/hook", NotAnAddress),
            ("https://", NotAnAddress),
            ("https://app.example.com/a b", NotAnAddress),
            ("https://app.exam\tple.com/", NotAnAddress),
            ("https://1.2.3.4.5/", NotAnAddress),
            ("http://app.example.com/", NotHttps),
            ("ftp://app.example.com/", NotHttps),
            ("file:///etc/passwd", NotHttps),
            ("http://127.0.0.1/", NotHttps),
            ("https://ann@app.example.com/", Userinfo),
            ("https://:secret@app.example.com/", Userinfo),
            ("https://app.example.com/#top", Fragment),
            ("https://app.example.com/#", Fragment),
            ("https://intranet/", NotAFullName),
            ("https://app.example.com./", NotAFullName),
            ("https://a..example.com/", NotAFullName),
            ("https://-a.example.com/", NotAFullName),
            ("https://a_b.example.com/", NotAFullName),
            ("https://*.example.com/", NotAFullName),
            (&long_label, NotAFullName),
            (&long_name, NotAFullName),
            ("https://localhost/", LocalName),
            ("https://LOCALHOST./", LocalName),
            ("https://api.localhost/", LocalName),
            ("https://printer.local/", LocalName),
            ("https://metadata.google.internal/", LocalName),
            ("https://router.home.arpa/", LocalName),
        ] {
            assert_eq!(refusal(text, PUBLIC), Some(reason), "{text}");
        }
    }

    #[test]
    fn a_number_is_the_address_it_means() {
        let texts = "127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 127.0.0.1. １２７.0.0.1 0 0.0.0.0 \
            169.254.169.254 0xa9fea9fe 2852039166 10.0.0.1 10.1 012.1 [::] [::1] [::ffff:127.0.0.1] \
            [::ffff:7f00:1] [::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::a00:1] [2002:7f00:1::] \
            [2001:0:0:0:0:0:80ff:fffe] [fe80::1] [fd00:ec2::254] [0:0:0:0:0:ffff:a9fe:a9fe]";
        for host in texts.split(' ') {
            assert_eq!(refusal(&format!("https://{host}/"), PUBLIC), Some(UrlRefusal::NotPublic), "{host}");
        }
    }

    #[test]
    fn an_operator_may_allow_more() {
        for text in ["https://10.1.2.3/", "https://receiver/", "https://crm.internal:8443/", "https://[fd12::1]/"] {
            assert_eq!(refusal(text, PRIVATE), None, "{text}");
            assert!(refusal(text, LOOPBACK).is_some(), "{text}");
        }
        for text in ["http://127.0.0.1:8080/", "http://[::1]/", "http://localhost:3000/", "https://crm.localhost/"] {
            assert_eq!(refusal(text, LOOPBACK), None, "{text}");
            assert!(refusal(text, PRIVATE).is_some(), "{text}");
        }
        for text in ["http://10.1.2.3/", "http://receiver/", "http://app.example.com/", "http://0.0.0.0/"] {
            let all = Reach { private: true, loopback: true };
            assert_eq!(
                refusal(text, all),
                Some(UrlRefusal::NotHttps),
                "{text}: without TLS nothing leaves this machine"
            );
        }
    }

    #[test]
    fn a_secret_in_the_path_is_not_printed() {
        let url = OutboundUrl::check("https://app.example.com/hook/s3cret", PUBLIC).expect("an address");
        assert_eq!(format!("{url:?}"), "OutboundUrl(app.example.com)");
    }

    proptest! {
        #[test]
        fn no_spelling_of_an_inner_address_gets_through(last: u32) {
            for inside in [0x0a00_0000 | last >> 8, 0x7f00_0000 | last >> 8, 0xa9fe_0000 | last >> 16] {
                let [a, b, c, d] = u32::to_be_bytes(inside);
                let low = inside & 0x00ff_ffff;
                for host in [
                    format!("{inside}"), format!("{inside:#x}"), format!("0{inside:o}"), format!("{a}.{low}"),
                    format!("0{a:o}.{b:#x}.{}", u16::from_be_bytes([c, d])), format!("[::ffff:{a}.{b}.{c}.{d}]"),
                    format!("[64:ff9b::{a}.{b}.{c}.{d}]"), format!("[2002:{:x}:{:x}::]", inside >> 16, inside & 0xffff),
                ] {
                    prop_assert_eq!(refusal(&format!("https://{host}/"), PUBLIC), Some(UrlRefusal::NotPublic), "{}", host);
                }
            }
        }

        #[test]
        fn whatever_is_accepted_can_be_read_again(text in "https://[a-z0-9.:\\[\\]%-]{1,20}(/[ -~]{0,20})?") {
            if let Ok(url) = OutboundUrl::check(&text, PUBLIC) {
                prop_assert_eq!(OutboundUrl::check(url.as_str(), PUBLIC), Ok(url));
            }
        }
    }
}
