//! `grantline listen`: a developer's own machine hears what a webhook would.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use grantline::commands::listen::{Arguments, Courier};
use grantline::events::{Kind, Owner};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::receiver::{Heard, Receiver, Reply};
use super::telling::{Listener, happens};
use crate::both_databases;
use crate::oauth::actors::YES;
use crate::oauth::tokens::Tokens;
use crate::world::World;

/// The world's server, where programs of this machine reach it.
struct Served {
    url: String,
    /// Whether it says 503 to everybody.
    down: Arc<AtomicBool>,
}

impl Served {
    async fn starts(world: &World) -> Self {
        let down = Arc::new(AtomicBool::new(false));
        let router = world.app.router.clone().layer(from_fn_with_state(Arc::clone(&down), unless_down));
        Self { url: serve(router).await, down }
    }
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn unless_down(State(down): State<Arc<AtomicBool>>, request: Request, next: Next) -> Response {
    if down.load(Ordering::SeqCst) { StatusCode::SERVICE_UNAVAILABLE.into_response() } else { next.run(request).await }
}

fn arguments(server: &str, forward: &str, token: &str) -> Arguments {
    Arguments {
        forward: forward.to_owned(),
        server: server.to_owned(),
        token: Some(token.to_owned()),
        events: Vec::new(),
        after: None,
        secret: None,
    }
}

/// The command at work, and what it says.
struct Run {
    lines: mpsc::UnboundedReceiver<String>,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<anyhow::Result<()>>,
}

impl Run {
    fn begins(world: &World, arguments: Arguments) -> Self {
        let (said, lines) = mpsc::unbounded_channel();
        let tell = move |line| drop(said.send(line));
        let courier = Courier::new(arguments, world.clock.clone(), &*world.env().random, tell);
        let mut courier = courier.expect("the arguments are right");
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(async move { courier.work_until(async { stopped.await.unwrap_or_default() }).await });
        Self { lines, stop, ended }
    }

    /// Its next line with `part` in it.
    async fn says(&mut self, part: &str) -> String {
        loop {
            let line = self.lines.recv().await.unwrap_or_else(|| panic!("it ended without saying {part:?}"));
            if line.contains(part) {
                return line;
            }
        }
    }

    /// It has begun: the secret that it signs with.
    async fn is_ready(&mut self) -> String {
        let line = self.says("Secret").await;
        self.says("Ctrl-C").await;
        line.split_whitespace().last().expect("a secret").to_owned()
    }

    /// Somebody presses Ctrl-C: the place to go on from.
    async fn stops(mut self) -> String {
        self.stop.send(()).expect("it still works");
        self.ended.await.expect("no panic").expect("a stop is no failure");
        self.lines.recv().await.and_then(|line| place_in(&line)).expect("it says how to go on")
    }

    /// It ends by itself: why.
    async fn fails(self) -> String {
        let error = self.ended.await.expect("no panic").expect_err("it cannot go on");
        format!("{error:#}")
    }
}

fn place_in(line: &str) -> Option<String> {
    line.split_once("go on with --after ").map(|(_, place)| place.to_owned())
}

/// What a receiver computes by the specification alone.
fn signature(secret: &str, heard: &Heard) -> String {
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).expect("base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
    mac.update(format!("{}.{}.{}", heard.id, heard.timestamp, heard.raw).as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

both_databases! {
    async fn events_come_in_their_order_signed_as_webhooks_are(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let (mut webhook, mut local) = (Receiver::starts().await, Receiver::starts().await);
        webhook.listens(world, &Owner::App(shop.app.id.clone()), &[]).await;
        let served = Served::starts(world).await;
        happens(world, Kind::MessageReceived, &shop.workspace, None, "before").await;
        world.works().await;
        assert_eq!(webhook.told(), ["before"]);
        let mut run = Run::begins(world, arguments(&served.url, &local.url, &shop.tokens.access));
        let secret = run.is_ready().await;
        local.answers([Reply::Status(503), Reply::Status(302)]);
        happens(world, Kind::MessageReceived, &shop.workspace, None, "first").await;
        happens(world, Kind::MessageReceived, &shop.workspace, None, "second").await;
        assert!(run.says("again in 1 s").await.contains("503 in 0 ms"));
        world.passes(Duration::from_secs(1));
        assert!(run.says("again in 2 s").await.contains("302 in 0 ms"), "a redirect is not followed");
        assert_eq!(local.told(), ["first", "first"], "none overtakes it");
        world.passes(Duration::from_secs(2));
        let line = run.says("204 in 0 ms").await;
        run.says("204 in 0 ms").await;
        let heard = local.heard();
        assert_eq!(heard.iter().map(Heard::told).collect::<Vec<_>>(), ["first", "second"]);
        assert_eq!(line, format!("2026-01-01T00:00:03.000Z  message.received  {}  204 in 0 ms", heard[0].id));
        assert_eq!(heard[0].timestamp, "1767225603", "of the try, not of the event");
        for heard in &heard {
            assert_eq!(heard.signature, signature(&secret, heard));
        }
        world.works().await;
        let by_webhook: Vec<_> = webhook.heard().into_iter().map(|heard| (heard.id, heard.raw)).collect();
        assert_eq!(by_webhook, heard.into_iter().map(|heard| (heard.id, heard.raw)).collect::<Vec<_>>());
        run.stops().await;
    }

    async fn who_stops_goes_on_where_it_was(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let mut local = Receiver::starts().await;
        let served = Served::starts(world).await;
        let mut run = Run::begins(world, arguments(&served.url, &local.url, &shop.tokens.access));
        run.is_ready().await;
        happens(world, Kind::MessageReceived, &shop.workspace, None, "taken").await;
        run.says("204").await;
        local.usually(Reply::Status(500));
        happens(world, Kind::MessageReceived, &shop.workspace, None, "refused").await;
        run.says("again").await;
        let place = run.stops().await;
        happens(world, Kind::MessageReceived, &shop.workspace, None, "meanwhile").await;
        assert_eq!(local.told(), ["taken", "refused"]);
        local.usually(Reply::Status(200));
        let fixed = format!("whsec_{}", STANDARD.encode([7; 32]));
        let again = Arguments { after: Some(place), secret: Some(fixed.clone()), ..arguments(&served.url, &local.url, &shop.tokens.access) };
        let mut run = Run::begins(world, again);
        assert_eq!(run.is_ready().await, fixed);
        run.says("200").await;
        run.says("200").await;
        let heard = local.heard();
        assert_eq!(heard.iter().map(Heard::told).collect::<Vec<_>>(), ["refused", "meanwhile"]);
        assert_eq!(heard[0].signature, signature(&fixed, &heard[0]));
        run.stops().await;
    }

    async fn who_wants_some_kinds_gets_those(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let mut local = Receiver::starts().await;
        let served = Served::starts(world).await;
        let events = ["message.sent", "message.read"].map(ToOwned::to_owned).to_vec();
        let mut run = Run::begins(world, Arguments { events, ..arguments(&served.url, &local.url, &shop.tokens.access) });
        run.says("message.sent, message.read").await;
        run.is_ready().await;
        for kind in [Kind::MessageReceived, Kind::MessageSent, Kind::MessageDelivered, Kind::MessageRead] {
            happens(world, kind, &shop.workspace, None, "").await;
        }
        run.says("message.read").await;
        assert_eq!(local.kinds(), ["message.sent", "message.read"]);
        run.stops().await;
    }

    async fn a_server_that_is_away_for_a_while_is_asked_again(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let mut local = Receiver::starts().await;
        let served = Served::starts(world).await;
        let mut run = Run::begins(world, arguments(&served.url, &local.url, &shop.tokens.access));
        run.is_ready().await;
        served.down.store(true, Ordering::SeqCst);
        // A call that waits already is still answered; the one after it is not.
        happens(world, Kind::MessageReceived, &shop.workspace, None, "first").await;
        for pause_s in [1, 2, 5, 10] {
            assert!(run.says(&format!("again in {pause_s} s")).await.contains("answers 503"));
            world.passes(Duration::from_secs(pause_s));
        }
        assert!(run.says("again in 10 s").await.contains("answers 503"), "no longer than that");
        happens(world, Kind::MessageReceived, &shop.workspace, None, "second").await;
        served.down.store(false, Ordering::SeqCst);
        world.passes(Duration::from_secs(10));
        let mut told = Vec::new();
        while told.len() < 2 {
            told.push(local.hears().await.told().to_owned());
        }
        assert_eq!(told, ["first", "second"]);
        run.ended.abort();
    }

    async fn who_cannot_go_on_is_told_what_to_do(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let local = Receiver::starts().await;
        let served = Served::starts(world).await;
        let with = |token: &str| arguments(&served.url, &local.url, token);
        let wrong = Run::begins(world, with("gl_at_nobodys")).fails().await;
        assert!(wrong.contains("answers 401") && wrong.contains("refresh the token") && !wrong.contains("nobodys"), "{wrong}");
        let unknown = Arguments { after: Some(String::from("999")), ..with(&shop.tokens.access) };
        let unknown = Run::begins(world, unknown).fails().await;
        assert!(unknown.contains("answers 400") && unknown.contains("--after"), "{unknown}");
        let elsewhere = Arguments { server: local.url.clone(), ..with(&shop.tokens.access) };
        let elsewhere = Run::begins(world, elsewhere).fails().await;
        assert!(elsewhere.contains("answers 404") && elsewhere.contains("--server"), "{elsewhere}");
        let nobody = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port").local_addr().expect("an address");
        let nobody = Arguments { server: format!("http://{nobody}"), ..with(&shop.tokens.access) };
        let nobody = Run::begins(world, nobody).fails().await;
        assert!(nobody.contains("does not take connections") && nobody.contains("--server"), "{nobody}");
        let mut run = Run::begins(world, with(&shop.tokens.access));
        run.is_ready().await;
        happens(world, Kind::MessageReceived, &shop.workspace, None, "last").await;
        run.says("204").await;
        let disconnect = format!("{}/disconnect", ann.app_page().await);
        ann.browser.fills(&disconnect, &disconnect, &[]).await;
        assert!(place_in(&run.says("To miss nothing").await).is_some());
        let ended = run.fails().await;
        assert!(ended.contains("ask for access again"), "{ended}");
    }

    async fn a_token_that_is_too_narrow_or_a_place_too_old_is_named(world: &World) {
        let ann = world.person("Ann").await;
        let shop = Listener::connects(world, &ann, &YES).await;
        let served = Served::starts(world).await;
        let with = |token: &str| arguments(&served.url, "http://localhost:9/hook", token);
        let narrow = Tokens::of(shop.app.refreshes_for(&shop.tokens.refresh, "messages:read").await);
        let refused = Run::begins(world, with(&narrow.access)).fails().await;
        assert!(refused.contains("answers 403") && refused.contains("account:read"), "{refused}");
        let wide = Tokens::of(shop.app.refreshes(&narrow.refresh).await);
        happens(world, Kind::MessageReceived, &shop.workspace, None, "forgotten").await;
        world.passes(Duration::from_secs(31 * 86_400));
        happens(world, Kind::MessageReceived, &shop.workspace, None, "kept").await;
        world.works().await;
        let fresh = Tokens::of(shop.app.refreshes(&wide.refresh).await);
        let old = Arguments { after: Some(String::from("1")), ..with(&fresh.access) };
        let old = Run::begins(world, old).fails().await;
        assert!(old.contains("answers 410") && old.contains("Leave --after out"), "{old}");
    }
}

#[test]
fn what_cannot_work_is_refused_before_anybody_is_called() {
    let clock = || Arc::new(grantline::platform::clock::HandClock::at(crate::world::START));
    let random = grantline::platform::random::SystemRandom;
    let right = || arguments("https://wa.example.com", "http://localhost:3000/hook", "gl_at_x");
    let refused = |arguments: Arguments| {
        let courier = Courier::new(arguments, clock(), &random, |_| {});
        courier.err().map(|error| format!("{error:#}")).unwrap_or_default()
    };
    assert_eq!(refused(right()), "");
    for forward in
        ["http://127.0.0.1:3000", "http://[::1]:3000/", "https://dev.example.com/hook", "https://10.0.0.7/hook"]
    {
        assert_eq!(refused(Arguments { forward: forward.to_owned(), ..right() }), "", "{forward}");
    }
    for forward in ["http://example.com/hook", "http://10.0.0.7/hook", "http://app:3000/hook"] {
        let told = refused(Arguments { forward: forward.to_owned(), ..right() });
        assert!(told.starts_with("--forward http") && told.contains("this machine alone"), "{told}");
    }
    for forward in ["localhost:3000", "3000", "https://169.254.169.254/"] {
        assert!(refused(Arguments { forward: forward.to_owned(), ..right() }).starts_with("--forward "), "{forward}");
    }
    let server = Arguments { server: String::from("http://wa.example.com"), ..right() };
    assert!(refused(server).starts_with("--server http://wa.example.com: http is for"), "a token is no postcard");
    for token in [None, Some(String::new()), Some(String::from(" \n"))] {
        assert!(refused(Arguments { token, ..right() }).contains("GRANTLINE_TOKEN"));
    }
    let secret = refused(Arguments { secret: Some(String::from("whsec_dGVsbG5vYm9keQ==")), ..right() });
    assert!(secret.contains("32 bytes in base64") && !secret.contains("dGVs"), "{secret}");
    let kinds = refused(Arguments { events: vec![String::from("message.send")], ..right() });
    assert!(kinds.contains("\"message.send\"") && kinds.contains("message.sent,"), "{kinds}");
}
