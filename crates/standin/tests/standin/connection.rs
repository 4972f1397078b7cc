//! Connections that break, are replaced, or are refused.

use grantline_standin::{LoginFailure, Pattern};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use whatsapp_rust::wacore::types::events::Event;

use super::client::Client;
use super::world::World;

const ANN: &str = "15550400001";
const BEN: &str = "15550400002";

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_comes_back() {
    let world = World::new().await;
    let (ann, mut client, device) = world.linked(ANN).await;
    assert!(world.standin.cut(&ann, device));
    client.hears("loss", |event| matches!(event, Event::Disconnected(_)).then_some(())).await;
    client.is_connected().await;
    assert_eq!(world.standin.handshakes().last(), Some(&Pattern::Ik));
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_client_with_the_same_keys_replaces_the_first() {
    let world = World::new().await;
    let (ann, mut first, _) = world.linked(ANN).await;
    let mut second = world.again(first.keys()).await;
    first.hears("replacement", |event| matches!(event, Event::StreamReplaced(_)).then_some(())).await;
    second.is_connected().await;
    assert_eq!(ann.devices().len(), 1);
    first.stops().await;
    second.stops().await;
}

/// The name of the event that tells how a login ended.
async fn hears_of_failure(client: &mut Client) -> &'static str {
    let failure = client.hears("failure", |event| match event {
        Event::TemporaryBan(_) => Some("ban"),
        Event::LoggedOut(logout) if logout.on_connect => Some("logout"),
        Event::ClientOutdated(_) => Some("outdated"),
        Event::ConnectFailure(_) => Some("failure"),
        _ => None,
    });
    failure.await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_login_failure_has_its_event() {
    let world = World::new().await;
    let (_, client, _) = world.linked(ANN).await;
    let mut keys = client.stops().await;
    let expected = [
        (LoginFailure::ban(101, 3_600), "ban"),
        (LoginFailure::new(403), "logout"),
        (LoginFailure::new(405), "outdated"),
        (LoginFailure::new(409), "failure"),
    ];
    for (failure, event) in expected {
        world.standin.configure(|settings| settings.login_failure = Some(failure));
        let mut client = world.again(keys).await;
        assert_eq!(hears_of_failure(&mut client).await, event);
        keys = client.stops().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passing_login_failure_passes() {
    let world = World::new().await;
    let (_, client, _) = world.linked(ANN).await;
    let keys = client.stops().await;
    world.standin.configure(|settings| settings.login_failure = Some(LoginFailure::new(503)));
    let mut client = world.again(keys).await;
    assert_eq!(hears_of_failure(&mut client).await, "failure");
    world.standin.configure(|settings| settings.login_failure = None);
    client.is_connected().await;
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_account_is_told_now_and_later_and_others_are_not() {
    let world = World::new().await;
    let (ann, mut blocked, _) = world.linked(ANN).await;
    let (_, mut other, _) = world.linked(BEN).await;
    ann.block(101, 3_600);
    assert_eq!(hears_of_failure(&mut blocked).await, "ban");
    let mut blocked = world.again(blocked.stops().await).await;
    assert_eq!(hears_of_failure(&mut blocked).await, "ban");
    ann.fail_logins(None);
    let mut forgiven = world.again(blocked.stops().await).await;
    forgiven.is_connected().await;
    other.catches_up().await;
    forgiven.stops().await;
    other.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_out_of_reach_is_tried_again() {
    let world = World::new().await;
    let (ann, mut client, device) = world.linked(ANN).await;
    world.standin.configure(|settings| settings.is_reachable = false);
    assert!(world.standin.cut(&ann, device));
    client.hears("loss", |event| matches!(event, Event::Disconnected(_)).then_some(())).await;
    world.standin.configure(|settings| settings.is_reachable = true);
    client.is_connected().await;
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_server_makes_the_client_start_over() {
    let world = World::new().await;
    let (_, client, _) = world.linked(ANN).await;
    let keys = client.stops().await;
    // It has another key and does not know the device.
    let elsewhere = World::elsewhere().await;
    elsewhere.phone(ANN);
    let mut client = elsewhere.again(keys).await;
    assert!(client.is_logged_out().await);
    assert_eq!(elsewhere.standin.handshakes(), [Pattern::XxFallback]);
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_dropped_and_clients_served() {
    let world = World::new().await;
    let address = world.standin.url().replace("ws://", "").replace("/ws/chat", "");
    for said in ["GET / HTTP/1.1\r\n\r\n", "\0\0\0\0", "WA\u{6}\u{3}"] {
        let mut stranger = TcpStream::connect(&address).await.expect("a connection");
        stranger.write_all(said.as_bytes()).await.expect("it is said");
        stranger.shutdown().await.expect("it is all");
        let mut answer = Vec::new();
        // How it ends does not matter: with an answer, without, or with a reset.
        let _ = stranger.read_to_end(&mut answer).await;
    }
    assert!(world.standin.handshakes().is_empty());
    let (_, client, _) = world.linked(ANN).await;
    client.stops().await;
}

/// A client that is killed at `PairSuccess` already may lose the link: 0.7.0 saves it in a task of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_loses_no_link() {
    let world = World::new().await;
    let (ann, client, _) = world.linked(ANN).await;
    let mut client = world.again(client.crashes()).await;
    client.is_connected().await;
    assert_eq!(ann.devices().len(), 1);
    client.stops().await;
}
