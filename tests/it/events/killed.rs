//! A server that is killed again and again, in the middle of whatever it does, loses nothing that it acknowledged or told.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use grantline::events::Owner;
use grantline::on;
use grantline::platform::Clock as _;
use grantline::platform::clock::WallClock;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::receiver::Receiver;
use super::telling::Listener;
use crate::oauth::actors::YES;
use crate::oauth::surroundings::{changes, linked_number};
use crate::world::World;

const KILLS: usize = 50;
/// Nothing here takes nearly as long: without it a fault would be a test that never ends.
const PATIENCE: Duration = Duration::from_secs(120);

/// The real program over a database, listening on a port of this machine.
struct Server<'t> {
    database_url: &'t str,
    port: u16,
}

impl Server<'_> {
    /// Started, and so far that it listens.
    async fn starts(&self) -> Running {
        let listen = format!("127.0.0.1:{}", self.port);
        let mut child = Command::new(env!("CARGO_BIN_EXE_grantline"))
            .arg("serve")
            .env("GRANTLINE__SERVER__BASE_URL", "https://grantline.test")
            .env("GRANTLINE__SERVER__LISTEN", listen)
            .env("GRANTLINE__DATABASE__URL", self.database_url)
            .env("GRANTLINE__KEYS__MASTER", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
            .env("GRANTLINE__OUTBOUND__ALLOW_LOOPBACK", "true")
            .env("GRANTLINE__API__CALLS_PER_MINUTE", "0")
            .env("GRANTLINE__MESSAGES__QUEUED_PER_NUMBER", "100000")
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let log = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let (serves, serving) = oneshot::channel();
        // It reads to the end: a program whose log nobody takes would stop at a full pipe.
        std::thread::spawn(move || {
            let mut serves = Some(serves);
            for line in log.map_while(Result::ok) {
                if line.contains("serving")
                    && let Some(serves) = serves.take()
                {
                    let _ = serves.send(());
                }
            }
        });
        let child = Running(child);
        serving.await.expect("it serves");
        child
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

/// A started program, which does not outlive the test.
struct Running(Child);

impl Running {
    /// At once, with no chance to finish anything: SIGKILL.
    fn is_killed(&mut self) {
        self.0.kill().expect("it can be killed");
        self.0.wait().expect("it dies");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An app that goes on sending whatever happens to the server.
struct Sender {
    http: reqwest::Client,
    token: String,
    numbers: [String; 2],
    sent: usize,
    /// The ids of messages that the server has acknowledged.
    acknowledged: BTreeSet<String>,
}

impl Sender {
    /// Sends until the server is gone.
    async fn sends(&mut self, server: &Server<'_>) {
        loop {
            self.sent += 1;
            let number = &self.numbers[self.sent % 2];
            let text = json!({ "body": format!("number {}", self.sent) });
            let message = json!({ "number_id": number, "to": "+447700900456", "type": "text", "text": text });
            let call = self.http.post(server.url("/v1/messages")).bearer_auth(&self.token).json(&message);
            let Ok(answer) = call.send().await else { return };
            assert_eq!(answer.status().as_u16(), 202);
            let Ok(body) = answer.json::<Value>().await else { return };
            self.acknowledged.insert(body["id"].as_str().expect("an id").to_owned());
        }
    }

    /// Every fact that the app may hear of, in its order.
    async fn feed(&self, server: &Server<'_>) -> Vec<Value> {
        let (mut all, mut after) = (Vec::new(), String::from("0"));
        loop {
            let call = self.http.get(server.url(&format!("/v1/events?limit=200&after={after}")));
            let page: Value =
                call.bearer_auth(&self.token).send().await.expect("it answers").json().await.expect("JSON");
            let events = page["data"].as_array().expect("events");
            if events.is_empty() {
                return all;
            }
            all.extend(events.iter().cloned());
            after = page["next"].as_str().expect("a place").to_owned();
        }
    }
}

/// A world in which an app is connected, listens and may send, in the present: what comes then is a real program with a real clock.
async fn prepared(database_url: &str, receiver: &Receiver) -> Sender {
    let world = World::over(database_url, WallClock.now()).await;
    let ann = world.person("Ann").await;
    let shop = Listener::connects(&world, &ann, &YES).await;
    let numbers = [
        linked_number(&world, &shop.workspace, "447700900001", "Shop floor").await,
        linked_number(&world, &shop.workspace, "447700900002", "Office").await,
    ];
    // Theirs is another connector, which this server does not run: they stay linked, and what they send waits.
    changes(&world, |tx| {
        Box::pin(async move {
            on!(tx, connection => sqlx::query("update number set connector = 'live'").execute(connection).await.map(drop))
        })
    })
    .await;
    receiver.listens(&world, &Owner::App(shop.app.id.clone()), &[]).await;
    let token = shop.tokens.access.clone();
    #[expect(clippy::disallowed_methods, reason = "it calls the server under test, on this machine")]
    let http = reqwest::Client::builder().timeout(PATIENCE).build().expect("a client");
    world.ends().await;
    Sender { http, token, numbers, sent: 0, acknowledged: BTreeSet::new() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_missing_after_fifty_kills() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database_url = format!("sqlite://{}/grantline.sqlite", folder.path().display());
    let port =
        std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr()).expect("a free port").port();
    let server = Server { database_url: &database_url, port };
    let mut receiver = Receiver::starts().await;
    let mut sender = prepared(&database_url, &receiver).await;
    let mut chance = ChaCha20Rng::seed_from_u64(50);
    let mut heard = Vec::new();
    for _ in 0..KILLS {
        let mut child = server.starts().await;
        // It dies with the first, the second ... that it tells, while it goes on to take in others.
        let told_before = chance.next_u32() % 12;
        let killing = async {
            for _ in 0..told_before {
                heard.push(receiver.hears().await);
            }
            child.is_killed();
        };
        tokio::time::timeout(PATIENCE, async { tokio::join!(sender.sends(&server), killing) }).await.expect("in time");
    }
    let _alive = server.starts().await;
    let feed = sender.feed(&server).await;
    let expected: BTreeSet<&str> = feed.iter().filter_map(|event| event["id"].as_str()).collect();
    // The endpoint was added after the app was connected.
    let expected: BTreeSet<&str> = expected.into_iter().filter(|id| Some(*id) != feed[0]["id"].as_str()).collect();
    tokio::time::timeout(PATIENCE, async {
        let mut missing = expected.clone();
        missing.retain(|id| heard.iter().all(|one| one.id != *id));
        while !missing.is_empty() {
            heard.push(receiver.hears().await);
            missing.remove(heard[heard.len() - 1].id.as_str());
        }
    })
    .await
    .expect("every event is told");
    let told: BTreeSet<&str> = heard.iter().filter_map(|one| one.body["data"]["id"].as_str()).collect();
    assert!(sender.acknowledged.iter().all(|id| told.contains(id.as_str())), "what was acknowledged is told");
    assert!(sender.acknowledged.len() > KILLS, "there was something to lose");
    for number in &sender.numbers {
        assert_eq!(first_told(&heard, number), in_feed(&feed, number), "in the order of its number");
    }
}

/// The events of a number in the order in which each came first.
fn first_told(heard: &[super::receiver::Heard], number: &str) -> Vec<String> {
    let mut first = BTreeMap::new();
    let of_number = heard.iter().filter(|one| one.body["data"]["number_id"] == number);
    for (place, one) in of_number.enumerate() {
        first.entry(one.id.clone()).or_insert(place);
    }
    let mut ids: Vec<(usize, String)> = first.into_iter().map(|(id, place)| (place, id)).collect();
    ids.sort();
    ids.into_iter().map(|(_, id)| id).collect()
}

fn in_feed(feed: &[Value], number: &str) -> Vec<String> {
    let of_number = feed.iter().filter(|event| event["data"]["number_id"] == number);
    of_number.filter_map(|event| event["id"].as_str().map(ToOwned::to_owned)).collect()
}
