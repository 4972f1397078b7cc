//! Redirect addresses: where answers may be sent.

use url::{Host, Url};

/// Whether `sent` is the registered address: the same characters, or on loopback the same but for the port.
#[must_use]
pub fn matches(registered: &str, sent: &str) -> bool {
    registered == sent
        || loopback_without_port(registered).is_some_and(|known| loopback_without_port(sent) == Some(known))
}

/// A loopback address as text without its port; nothing for every other address.
fn loopback_without_port(text: &str) -> Option<String> {
    let mut url = Url::parse(text).ok().filter(|url| url.scheme() == "http" && url.as_str() == text)?;
    let loopback = match url.host()? {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(_) => false,
    };
    url.set_port(None).ok()?;
    loopback.then(|| url.to_string())
}
