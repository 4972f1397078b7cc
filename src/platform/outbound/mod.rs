//! Calls to other people's servers: only to addresses on the public internet, in bounded time, with bounded answers.
//!
//! Whoever gives us an address decides where it leads, and may change that after we looked. So each new connection looks the
//! name up itself, drops what may not be called, and opens exactly one of the addresses that are left. Nothing here follows a
//! redirect, asks a proxy, keeps a cookie or unpacks an answer: all that is there is one request and one answer.

mod address;
mod connect;
mod lookup;
mod url;

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use axum::body::Body;
use axum::http::header::{RETRY_AFTER, USER_AGENT};
use axum::http::response::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use futures_util::StreamExt as _;
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::RootCertStore;
use tokio::time::timeout;

use super::{Clock, Timestamp};

pub use address::{Reach, is_public};
pub use lookup::{Lookup, SystemLookup};
pub use url::{OutboundUrl, UrlRefusal};

use connect::Connector;
use lookup::Guard;

const USER_AGENT_NAME: &str = concat!("Grantline/", env!("CARGO_PKG_VERSION"));

/// What is read of an answer's head, and kept of its body: enough to see what the other side says is wrong.
const HEAD_BYTES_MAX: usize = 16 * 1024;
const BODY_BYTES_MAX: usize = 1024;

/// Nobody is believed who wants to be left alone for longer.
const RETRY_AFTER_MAX_S: i64 = 24 * 3600;

/// Connections that wait for the next request: few, and not for long, because each takes one of the process's open files.
const IDLE_PER_HOST_MAX: usize = 2;
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutboundSettings {
    pub allow_private_addresses: bool,
    pub allow_loopback: bool,
    pub connect_timeout_ms: u64,
    pub timeout_ms: u64,
}

impl OutboundSettings {
    #[must_use]
    pub fn reach(&self) -> Reach {
        Reach { private: self.allow_private_addresses, loopback: self.allow_loopback }
    }
}

/// Why there is no answer. Each has a word for records and a sentence for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    #[error("the host's address is not on the public internet")]
    AddressRefused,
    #[error("the host's name is not known")]
    NotResolved,
    #[error("the host does not take connections")]
    NotConnected,
    #[error("no TLS connection that can be trusted came about")]
    Tls,
    #[error("the host took too long")]
    TimedOut,
    #[error("the host broke off before it had answered")]
    BrokeOff,
}

impl Failure {
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::AddressRefused => "address_refused",
            Self::NotResolved => "not_resolved",
            Self::NotConnected => "not_connected",
            Self::Tls => "tls",
            Self::TimedOut => "timed_out",
            Self::BrokeOff => "broke_off",
        }
    }
}

/// What a request says besides its body.
#[derive(Debug, Clone, Default)]
pub struct Headers(HeaderMap);

impl Headers {
    /// A name of ours in lower case, and a value; one that cannot stand in a header (RFC 9110 §5.5) is left out.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// A header of somebody else's; one that is none is left out.
    #[must_use]
    pub fn and(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            self.0.insert(name, value);
        }
        self
    }
}

/// What the other side said. A redirect is an answer like any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// How long it asks to be left alone, a day at most.
    pub retry_after_s: Option<i64>,
    /// Its beginning, as text that either database can keep.
    pub body: String,
    pub took_ms: i64,
}

impl Answer {
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.status / 100 == 2
    }
}

/// Bytes that the other side gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    pub status: u16,
    pub body: Vec<u8>,
    /// Whether there was no more than was read.
    pub is_whole: bool,
}

/// Cheap to clone; every clone shares the connections.
#[derive(Clone)]
pub struct Outbound {
    client: Client<Connector, Body>,
    clock: Arc<dyn Clock>,
    timeout: Duration,
}

impl Outbound {
    /// Asks the machine's resolver, and trusts the authorities that browsers trust.
    pub fn new(settings: &OutboundSettings, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        Self::with(settings, clock, Arc::new(SystemLookup), roots)
    }

    /// Asks and trusts whom one says.
    pub fn with(
        settings: &OutboundSettings,
        clock: Arc<dyn Clock>,
        lookup: Arc<dyn Lookup>,
        roots: RootCertStore,
    ) -> anyhow::Result<Self> {
        let guard = Guard::new(lookup, settings.reach());
        let connector = Connector::new(guard, roots, Duration::from_millis(settings.connect_timeout_ms))?;
        #[expect(clippy::disallowed_methods, reason = "this is the guarded client")]
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(IDLE_PER_HOST_MAX)
            .http1_max_buf_size(HEAD_BYTES_MAX)
            .build(connector);
        Ok(Self { client, clock, timeout: Duration::from_millis(settings.timeout_ms) })
    }

    /// Sends one request and reads the beginning of its answer.
    pub async fn post(&self, url: &OutboundUrl, headers: Headers, body: Vec<u8>) -> Result<Answer, Failure> {
        self.call(Method::POST, url, headers, Body::from(body), BODY_BYTES_MAX).await
    }

    /// Fetches something that is wanted as a whole; what is longer than `bytes_max` is cut off there.
    pub async fn get(&self, url: &OutboundUrl, headers: Headers, bytes_max: usize) -> Result<Answer, Failure> {
        self.call(Method::GET, url, headers, Body::empty(), bytes_max).await
    }

    /// Fetches bytes, or sends some, where no text is meant.
    pub async fn exchange(
        &self,
        method: Method,
        url: &OutboundUrl,
        headers: Headers,
        body: Vec<u8>,
        bytes_max: usize,
    ) -> Result<Fetched, Failure> {
        let (head, body) = self.exchanged(method, url, headers, Body::from(body), bytes_max).await?;
        Ok(Fetched { status: head.status.as_u16(), is_whole: body.len() < bytes_max, body })
    }

    async fn call(
        &self,
        method: Method,
        url: &OutboundUrl,
        headers: Headers,
        body: Body,
        bytes_max: usize,
    ) -> Result<Answer, Failure> {
        let begun = self.clock.now();
        let (head, body) = self.exchanged(method, url, headers, body, bytes_max).await?;
        let now = self.clock.now();
        Ok(Answer {
            status: head.status.as_u16(),
            retry_after_s: retry_after_s(&head.headers, now),
            body: String::from_utf8_lossy(&body).replace('\0', "\u{fffd}"),
            // The clock may be set back meanwhile.
            took_ms: now.since_ms(begun).max(0),
        })
    }

    async fn exchanged(
        &self,
        method: Method,
        url: &OutboundUrl,
        headers: Headers,
        body: Body,
        bytes_max: usize,
    ) -> Result<(Parts, Vec<u8>), Failure> {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = url.uri();
        *request.headers_mut() = headers.0;
        request.headers_mut().entry(USER_AGENT).or_insert(HeaderValue::from_static(USER_AGENT_NAME));
        let exchange = async {
            let response = self.client.request(request).await.map_err(|error| failure(&error))?;
            let (head, body) = response.into_parts();
            Ok((head, beginning(Body::new(body), bytes_max).await?))
        };
        timeout(self.timeout, exchange).await.unwrap_or(Err(Failure::TimedOut))
    }
}

/// Stops reading where enough is there; the connection then ends with the rest unread.
async fn beginning(body: Body, bytes_max: usize) -> Result<Vec<u8>, Failure> {
    let mut stream = body.into_data_stream();
    let mut read = Vec::new();
    while read.len() < bytes_max
        && let Some(bytes) = stream.next().await
    {
        read.extend_from_slice(&bytes.map_err(|_| Failure::BrokeOff)?);
    }
    read.truncate(bytes_max);
    Ok(read)
}

/// RFC 9110 §10.2.3: a number of seconds, or a date.
fn retry_after_s(headers: &HeaderMap, now: Timestamp) -> Option<i64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = if !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()) {
        text.parse().unwrap_or(i64::MAX)
    } else {
        let at = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        let at = Timestamp(i64::try_from(at.as_millis()).ok()?);
        // Rounded up: a moment too late is polite, one too early is not.
        (at.since_ms(now).max(0) + 999) / 1000
    };
    Some(seconds.min(RETRY_AFTER_MAX_S))
}

/// What [`Connector`] said, or else how the exchange over an open connection ended.
fn failure(error: &ClientError) -> Failure {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(failure) = error.downcast_ref::<Failure>() {
            return *failure;
        }
        // With TLS 1.3 the other side may refuse us after the handshake.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if inner.is_some_and(|inner| inner.is::<rustls::Error>()) {
            return Failure::Tls;
        }
        cause = error.source();
    }
    Failure::BrokeOff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_a_number_or_a_date() {
        let now = Timestamp(784_111_777_500);
        let read = |text: &str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_str(text).expect(text))]);
            retry_after_s(&headers, now)
        };
        assert_eq!(retry_after_s(&HeaderMap::new(), now), None);
        for (text, seconds) in [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("99999999999999999999999", Some(RETRY_AFTER_MAX_S)),
            // The three forms of RFC 9110 §5.6.7; half a second of the first two is over.
            ("Sun, 06 Nov 1994 08:51:37 GMT", Some(120)),
            ("Sunday, 06-Nov-94 08:51:37 GMT", Some(120)),
            ("Sun Nov  6 08:49:38 1994", Some(1)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(RETRY_AFTER_MAX_S)),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(read(text), seconds, "{text:?}");
        }
    }
}
