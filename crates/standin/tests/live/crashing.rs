//! The process dies in the middle: whatever was written stays, nothing more is written, and another process opens the number.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use grantline_whatsapp::{Content, Event, KeyChange, KeyStore, Session, SessionError, Told};
use tokio::sync::mpsc;

use crate::contract::House;
use crate::contract::actors::Gateway;
use crate::contract::surroundings::MemoryKeys;
use crate::house;

const ANN: &str = "491701234567";
const BEN: &str = "4915112345678";

/// Keys of a process that dies at its `writes`-th write from now on: it and all that follow leave nothing behind.
struct DyingKeys {
    kept: Arc<MemoryKeys>,
    left: AtomicUsize,
}

impl DyingKeys {
    fn lives(&self) -> Result<(), SessionError> {
        let lives = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if lives { Ok(()) } else { Err(SessionError::Storage(String::from("the process is dead"))) }
    }

    fn is_dead(&self) -> bool {
        self.left.load(Ordering::SeqCst) == 0
    }
}

#[async_trait]
impl KeyStore for DyingKeys {
    async fn get(&self, kind: &str, key: &str) -> Result<Option<Vec<u8>>, SessionError> {
        self.kept.get(kind, key).await
    }
    async fn all(&self, kind: &str) -> Result<Vec<(String, Vec<u8>)>, SessionError> {
        self.kept.all(kind).await
    }
    async fn keys(&self, kind: &str, prefix: &str) -> Result<Vec<String>, SessionError> {
        self.kept.keys(kind, prefix).await
    }
    async fn apply(&self, changes: Vec<KeyChange>) -> Result<(), SessionError> {
        self.lives()?;
        self.kept.apply(changes).await
    }
    async fn sweep(&self, kind: &str, up_to_s: i64) -> Result<u32, SessionError> {
        self.lives()?;
        self.kept.sweep(kind, up_to_s).await
    }
    async fn forget(&self) -> Result<(), SessionError> {
        self.lives()?;
        self.kept.forget().await
    }
}

/// A server that dies at a write, and what it had saved by then: WhatsApp's id and the text of each message.
struct DyingServer {
    keys: Arc<DyingKeys>,
    session: Arc<dyn Session>,
    events: mpsc::Receiver<Told>,
}

impl DyingServer {
    async fn starts(house: &House, kept: &Arc<MemoryKeys>, writes: usize) -> Self {
        let keys = Arc::new(DyingKeys { kept: Arc::clone(kept), left: AtomicUsize::new(writes) });
        let (sender, events) = mpsc::channel(16);
        let session = house.connector.open("ann", keys.clone(), sender).await.expect("reading works");
        Self { keys, session, events }
    }

    /// Saves messages until all have come, or until it dies. True when it lived.
    async fn saves(&mut self, house: &House, saved: &mut BTreeSet<(String, String)>, all: usize) -> bool {
        for _ in 0..house.phones.patience() {
            if let Ok(told) = self.events.try_recv() {
                if let Event::Received { id, content: Content::Text(body), .. } = &told.event {
                    // To die right after this is one of the moments: the answer is then not given.
                    saved.insert((id.clone(), body.clone()));
                    if self.keys.is_dead() {
                        return false;
                    }
                }
                told.is_saved();
            }
            let texts: BTreeSet<&String> = saved.iter().map(|(_, body)| body).collect();
            if self.keys.is_dead() || texts.len() == all {
                return !self.keys.is_dead();
            }
            house.phones.breathe().await;
        }
        panic!("only {saved:?} came");
    }
}

/// Death at the first write, at the second and so on, until a server lives through it all.
#[tokio::test]
async fn whenever_the_process_dies_no_message_is_lost_or_doubled() {
    let (house, _standin) = house::rooms().await;
    let (gateway, _ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    let (_, kept) = gateway.closes().await;
    let (mut all, mut saved) = (Vec::new(), BTreeSet::new());
    for writes in 0.. {
        for part in ["one", "two"] {
            let body = format!("{part} before death {writes}");
            ben.writes(ANN, &body).await;
            all.push(body);
        }
        let mut server = DyingServer::starts(&house, &kept, writes).await;
        let lived = server.saves(&house, &mut saved, all.len()).await;
        if lived {
            server.session.close().await;
            assert!(writes > 3, "it died at {writes} moments only");
            break;
        }
        // A process that dies says no goodbye.
        drop(server);
        house.breathes().await;
        let mut next = DyingServer::starts(&house, &kept, usize::MAX).await;
        assert!(next.saves(&house, &mut saved, all.len()).await);
        next.session.close().await;
    }
    // Whoever saved a message twice recognises it by its id.
    let texts: Vec<&String> = saved.iter().map(|(_, body)| body).collect();
    assert_eq!(texts.len(), all.len(), "a message came under two ids: {saved:?}");
    let mut last = Gateway::open(&house, "ann", kept).await;
    last.connects().await;
    last.hears_nothing().await;
}
