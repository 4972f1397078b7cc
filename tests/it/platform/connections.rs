use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use grantline::commands::run_until_stopped;
use grantline::platform::Timestamp;
use grantline::platform::clock::HandClock;
use grantline::platform::web::{Bounds, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::both_databases;
use crate::world::World;

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

/// What would never end if it were broken fails instead. Nothing here waits for as long.
async fn in_time<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), what).await.expect("it has an end")
}

async fn listener() -> (TcpListener, std::net::SocketAddr) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

/// A site that counts its visits, within `bounds`.
async fn site(bounds: Bounds) -> (std::net::SocketAddr, Arc<AtomicUsize>, CancellationToken, JoinHandle<()>) {
    let (listener, address) = listener().await;
    let (visits, stop) = (Arc::new(AtomicUsize::new(0)), CancellationToken::new());
    let counted = Arc::clone(&visits);
    let router = Router::new().route(
        "/",
        get(move || async move {
            counted.fetch_add(1, Ordering::SeqCst);
            "seen"
        }),
    );
    let clock = Arc::new(HandClock::at(Timestamp(0)));
    let serving = tokio::spawn(serve(listener, router, bounds, clock, stop.clone()));
    (address, visits, stop, serving)
}

/// Reads until what was read ends with `end`.
async fn reads(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        let mut some = [0; 1024];
        let count = stream.read(&mut some).await.expect("something is read");
        assert!(count > 0, "closed after {text:?}");
        text.push_str(&String::from_utf8_lossy(&some[..count]));
    }
    text
}

async fn asks(stream: &mut TcpStream) {
    stream.write_all(GET).await.expect("is sent");
    reads(stream, "seen").await;
}

#[tokio::test]
async fn whoever_sends_no_whole_head_is_sent_away() {
    let (address, visits, stop, serving) =
        site(Bounds { header_timeout: Duration::from_millis(50), connections_max: 9 }).await;
    for start in ["", "GET / HTTP/1.1\r\nHost: x\r\n"] {
        let mut slow = TcpStream::connect(address).await.expect("is let in");
        slow.write_all(start.as_bytes()).await.expect("is sent");
        let mut told = String::new();
        in_time(slow.read_to_string(&mut told)).await.expect("is closed by the server");
        assert!(!told.contains("seen"), "{told}");
    }
    // One that asked before does not stay for ever, either.
    let mut idle = TcpStream::connect(address).await.expect("is let in");
    asks(&mut idle).await;
    assert_eq!(in_time(idle.read(&mut [0; 16])).await.expect("is closed by the server"), 0);
    assert_eq!(visits.load(Ordering::SeqCst), 1);
    stop.cancel();
    serving.await.expect("the site ends");
}

#[tokio::test]
async fn one_more_than_may_be_in_waits_at_the_door() {
    let (address, visits, stop, serving) =
        site(Bounds { header_timeout: Duration::from_secs(60), connections_max: 1 }).await;
    let mut first = TcpStream::connect(address).await.expect("is let in");
    asks(&mut first).await;
    let mut second = TcpStream::connect(address).await.expect("the operating system answers");
    second.write_all(GET).await.expect("is sent");
    for _ in 0..20 {
        asks(&mut first).await;
    }
    assert_eq!(visits.load(Ordering::SeqCst), 21, "the second was let in beside the first");
    drop(first);
    reads(&mut second, "seen").await;
    // What is idle does not hold up a stop.
    stop.cancel();
    assert_eq!(second.read(&mut [0; 16]).await.expect("is closed by the server"), 0);
    serving.await.expect("the site ends");
}

both_databases! {
    /// A request whose body never comes and a connection to the database that nobody gives back: one deadline for both.
    async fn a_stop_takes_no_longer_than_it_may(world: &World) {
        let node = world.beside(|config| config.server.shutdown_timeout_s = 20).await;
        let _held = node.env().db.read().await.expect("a connection");
        let (listener, address) = listener().await;
        let (stop, stopped) = oneshot::channel::<()>();
        let World { app, .. } = node;
        let running = tokio::spawn(run_until_stopped(app, listener, async { drop(stopped.await) }));
        let mut slow = TcpStream::connect(address).await.expect("is let in");
        let head = "POST /sign-in HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n";
        slow.write_all(head.as_bytes()).await.expect("is sent");
        reads(&mut slow, "100 Continue\r\n\r\n").await;
        let mut idle = TcpStream::connect(address).await.expect("is let in");
        idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("is sent");
        reads(&mut idle, "ok\n").await;
        stop.send(()).expect("it runs");
        // The idle connection is closed as soon as the stop has begun.
        assert_eq!(idle.read(&mut [0; 16]).await.expect("is closed by the server"), 0);
        world.passes(Duration::from_secs(20));
        in_time(running).await.expect("it does not panic").expect("it ends well");
        assert_eq!(slow.read(&mut [0; 16]).await.unwrap_or_default(), 0, "it is cut off");
    }

    async fn what_has_begun_is_finished_at_a_stop(world: &World) {
        let node = world.beside(|_| {}).await;
        let (listener, address) = listener().await;
        let (stop, stopped) = oneshot::channel::<()>();
        let World { app, .. } = node;
        let running = tokio::spawn(run_until_stopped(app, listener, async { drop(stopped.await) }));
        let mut slow = TcpStream::connect(address).await.expect("is let in");
        let head = "POST /sign-in HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n";
        slow.write_all(head.as_bytes()).await.expect("is sent");
        reads(&mut slow, "100 Continue\r\n\r\n").await;
        stop.send(()).expect("it runs");
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        slow.write_all(b"csrf=none").await.expect("is sent");
        let mut told = String::new();
        slow.read_to_string(&mut told).await.expect("is answered");
        assert!(told.starts_with("HTTP/1.1 403"), "{told}");
        in_time(running).await.expect("it does not panic").expect("it ends well");
    }
}
