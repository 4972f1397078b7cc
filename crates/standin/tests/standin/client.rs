//! Drives the unmodified client.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use grantline_standin::{MediaHost, Phone, StandIn};
use tokio::sync::mpsc;
use whatsapp_rust::bot::{Bot, BotHandle};
use whatsapp_rust::pair_code::PairCodeOptions;
use whatsapp_rust::transport::TokioWebSocketTransportFactory;
use whatsapp_rust::wacore::runtime::AbortHandle;
use whatsapp_rust::wacore::store::DevicePropsOverride;
use whatsapp_rust::wacore::store::in_memory::InMemoryBackend;
use whatsapp_rust::wacore::types::events::{Event, EventHandler, Receipt};
use whatsapp_rust::wacore::types::presence::ReceiptType;
use whatsapp_rust::waproto::whatsapp as wa;
use whatsapp_rust::{Runtime, TokioRuntime};

/// What the phone lists for these clients.
pub const DEVICE: &str = "Grantline";

/// How long an event may take: patience only, since a test that passes needs little of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What outlives a client.
pub type Keys = Arc<InMemoryBackend>;

/// How to start a client.
pub struct Setup {
    pub keys: Keys,
    pub code: Option<PairCodeOptions>,
    /// How much faster the client's timeouts pass: 60 s for a code without an answer, 20 s for a QR code.
    pub speed: u32,
}

impl Default for Setup {
    fn default() -> Self {
        Self { keys: Arc::new(InMemoryBackend::new()), code: None, speed: 1 }
    }
}

impl Setup {
    pub fn for_number(number: &str) -> Self {
        Self { code: Some(code_for(number)), ..Self::default() }
    }
}

pub fn code_for(number: &str) -> PairCodeOptions {
    PairCodeOptions { phone_number: number.to_owned(), ..Default::default() }
}

pub fn text(body: &str) -> wa::Message {
    wa::Message { conversation: Some(body.to_owned()), ..Default::default() }
}

/// Tokio, with every sleep of the client so many times shorter.
struct FastClock(u32);

impl Runtime for FastClock {
    fn spawn(&self, task: Pin<Box<dyn Future<Output = ()> + Send>>) -> AbortHandle {
        TokioRuntime.spawn(task)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        TokioRuntime.sleep(duration / self.0)
    }

    fn spawn_blocking(&self, work: Box<dyn FnOnce() + Send>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        TokioRuntime.spawn_blocking(work)
    }

    fn yield_now(&self) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        TokioRuntime.yield_now()
    }
}

/// In order and inline, which closures are not.
struct Forward(mpsc::UnboundedSender<Arc<Event>>);

impl EventHandler for Forward {
    fn handle_event(&self, event: Arc<Event>) {
        // Nobody listens when the test has ended.
        let _ = self.0.send(event);
    }
}

/// A client and what it told. Events that a wait passes over stay for later waits, since some come in either order.
pub struct Client {
    pub client: Arc<whatsapp_rust::Client>,
    handle: BotHandle,
    keys: Keys,
    events: mpsc::UnboundedReceiver<Arc<Event>>,
    passed_over: Vec<Arc<Event>>,
}

impl Client {
    pub async fn start(standin: &StandIn, media: &MediaHost, setup: Setup) -> Self {
        let (sender, events) = mpsc::unbounded_channel();
        let mut bot = Bot::builder()
            .with_backend_arc(setup.keys.clone())
            .with_transport_factory(TokioWebSocketTransportFactory::new().with_url(standin.url()))
            .with_http_client(media.clone())
            .with_runtime(FastClock(setup.speed))
            .with_device_props(DevicePropsOverride::new().with_os(DEVICE))
            .with_wanted_pre_key_count(20)
            .with_event_handler(Forward(sender));
        if let Some(code) = setup.code {
            bot = bot.with_pair_code(code);
        }
        let bot = bot.build().await.expect("the client is built");
        let client = bot.client();
        Self { client, handle: bot.spawn(), keys: setup.keys, events, passed_over: Vec::new() }
    }

    /// The first event, of those that came and those that will, for which `pick` gives something.
    pub async fn hears<T>(&mut self, what: &str, mut pick: impl FnMut(&Event) -> Option<T>) -> T {
        for (at, event) in self.passed_over.iter().enumerate() {
            if let Some(found) = pick(event) {
                self.passed_over.remove(at);
                return found;
            }
        }
        let found = tokio::time::timeout(PATIENCE, async {
            while let Some(event) = self.events.recv().await {
                match pick(&event) {
                    Some(found) => return Some(found),
                    None => self.passed_over.push(event),
                }
            }
            None
        });
        match found.await {
            Ok(Some(found)) => found,
            ended => panic!("no {what} (the client stopped: {}), but {:#?}", ended.is_ok(), self.told()),
        }
    }

    fn told(&self) -> Vec<String> {
        self.passed_over.iter().map(|event| format!("{event:?}").chars().take(100).collect()).collect()
    }

    /// Whether something has been told up to now for which `pick` says yes.
    pub fn has_heard(&mut self, pick: impl Fn(&Event) -> bool) -> bool {
        while let Ok(event) = self.events.try_recv() {
            self.passed_over.push(event);
        }
        self.passed_over.iter().any(|event| pick(event))
    }

    pub async fn shows_qr(&mut self) -> String {
        self.hears("QR code", |event| match event {
            Event::PairingQrCode(qr) => Some(qr.code.clone()),
            _ => None,
        })
        .await
    }

    pub async fn shows_code(&mut self) -> String {
        self.hears("code", |event| match event {
            Event::PairingCode(code) => Some(code.code.clone()),
            _ => None,
        })
        .await
    }

    pub async fn is_connected(&mut self) {
        self.hears("connection", |event| matches!(event, Event::Connected(_)).then_some(())).await;
    }

    /// Whether it was logged out while it logged in.
    pub async fn is_logged_out(&mut self) -> bool {
        self.hears("logout", |event| match event {
            Event::LoggedOut(logout) => Some(logout.on_connect),
            _ => None,
        })
        .await
    }

    /// Whether the person has to ask for the next code by hand.
    pub async fn is_asked_for_another_code(&mut self) -> bool {
        self.hears("request for another code", |event| match event {
            Event::PairingCodeRefresh(refresh) => Some(refresh.force_manual),
            _ => None,
        })
        .await
    }

    pub async fn links_by_qr(&mut self, phone: &Phone) -> u16 {
        let prompt = phone.scan_qr(&self.shows_qr().await).await.expect("the QR code is shown");
        assert_eq!(prompt.device_name, DEVICE);
        let device = phone.confirm_link().await.expect("the link is made");
        self.is_connected().await;
        device
    }

    pub async fn links_by_code(&mut self, phone: &Phone) -> u16 {
        phone.type_code(&self.shows_code().await).await.expect("the code is right");
        let device = phone.confirm_link().await.expect("the link is made");
        self.is_connected().await;
        device
    }

    /// Writes to a phone, and gives the message's id.
    pub async fn sends(&self, to: &Phone, message: wa::Message) -> String {
        self.client.send_message(to.pn(0), message).await.expect("the message is taken").message_id
    }

    /// A text, and whether it is a copy of one that was written on another device of the account.
    pub async fn hears_text(&mut self) -> (String, bool) {
        self.hears("text", |event| match event {
            Event::Messages(batch) => batch
                .iter()
                .find_map(|inbound| Some((inbound.message.conversation.clone()?, inbound.info.source.is_from_me))),
            _ => None,
        })
        .await
    }

    pub async fn hears_receipt(&mut self, kind: ReceiptType) -> Receipt {
        self.hears("receipt", |event| match event {
            Event::Receipt(receipt) if receipt.r#type == kind => Some(receipt.clone()),
            _ => None,
        })
        .await
    }

    /// Receipts that came and that nobody waited for.
    pub fn receipts_left(&mut self) -> usize {
        self.has_heard(|_| false);
        self.passed_over.iter().filter(|event| matches!(***event, Event::Receipt(_))).count()
    }

    pub fn keys(&self) -> Keys {
        self.keys.clone()
    }

    /// Waits until the server has answered everything that was sent before, and everything that it sent before has come.
    pub async fn catches_up(&mut self) {
        let known = self.client.contacts().is_on_whatsapp(&[whatsapp_rust::Jid::pn("15550999999")]).await;
        known.expect("an answer");
    }

    /// Catches up until it is so.
    pub async fn catches_up_until(&mut self, what: &str, is_so: impl Fn() -> bool) {
        for _ in 0..1_000 {
            if is_so() {
                return;
            }
            self.catches_up().await;
        }
        panic!("not so after a long time: {what}");
    }

    /// Stops as a program does that is asked to.
    pub async fn stops(self) -> Keys {
        self.handle.shutdown().await;
        self.keys
    }

    /// Stops as a program does that is killed: nothing is written any more, nobody is told.
    pub fn crashes(self) -> Keys {
        self.handle.abort();
        self.keys
    }
}
