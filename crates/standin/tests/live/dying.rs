//! The server's process dies in the middle, between every two steps of a message's way in, and another one takes its database
//! over: nothing is lost, and nothing is kept twice.
//!
//! The moments are counted around the real connector and the real database. Death is `abort`: nothing is written, closed or
//! said any more.

use std::path::Path;
use std::process::abort;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use grantline::numbers;
use grantline_standin::{MediaHost, Phone, StandIn};
use grantline_whatsapp::{Connector, Event, KeyChange, KeyStore, Session, SessionError, Told};
use tokio::process::Command;
use tokio::sync::mpsc;

use crate::process::Process;
use crate::running::{self, RunningClock};
use crate::server;

const ANN: &str = "491701234567";
const BEN: &str = "4915112345678";

/// Says to this program, when it is started once more, that it is the server: where WhatsApp is, where the database is, and
/// when it dies.
const AS_SERVER: [&str; 3] = ["GRANTLINE_TEST_CHAT_URL", "GRANTLINE_TEST_FOLDER", "GRANTLINE_TEST_DIES"];
/// Enough to forget a message and to tell WhatsApp so, for a connector that would not wait until it is saved.
const LINGER: Duration = Duration::from_millis(300);

/// The moments between two steps.
const MOMENTS: [&str; 4] = ["before keys are written", "after keys were written", "before a message is saved", SAVED];
const SAVED: &str = "after a message was saved";

/// A life that ends at such a moment, when it has come so often.
struct Life {
    moment: String,
    left: AtomicUsize,
}

impl Life {
    /// Whoever does not wait for this moment to pass has some time to go on without it, before all ends.
    #[expect(clippy::disallowed_methods, reason = "death in the middle is what this is about")]
    async fn passes(&self, moment: &str) {
        if self.moment == moment && self.left.fetch_sub(1, Ordering::SeqCst) == 0 {
            tokio::time::sleep(LINGER).await;
            abort();
        }
    }
}

/// The real connector, and a life that ends.
struct Mortal<C> {
    connector: C,
    life: Arc<Life>,
}

#[async_trait]
impl<C: Connector> Connector for Mortal<C> {
    fn name(&self) -> &'static str {
        self.connector.name()
    }

    async fn open(
        &self,
        session_id: &str,
        keys: Arc<dyn KeyStore>,
        events: mpsc::Sender<Told>,
    ) -> Result<Arc<dyn Session>, SessionError> {
        let keys = Arc::new(MortalKeys { keys, life: Arc::clone(&self.life) });
        let (sender, mut told) = mpsc::channel(1);
        let life = Arc::clone(&self.life);
        tokio::spawn(async move {
            while let Some(told) = told.recv().await {
                if !passes_on(told, &events, &life).await {
                    break;
                }
            }
        });
        self.connector.open(session_id, keys, sender).await
    }
}

/// False when the server takes no more.
async fn passes_on(told: Told, events: &mpsc::Sender<Told>, life: &Life) -> bool {
    if !matches!(told.event, Event::Received { .. }) {
        return events.send(told).await.is_ok();
    }
    life.passes("before a message is saved").await;
    let (again, is_saved) = Told::awaited(told.event.clone());
    if events.send(again).await.is_err() || is_saved.await.is_err() {
        return false;
    }
    life.passes(SAVED).await;
    told.is_saved();
    true
}

struct MortalKeys {
    keys: Arc<dyn KeyStore>,
    life: Arc<Life>,
}

#[async_trait]
impl KeyStore for MortalKeys {
    async fn get(&self, kind: &str, key: &str) -> Result<Option<Vec<u8>>, SessionError> {
        self.keys.get(kind, key).await
    }
    async fn all(&self, kind: &str) -> Result<Vec<(String, Vec<u8>)>, SessionError> {
        self.keys.all(kind).await
    }
    async fn keys(&self, kind: &str, prefix: &str) -> Result<Vec<String>, SessionError> {
        self.keys.keys(kind, prefix).await
    }
    async fn apply(&self, changes: Vec<KeyChange>) -> Result<(), SessionError> {
        self.life.passes("before keys are written").await;
        let applied = self.keys.apply(changes).await;
        self.life.passes("after keys were written").await;
        applied
    }
    async fn sweep(&self, kind: &str, up_to_s: i64) -> Result<u32, SessionError> {
        self.keys.sweep(kind, up_to_s).await
    }
    async fn forget(&self) -> Result<(), SessionError> {
        self.keys.forget().await
    }
}

/// Not a test by itself: the server of the test below, in a process of its own.
#[tokio::test(flavor = "multi_thread")]
async fn in_a_process_of_its_own() {
    #[expect(clippy::disallowed_methods, reason = "the test below says so")]
    let [chat_url, folder, dies] = AS_SERVER.map(|name| std::env::var(name).unwrap_or_default());
    if chat_url.is_empty() {
        return;
    }
    let (moment, left) = dies.split_once(':').expect("a moment and a number");
    let left = AtomicUsize::new(left.parse().expect("a number"));
    let life = Arc::new(Life { moment: moment.to_owned(), left });
    let served = server::run(Path::new(&folder), "127.0.0.1:0", |env| {
        Arc::new(Mortal {
            connector: running::live(&chat_url, numbers::surroundings(env), &MediaHost::default()),
            life,
        })
    });
    served.await.expect("it serves");
}

/// One database, and the servers that come and go.
struct House {
    standin: StandIn,
    folder: tempfile::TempDir,
}

impl House {
    fn server(&self, moment: &str, nth: usize) -> Process {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["--exact", "dying::in_a_process_of_its_own", "--nocapture"]);
        let folder = self.folder.path().to_str().expect("a path of letters");
        command.envs(AS_SERVER.into_iter().zip([self.standin.url().as_str(), folder, &format!("{moment}:{nth}")]));
        Process::spawn(&mut command).expect("it starts")
    }

    async fn links(&self, phone: &Phone) {
        let server = self.server("never", 0);
        let code = server.asks(&format!("link {ANN}"), &format!("code {ANN} ")).await.expect("a code");
        phone.type_code(&code).await.expect("the code is right");
        phone.confirm_link().await.expect("the link is made");
        server.counts("linked", 1).await.expect("it is linked");
        server.stops().await.expect("it stops in order");
    }

    /// What is kept of the messages that came in.
    async fn kept(&self) -> Vec<String> {
        let url = format!("sqlite://{}/grantline.sqlite", self.folder.path().display());
        let pool = sqlx::SqlitePool::connect(&url).await.expect("it opens");
        let both = "select body from message union all select 'told ' || id from event where kind = 'message.received'";
        let kept = sqlx::query_scalar(both).fetch_all(&pool).await.expect("it is read");
        pool.close().await;
        kept
    }
}

#[tokio::test]
async fn whenever_the_process_dies_no_message_is_lost_or_doubled() {
    let standin = StandIn::start(Arc::new(RunningClock::new())).await.expect("the stand-in starts");
    let house = House { standin, folder: tempfile::tempdir().expect("a folder") };
    let ann = house.standin.add_phone(ANN, "Ann").expect("a phone");
    let ben = house.standin.add_phone(BEN, "Ben").expect("a phone");
    house.links(&ann).await;
    let mut written = Vec::new();
    for moment in MOMENTS {
        for nth in 0.. {
            let body = format!("{moment}, {nth}");
            ben.send_text(ANN, &body).await.expect("it is sent");
            written.push(body);
            let server = house.server(moment, nth);
            let has_all = server.counts("received", written.len()).await;
            // Death may also come while it stops.
            if has_all.is_ok() && server.stops().await.is_ok() {
                assert!(nth > 0, "it never died {moment}");
                break;
            }
        }
    }
    let mut kept = house.kept().await;
    let told = kept.extract_if(.., |one| one.starts_with("told ")).count();
    kept.sort_unstable();
    written.sort_unstable();
    assert_eq!((told, kept), (written.len(), written));
}
