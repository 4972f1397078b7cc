//! Calls to others, against real servers on this machine.

use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use grantline::config;
use grantline::platform::clock::HandClock;
use grantline::platform::outbound::{
    Answer, Failure, Headers, Lookup, Outbound, OutboundSettings, OutboundUrl, SystemLookup, UrlRefusal,
};
use rcgen::{CertifiedKey, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use crate::world::START;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\ntaken";
const OK_AND_OVER: &[u8] = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\ntaken";

/// What a receiver does with each request.
#[derive(Clone)]
enum Then {
    Answers(Vec<u8>),
    /// Answers, and ends the connection.
    Leaves(Vec<u8>),
    /// Says no word, and keeps the connection.
    Nothing,
}

/// A server of somebody else on this machine.
struct Receiver {
    port: u16,
    /// What came in, as text.
    heard: mpsc::UnboundedReceiver<String>,
    connections: Arc<AtomicUsize>,
}

impl Receiver {
    async fn that(then: Then) -> Self {
        Self::over(then, None).await
    }

    async fn over(then: Then, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (sender, heard) = mpsc::unbounded_channel();
        let connections = Arc::new(AtomicUsize::default());
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let (then, sender, tls) = (then.clone(), sender.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        Some(tls) => serve(tls.accept(stream).await?, then, sender).await,
                        None => serve(stream, then, sender).await,
                    }
                });
            }
        });
        Self { port, heard, connections }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// RFC 9112, as far as requests with a known length need it.
async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    then: Then,
    heard: mpsc::UnboundedSender<String>,
) -> io::Result<()> {
    loop {
        let mut request = Vec::new();
        while !is_whole(&request) {
            if stream.read_buf(&mut request).await? == 0 {
                return Ok(());
            }
        }
        let _ = heard.send(String::from_utf8_lossy(&request).into_owned());
        match &then {
            Then::Answers(bytes) => stream.write_all(bytes).await?,
            Then::Leaves(bytes) => {
                stream.write_all(bytes).await?;
                return stream.shutdown().await;
            }
            Then::Nothing => std::future::pending().await,
        }
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

/// A name server that answers with the next of its lists; the last one stays.
struct Names {
    answers: Vec<&'static [&'static str]>,
    asked: Mutex<Vec<String>>,
}

impl Names {
    fn that_say(answers: &[&'static [&'static str]]) -> Arc<Self> {
        Arc::new(Self { answers: answers.to_vec(), asked: Mutex::default() })
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no test panics while it holds this").clone()
    }
}

#[async_trait]
impl Lookup for Names {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let mut asked = self.asked.lock().expect("no test panics while it holds this");
        let turn = asked.len().min(self.answers.len() - 1);
        asked.push(name.to_owned());
        Ok(self.answers[turn].iter().map(|text| text.parse().expect(text)).collect())
    }
}

/// A name server that keeps everybody waiting.
struct NoAnswer;

#[async_trait]
impl Lookup for NoAnswer {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        std::future::pending().await
    }
}

/// The defaults, with this machine allowed.
fn settings() -> OutboundSettings {
    let defaults = config::load(None, std::iter::empty()).expect("the defaults are right");
    OutboundSettings { allow_loopback: true, ..defaults.outbound }
}

fn outbound_with(settings: &OutboundSettings, lookup: Arc<dyn Lookup>, roots: RootCertStore) -> Outbound {
    Outbound::with(settings, Arc::new(HandClock::at(START)), lookup, roots).expect("a client")
}

fn outbound() -> Outbound {
    outbound_with(&settings(), Arc::new(SystemLookup), RootCertStore::empty())
}

fn url(text: &str) -> OutboundUrl {
    OutboundUrl::check(text, settings().reach()).expect(text)
}

async fn posts(outbound: &Outbound, address: &str) -> Result<Answer, Failure> {
    let headers = Headers::default().with("webhook-id", "evt_1").with("webhook-signature", "no\nheader");
    outbound.post(&url(address), headers, b"{\"a\":1}".to_vec()).await
}

async fn answer_of(then: Then) -> Result<Answer, Failure> {
    let receiver = Receiver::that(then).await;
    posts(&outbound(), &format!("http://127.0.0.1:{}/hook?key=1", receiver.port)).await
}

#[tokio::test]
async fn a_request_holds_what_was_given_and_nothing_that_betrays_us() {
    let mut receiver = Receiver::that(Then::Answers(OK.to_vec())).await;
    let answer = posts(&outbound(), &format!("http://127.0.0.1:{}/hook?key=1", receiver.port)).await;
    assert_eq!(answer, Ok(Answer { status: 200, retry_after_s: None, body: String::from("taken"), took_ms: 0 }));
    let request = receiver.heard.recv().await.expect("a request");
    let (head, body) = request.split_once("\r\n\r\n").expect("a whole request");
    let mut lines: Vec<&str> = head.lines().collect();
    lines[1..].sort_unstable();
    let host = format!("host: 127.0.0.1:{}", receiver.port);
    let agent = format!("user-agent: Grantline/{}", env!("CARGO_PKG_VERSION"));
    let expected = ["POST /hook?key=1 HTTP/1.1", "content-length: 7", &host, &agent, "webhook-id: evt_1"];
    assert_eq!(lines, expected, "no cookie, no encoding that would have to be unpacked");
    assert_eq!(body, "{\"a\":1}");
}

#[tokio::test]
async fn what_is_fetched_is_read_up_to_where_one_wants_it() {
    let mut receiver = Receiver::that(Then::Answers(OK.to_vec())).await;
    let address = url(&format!("http://127.0.0.1:{}/page?after=1", receiver.port));
    for (bytes_max, body) in [(4096, "taken"), (5, "taken"), (4, "take")] {
        let headers = Headers::default().with("authorization", "Bearer x");
        let answer = outbound().get(&address, headers, bytes_max).await.expect("an answer");
        assert_eq!((answer.status, answer.body.as_str()), (200, body));
        let request = receiver.heard.recv().await.expect("a request");
        assert!(request.starts_with("GET /page?after=1 HTTP/1.1\r\n") && request.ends_with("\r\n\r\n"), "{request}");
        assert!(request.contains("authorization: Bearer x"), "{request}");
    }
}

#[tokio::test]
async fn a_connection_serves_again_and_its_name_is_not_asked_for_again() {
    let receiver = Receiver::that(Then::Answers(OK.to_vec())).await;
    let names = Names::that_say(&[&["10.0.0.1", "127.0.0.1", "93.184.216.34"]]);
    let outbound = outbound_with(&settings(), names.clone(), RootCertStore::empty());
    for _ in 0..3 {
        let answer = posts(&outbound, &format!("http://crm.localhost:{}/", receiver.port)).await;
        assert_eq!(answer.expect("an answer").status, 200);
        // The task that puts the connection back has its turn.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!((receiver.connections(), names.asked()), (1, vec![String::from("crm.localhost")]));
}

/// DNS rebinding. This machine stands for the public address that comes first; the name is like any other.
#[tokio::test]
async fn a_name_that_turns_inwards_is_refused_at_the_next_connection() {
    for inwards in [&["10.0.0.1"], &["169.254.169.254"], &["::ffff:127.0.0.1"], &["0.0.0.0"]] {
        let (receiver, roots) = with_certificate("app.example.com", Then::Leaves(OK_AND_OVER.to_vec())).await;
        let names = Names::that_say(&[&["127.0.0.1"], inwards]);
        let outbound = outbound_with(&settings(), names.clone(), roots);
        let address = format!("https://app.example.com:{}/", receiver.port);
        assert_eq!(posts(&outbound, &address).await.expect("an answer").status, 200);
        assert_eq!(posts(&outbound, &address).await, Err(Failure::AddressRefused), "{inwards:?}");
        assert_eq!((receiver.connections(), names.asked().len()), (1, 2));
    }
}

#[tokio::test]
async fn a_public_name_that_leads_inwards_is_refused() {
    let receiver = Receiver::that(Then::Answers(OK.to_vec())).await;
    let strict = OutboundSettings { allow_loopback: false, ..settings() };
    let names = Names::that_say(&[&["127.0.0.1"]]);
    let outbound = outbound_with(&strict, names, RootCertStore::empty());
    let address = format!("https://app.example.com:{}/", receiver.port);
    assert_eq!(posts(&outbound, &address).await, Err(Failure::AddressRefused));
    // An address that was accepted under other settings is judged by today's.
    let literal = format!("http://127.0.0.1:{}/", receiver.port);
    assert_eq!(posts(&outbound, &literal).await, Err(Failure::AddressRefused));
    assert_eq!(OutboundUrl::check(&literal, strict.reach()), Err(UrlRefusal::NotHttps));
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let mut elsewhere = Receiver::that(Then::Answers(OK.to_vec())).await;
    let head = format!(
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{}/\r\nset-cookie: a=1\r\ncontent-length: 0\r\n\r\n",
        elsewhere.port
    );
    let answer = answer_of(Then::Answers(head.into_bytes())).await.expect("an answer");
    assert_eq!((answer.status, answer.body.as_str()), (302, ""));
    assert!(elsewhere.heard.try_recv().is_err(), "nobody went there");
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn only_the_beginning_of_an_answer_is_read() {
    let mut endless = b"HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\nretry-after: 120\r\n\r\n1000\r\n".to_vec();
    endless.extend_from_slice(&[b'a'; 4096]);
    // The chunk has no end: whoever waits for it waits for ever.
    let answer = answer_of(Then::Answers(endless)).await.expect("an answer");
    assert_eq!((answer.status, answer.retry_after_s), (500, Some(120)));
    assert_eq!(answer.body, "a".repeat(1024));
}

#[tokio::test]
async fn an_answer_is_text_that_can_be_kept() {
    let bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-encoding: gzip\r\n\r\na\0b\xff\xc3".to_vec();
    let answer = answer_of(Then::Answers(bytes)).await.expect("an answer");
    assert_eq!(answer.body, "a\u{fffd}b\u{fffd}\u{fffd}");
}

#[tokio::test]
async fn an_endless_head_is_given_up() {
    let mut endless = b"HTTP/1.1 200 OK\r\nx: ".to_vec();
    endless.extend_from_slice(&[b'a'; 100_000]);
    assert_eq!(answer_of(Then::Answers(endless)).await, Err(Failure::BrokeOff));
}

#[tokio::test]
async fn who_breaks_off_has_not_answered() {
    assert_eq!(answer_of(Then::Leaves(Vec::new())).await, Err(Failure::BrokeOff));
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nta".to_vec();
    assert_eq!(answer_of(Then::Leaves(half)).await, Err(Failure::BrokeOff));
    assert_eq!(answer_of(Then::Leaves(b"220 mail.example ESMTP\r\n".to_vec())).await, Err(Failure::BrokeOff));
}

#[tokio::test]
async fn who_is_not_there_or_not_known() {
    let free = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port").local_addr().expect("an address");
    assert_eq!(posts(&outbound(), &format!("http://{free}/")).await, Err(Failure::NotConnected));
    let nowhere = outbound_with(&settings(), Names::that_say(&[&[]]), RootCertStore::empty());
    assert_eq!(posts(&nowhere, "https://nowhere.example.com/").await, Err(Failure::NotResolved));
}

/// Nothing but the bound can end these, so that real time decides how long the test takes and never how it ends.
#[tokio::test]
async fn every_wait_has_a_bound() {
    let hasty = OutboundSettings { timeout_ms: 50, ..settings() };
    let outbound = outbound_with(&hasty, Arc::new(SystemLookup), RootCertStore::empty());
    let silent = Receiver::that(Then::Nothing).await;
    let half = Receiver::that(Then::Answers(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nta".to_vec())).await;
    for receiver in [silent, half] {
        let outcome = posts(&outbound, &format!("http://127.0.0.1:{}/", receiver.port)).await;
        assert_eq!((outcome, receiver.connections()), (Err(Failure::TimedOut), 1));
    }
    let hasty = OutboundSettings { connect_timeout_ms: 50, timeout_ms: u64::from(u32::MAX), ..settings() };
    let unheard = outbound_with(&hasty, Arc::new(NoAnswer), RootCertStore::empty());
    assert_eq!(posts(&unheard, "https://app.example.com/").await, Err(Failure::TimedOut));
    let silent = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = format!("https://{}/", silent.local_addr().expect("an address"));
    let shy = outbound_with(&hasty, Arc::new(SystemLookup), RootCertStore::empty());
    assert_eq!(posts(&shy, &address).await, Err(Failure::TimedOut), "a handshake that never begins");
}

/// A receiver with a certificate for a name, and who trusts it.
async fn with_certificate(name: &str, then: Then) -> (Receiver, RootCertStore) {
    let names = vec![name.to_owned()];
    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(names).expect("a certificate");
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).expect("a root");
    let acceptor = TlsAcceptor::from(Arc::new(server_config(cert.der().clone(), &signing_key)));
    (Receiver::over(then, Some(acceptor)).await, roots)
}

fn server_config(certificate: CertificateDer<'static>, key: &KeyPair) -> ServerConfig {
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a certificate with its key")
}

#[tokio::test]
async fn a_certificate_must_be_trusted_and_name_the_host() {
    let (mut receiver, roots) = with_certificate("crm.localhost", Then::Answers(OK.to_vec())).await;
    let names = || Names::that_say(&[&["127.0.0.1"]]);
    let (named, other) =
        (format!("https://crm.localhost:{}/", receiver.port), format!("https://app.localhost:{}/", receiver.port));
    let trusting = outbound_with(&settings(), names(), roots);
    assert_eq!(posts(&trusting, &named).await.map(|answer| answer.status), Ok(200));
    assert!(receiver.heard.try_recv().is_ok());
    assert_eq!(posts(&trusting, &other).await, Err(Failure::Tls), "a certificate of somebody else");
    let as_shipped = Outbound::new(&settings(), Arc::new(HandClock::at(START))).expect("a client");
    let by_number = format!("https://127.0.0.1:{}/", receiver.port);
    assert_eq!(posts(&as_shipped, &by_number).await, Err(Failure::Tls), "a certificate that nobody vouches for");
    assert!(receiver.heard.try_recv().is_err(), "and nothing was said to them");
}

#[tokio::test]
async fn a_port_without_tls_is_a_failure_of_tls() {
    for greeting in ["HTTP/1.1 400 Bad Request\r\n\r\n", "220 mail.example ESMTP\r\n", ""] {
        let plain = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = format!("https://{}/", plain.local_addr().expect("an address"));
        tokio::spawn(async move {
            let (mut stream, _) = plain.accept().await?;
            stream.write_all(greeting.as_bytes()).await
        });
        assert_eq!(posts(&outbound(), &address).await, Err(Failure::Tls), "{greeting}");
    }
    assert_eq!(Failure::Tls.word(), "tls");
}
