//! Redirect addresses: where answers may be sent.
//!
//! An address is compared character by character (RFC 9700 §4.1.1), so it is only registered in the one spelling that a
//! browser would send it in. The one thing that may differ is the port of an app that listens on this very device.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::Kind;

/// Characters of an address.
const LENGTH_MAX: usize = 500;

/// Why an address cannot be registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedirectRefusal {
    #[error("it is longer than 500 characters")]
    TooLong,
    /// RFC 3986 §2: none of them stands in an address, and encoded ones end up in headers and logs.
    #[error("it holds a blank or a control character")]
    Unprintable,
    /// RFC 9700 §4.1.1: exact match only.
    #[error("it holds a *, and there are no wildcards: register each address")]
    Wildcard,
    /// RFC 6749 §3.1.2: "The endpoint URI MUST NOT include a fragment component."
    #[error("it has a fragment: leave out the # and what follows")]
    Fragment,
    /// RFC 3986 §2 knows no backslash; browsers read it as a slash, other programs do not.
    #[error("it holds a backslash; write /")]
    Backslash,
    /// RFC 3986 §6.2.2.2: some programs decode it before they compare, others after.
    #[error("it holds an encoded slash (%2F or %5C)")]
    EncodedSlash,
    /// RFC 3986 §5.2.4: browsers resolve them before they send.
    #[error("it holds a . or .. as a part of its path: write the path that it leads to")]
    DotSegment,
    /// RFC 6749 §3.1.2: "an absolute URI as defined by RFC 3986 §4.3".
    #[error("it is not a whole address, such as https://app.example.com/callback")]
    NotAnAddress,
    /// RFC 3986 §7.5: a user's name before the host makes people read the wrong host.
    #[error("it has a user name or a password before the host")]
    Userinfo,
    /// RFC 8252 §8.3: the name may lead elsewhere than to the loopback interface.
    #[error("it uses localhost: write http://127.0.0.1 or http://[::1]")]
    Localhost,
    /// RFC 9700 §2.6: only loopback may do without TLS.
    #[error("it uses http: write https, or http on 127.0.0.1")]
    Http,
    /// RFC 1034 §3.1: the same host in a second spelling.
    #[error("its host ends with a dot")]
    HostEndsWithDot,
    /// RFC 8252 §7.1: "apps MUST use a URI scheme based on a domain name under their control, expressed in reverse order".
    #[error("it begins with neither https nor a domain name in reverse, such as com.example.app:/callback")]
    Scheme,
    /// RFC 8252 §7.1: such an address belongs to a program on a device, which keeps no secret (§8.4).
    #[error("an address such as com.example.app:/callback is for apps that run on a device")]
    SchemeOfDevice,
    /// RFC 8252 §7.1: "only a single slash ("/") appears after the scheme component".
    #[error("exactly one slash follows the colon: com.example.app:/callback")]
    SchemeSlashes,
    /// RFC 3986 §6.2: one spelling, the one that browsers send.
    #[error("browsers spell it {normal}: register that")]
    NotNormal { normal: String },
}

/// Whether `text` may be registered as a redirect address of an app of this kind.
pub fn check(text: &str, kind: Kind) -> Result<(), RedirectRefusal> {
    check_characters(text)?;
    let url = Url::parse(text).map_err(|_| RedirectRefusal::NotAnAddress)?;
    if has_userinfo(text, &url) {
        return Err(RedirectRefusal::Userinfo);
    }
    match url.scheme() {
        "https" => check_host(&url)?,
        "http" => {
            check_host(&url)?;
            if !is_loopback(&url) {
                return Err(RedirectRefusal::Http);
            }
        }
        scheme => check_private_scheme(scheme, &url, kind)?,
    }
    if url.as_str() == text { Ok(()) } else { Err(RedirectRefusal::NotNormal { normal: url.into() }) }
}

/// Whether `sent` is the registered address: the same characters, or on loopback the same but for the port (RFC 8252
/// §7.3: "The authorization server MUST allow any port to be specified at the time of the request").
#[must_use]
pub fn matches(registered: &str, sent: &str) -> bool {
    registered == sent
        || loopback_without_port(registered).is_some_and(|known| loopback_without_port(sent) == Some(known))
}

/// Whether an address leads to this very device, by number and not by a name that may lead elsewhere.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address == Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == Ipv6Addr::LOCALHOST,
        Some(Host::Domain(_)) | None => false,
    }
}

/// What can be said before the address is taken apart: the parser would quietly mend some of it.
fn check_characters(text: &str) -> Result<(), RedirectRefusal> {
    let lower = text.to_ascii_lowercase();
    let encoded = encoded_bytes(text).ok_or(RedirectRefusal::NotAnAddress)?;
    if text.chars().count() > LENGTH_MAX {
        Err(RedirectRefusal::TooLong)
    } else if text.contains(|c: char| c.is_whitespace() || c.is_control()) || encoded.iter().any(u8::is_ascii_control) {
        Err(RedirectRefusal::Unprintable)
    } else if text.contains('*') {
        Err(RedirectRefusal::Wildcard)
    } else if text.contains('#') {
        Err(RedirectRefusal::Fragment)
    } else if text.contains('\\') {
        Err(RedirectRefusal::Backslash)
    } else if lower.contains("%2f") || lower.contains("%5c") {
        Err(RedirectRefusal::EncodedSlash)
    } else if path_of(&lower).split('/').any(|part| matches!(part.replace("%2e", ".").as_str(), "." | "..")) {
        Err(RedirectRefusal::DotSegment)
    } else {
        Ok(())
    }
}

/// The bytes that stand percent-encoded in the text; nothing when a `%` is not followed by two hex digits.
fn encoded_bytes(text: &str) -> Option<Vec<u8>> {
    let escape = |rest: &str| rest.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    text.split('%').skip(1).map(escape).collect()
}

fn path_of(text: &str) -> &str {
    text.split('?').next().unwrap_or(text)
}

/// Also an empty one, as in `https://@host/`, which the parser drops.
fn has_userinfo(text: &str, url: &Url) -> bool {
    let authority = text.split_once("://").and_then(|(_, rest)| rest.split(['/', '?']).next()).unwrap_or_default();
    !url.username().is_empty() || url.password().is_some() || authority.contains('@')
}

fn check_host(url: &Url) -> Result<(), RedirectRefusal> {
    match url.host() {
        Some(Host::Domain(host)) if host.ends_with('.') => Err(RedirectRefusal::HostEndsWithDot),
        Some(Host::Domain(host)) if host == "localhost" || host.ends_with(".localhost") => {
            Err(RedirectRefusal::Localhost)
        }
        Some(_) => Ok(()),
        None => Err(RedirectRefusal::NotAnAddress),
    }
}

fn check_private_scheme(scheme: &str, url: &Url, kind: Kind) -> Result<(), RedirectRefusal> {
    if !scheme.contains('.') {
        Err(RedirectRefusal::Scheme)
    } else if kind == Kind::Confidential {
        Err(RedirectRefusal::SchemeOfDevice)
    } else if url.has_authority() || !url.path().starts_with('/') {
        Err(RedirectRefusal::SchemeSlashes)
    } else {
        Ok(())
    }
}

/// A loopback address as text without its port; nothing for every other address.
fn loopback_without_port(text: &str) -> Option<String> {
    let mut url = Url::parse(text).ok().filter(|url| url.scheme() == "http" && url.as_str() == text)?;
    let loopback = is_loopback(&url);
    url.set_port(None).ok()?;
    loopback.then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn refuses(text: &str, refusal: &RedirectRefusal) {
        assert_eq!(check(text, Kind::Public).as_ref(), Err(refusal), "{text}");
    }

    #[test]
    fn https_and_loopback_and_a_scheme_of_ones_own_are_addresses() {
        for fine in [
            "https://app.example.com/callback",
            "https://app.example.com/",
            "https://app.example.com:8443/callback?from=grantline",
            "https://crm/callback",
            "https://xn--bcher-kva.example/zur%C3%BCck",
            "http://127.0.0.1/callback",
            "http://127.0.0.1:8080/callback",
            "http://[::1]:9999/callback",
            "com.example.app:/callback",
        ] {
            assert_eq!(check(fine, Kind::Public), Ok(()), "{fine}");
        }
        let on_a_device = check("com.example.app:/callback", Kind::Confidential);
        assert_eq!(on_a_device, Err(RedirectRefusal::SchemeOfDevice));
        assert_eq!(check("http://127.0.0.1:8080/acme/callback", Kind::Confidential), Ok(()));
    }

    #[test]
    fn each_rule_has_its_own_refusal() {
        refuses(&format!("https://a.example/{}", "x".repeat(500)), &RedirectRefusal::TooLong);
        for blank in
            ["https://a.example/a b", "https://a.example/\t", "https://a.example/%0d%0aX", "https://a.example/%00"]
        {
            refuses(blank, &RedirectRefusal::Unprintable);
        }
        refuses("https://*.example.com/cb", &RedirectRefusal::Wildcard);
        refuses("https://a.example/cb#", &RedirectRefusal::Fragment);
        refuses("https://a.example\\cb", &RedirectRefusal::Backslash);
        refuses("https://a.example/a%2Fb", &RedirectRefusal::EncodedSlash);
        refuses("https://a.example/a%5cb", &RedirectRefusal::EncodedSlash);
        for dots in ["https://a.example/a/../b", "https://a.example/./b", "https://a.example/%2E%2e/b"] {
            refuses(dots, &RedirectRefusal::DotSegment);
        }
        for broken in ["", "app.example.com/cb", "/callback", "https://", "https://a.example/%zz", "https://[::1"] {
            refuses(broken, &RedirectRefusal::NotAnAddress);
        }
        for user in ["https://a.example@evil.example/cb", "https://u:p@a.example/", "https://@a.example/cb"] {
            refuses(user, &RedirectRefusal::Userinfo);
        }
        for name in ["http://localhost:8080/cb", "https://localhost/cb", "http://app.localhost/cb"] {
            refuses(name, &RedirectRefusal::Localhost);
        }
        for plain in
            ["http://a.example/cb", "http://127.0.0.2/cb", "http://10.0.0.1/cb", "http://127.0.0.1.evil.example/"]
        {
            refuses(plain, &RedirectRefusal::Http);
        }
        refuses("https://a.example./cb", &RedirectRefusal::HostEndsWithDot);
        for scheme in ["javascript:alert(1)", "data:text/html,x", "myapp:/cb", "file:///etc/passwd", "ftp://a.example/"]
        {
            refuses(scheme, &RedirectRefusal::Scheme);
        }
        for slashes in ["com.example.app://callback/x", "com.example.app:callback", "com.example.app:///cb"] {
            refuses(slashes, &RedirectRefusal::SchemeSlashes);
        }
    }

    #[test]
    fn another_spelling_is_answered_with_the_right_one() {
        for (text, normal) in [
            ("https://app.example.com", "https://app.example.com/"),
            ("HTTPS://App.Example.com/Callback", "https://app.example.com/Callback"),
            ("https://app.example.com:443/cb", "https://app.example.com/cb"),
            ("https://bücher.example/cb", "https://xn--bcher-kva.example/cb"),
            ("http://127.1:80/cb", "http://127.0.0.1/cb"),
        ] {
            refuses(text, &RedirectRefusal::NotNormal { normal: normal.to_owned() });
            assert_eq!(check(normal, Kind::Public), Ok(()));
        }
    }

    #[test]
    fn on_loopback_any_port_matches_and_nothing_else_may_differ() {
        let registered = "http://127.0.0.1:8080/callback?a=1";
        for same in ["http://127.0.0.1/callback?a=1", "http://127.0.0.1:51234/callback?a=1", registered] {
            assert!(matches(registered, same), "{same}");
        }
        for other in [
            "http://127.0.0.1:8080/callback",
            "http://127.0.0.1:8080/callback?a=2",
            "http://127.0.0.2:8080/callback?a=1",
            "http://[::1]:8080/callback?a=1",
            "http://localhost:8080/callback?a=1",
            "http://user@127.0.0.1:8080/callback?a=1",
            "http://127.0.0.1:8080/callback?a=1#x",
            "https://127.0.0.1:8080/callback?a=1",
            "http://127.0.0.1:8080@evil.example/callback?a=1",
            "http://127.0.0.1:99999/callback?a=1",
        ] {
            assert!(!matches(registered, other), "{other}");
        }
        assert!(!matches("https://a.example:8080/cb", "https://a.example:8081/cb"), "a port counts everywhere else");
    }

    /// Texts that look like addresses, right and wrong ones.
    fn addresses() -> impl Strategy<Value = String> {
        let host = prop_oneof![
            "[a-z]{1,8}\\.example",
            "[a-zA-Z.*@:%\\[\\]-]{0,12}",
            Just(String::from("127.0.0.1:80")),
            Just(String::from("[::1]")),
        ];
        (
            prop_oneof!["https", "http", "HTTPS", "com\\.example", "[a-z.]{1,6}"],
            "(:|:/|://|:///)",
            host,
            "[ -~é\\u{200b}]{0,20}",
        )
            .prop_map(|(scheme, slashes, host, rest)| format!("{scheme}{slashes}{host}/{rest}"))
    }

    fn registered() -> impl Strategy<Value = String> {
        prop_oneof![
            "https://[a-z]{1,8}\\.example/[a-zA-Z0-9/_-]{1,12}",
            "http://127\\.0\\.0\\.1:[1-9][0-9]{3}/[a-z]{1,8}"
        ]
        .prop_filter("an address that is registered", |text| check(text, Kind::Public).is_ok())
    }

    /// What somebody might try who wants the answer elsewhere.
    fn mutations(address: &str) -> Vec<String> {
        let (scheme, rest) = address.split_once("://").expect("a whole address");
        let (host, path) = rest.split_once('/').expect("a path");
        let bare = host.split(':').next().unwrap_or(host);
        vec![
            format!("{address}/"),
            format!("{address}x"),
            format!("{address}/../evil"),
            format!("{address}?next=https://evil.example"),
            format!("{address}&code=1"),
            format!("{address}#fragment"),
            format!("{address}%2Fevil"),
            format!("{address}."),
            format!(" {address}"),
            format!("{address}\n"),
            address.to_uppercase(),
            format!("{scheme}://{host}//{path}"),
            format!("{scheme}://{host}/%2F{path}"),
            format!("{scheme}://{host}/./{path}"),
            format!("{scheme}://{host}./{path}"),
            format!("{scheme}://{bare}.evil.example/{path}"),
            format!("{scheme}://evil{host}/{path}"),
            format!("{scheme}://{host}@evil.example/{path}"),
            format!("{scheme}://evil.example@{host}/{path}"),
            format!("{scheme}://evil.example\\@{host}/{path}"),
            format!("{scheme}://{}/{path}", host.replacen(['a', 'e', '1'], "а", 1)),
            format!("{scheme}:/{host}/{path}"),
            format!("//{host}/{path}"),
        ]
    }

    proptest! {
        #[test]
        fn arbitrary_text_gets_an_answer(text in "\\PC{0,80}", other in addresses()) {
            for text in [text, other] {
                let _ = (check(&text, Kind::Public), check(&text, Kind::Confidential), matches(&text, &text));
            }
        }

        #[test]
        fn what_is_accepted_is_plain(text in addresses()) {
            if check(&text, Kind::Public).is_ok() {
                let url = Url::parse(&text).expect("it was parsed before");
                prop_assert_eq!(url.as_str(), &text);
                prop_assert_eq!((url.fragment(), url.username(), url.password()), (None, "", None));
                prop_assert!(!text.contains(['*', '@', '\\', ' ']) || url.path().contains('@') || url.query().is_some());
                prop_assert!(url.scheme() == "https" || url.scheme().contains('.') || is_loopback(&url));
            }
        }

        #[test]
        fn what_is_accepted_matches_itself_and_nothing_else(left in addresses(), right in addresses()) {
            if check(&left, Kind::Public).is_ok() {
                prop_assert!(matches(&left, &left));
                if left != right && matches(&left, &right) {
                    let (left, right) = (Url::parse(&left).expect("parsed before"), Url::parse(&right).expect("matched"));
                    prop_assert!(is_loopback(&left) && is_loopback(&right) && left.port() != right.port());
                }
            }
        }

        #[test]
        fn no_mutation_of_a_registered_address_matches(address in registered()) {
            prop_assert!(matches(&address, &address));
            for mutation in mutations(&address) {
                prop_assert!(mutation == address || !matches(&address, &mutation), "{} for {}", mutation, address);
            }
        }

        #[test]
        fn loopback_matches_on_every_port(port in 81_u16.., path in "[a-z]{0,8}") {
            let registered = format!("http://127.0.0.1/{path}");
            let sent = format!("http://127.0.0.1:{port}/{path}");
            prop_assert!(matches(&registered, &sent));
        }
    }
}
