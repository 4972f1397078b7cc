//! The sessions that are open in this process: one a number, and one task a session that handles its events in order.
//!
//! One process runs all sessions of a database: a server takes it for itself before it starts (`platform::db::Alone`). With
//! several a number's session would have to be leased with a fencing token before it is opened.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt as _;
use futures_util::stream;
use grantline_whatsapp::{Connector, DownloadFailure, Outgoing, SendFailure, Session, SessionError};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::keys::NumberKeys;
use super::progress::AttemptRef;
use super::pump::Pump;
use super::told::MessageSink;
use crate::platform::{Env, Timestamp};

/// Events that may wait for a session's task; then the connector waits.
const EVENTS_WAITING: usize = 64;
/// How long somebody who asks waits for WhatsApp's answer: less than a request may last.
const ANSWER_WAIT_S: i64 = 30;
/// Sessions that are closed at once when the server stops.
const CLOSED_AT_ONCE: usize = 8;

/// The open sessions. Cheap to clone; every clone is the same.
#[derive(Clone)]
pub struct Sessions(Arc<House>);

struct House {
    env: Env,
    connector: Arc<dyn Connector>,
    inbox: Arc<dyn MessageSink>,
    slots: Mutex<HashMap<String, Arc<Slot>>>,
    /// The serial of the session that was opened last.
    serial: AtomicU64,
    started_at: Timestamp,
    tasks: TaskTracker,
    /// Nothing new is linked any more.
    paused: AtomicBool,
    closing: CancellationToken,
}

/// The place of one number.
#[derive(Default)]
struct Slot {
    /// Locked while a session opens or closes, so that a number never has two.
    live: tokio::sync::Mutex<Option<Live>>,
    /// Grows with everything that happened to the number.
    version: watch::Sender<u64>,
}

struct Live {
    session: Arc<dyn Session>,
    /// Tells this session from the one that takes its place.
    serial: u64,
    closed: CancellationToken,
}

impl Live {
    async fn close(&self) {
        // Before the connector: it may wait until the task behind the session has read what it told.
        self.closed.cancel();
        self.session.close().await;
    }
}

/// How a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The link, if there is one, stays.
    Close,
    /// The phone must not list us any more.
    LogOut,
}

impl Sessions {
    /// Opens no session yet: see [`Sessions::restore_all`].
    #[must_use]
    pub fn start(env: Env, connector: Arc<dyn Connector>, inbox: Arc<dyn MessageSink>) -> Self {
        Self(Arc::new(House {
            started_at: env.now(),
            serial: AtomicU64::new(0),
            env,
            connector,
            inbox,
            slots: Mutex::default(),
            tasks: TaskTracker::new(),
            paused: AtomicBool::new(false),
            closing: CancellationToken::new(),
        }))
    }

    #[must_use]
    pub fn env(&self) -> &Env {
        &self.0.env
    }

    /// `sandbox`, `live` or `cloud`.
    #[must_use]
    pub fn connector(&self) -> &'static str {
        self.0.connector.name()
    }

    /// When this process began to run sessions.
    pub(super) fn started_at(&self) -> Timestamp {
        self.0.started_at
    }

    pub(super) fn inbox(&self) -> &dyn MessageSink {
        &*self.0.inbox
    }

    /// A number that grows with everything that happens to a number, its link attempt and its messages.
    #[must_use]
    pub fn watch(&self, number_id: &str) -> watch::Receiver<u64> {
        self.slot(number_id).version.subscribe()
    }

    pub(super) fn happened(&self, number_id: &str) {
        self.slot(number_id).version.send_modify(|version| *version += 1);
    }

    /// Ends when the server is about to stop, for streams that would hold it up.
    pub async fn stopping(&self) {
        self.0.closing.cancelled().await;
    }

    /// Whether linking a number has to wait until the server is back.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.0.paused.load(Ordering::Acquire)
    }

    /// From here on no number begins to be linked.
    pub(super) fn pause_linking(&self) {
        self.0.paused.store(true, Ordering::Release);
    }

    /// Ends the streams that wait for news. Sessions go on until [`Sessions::shutdown`].
    pub fn end_streams(&self) {
        self.0.closing.cancel();
    }

    fn slot(&self, number_id: &str) -> Arc<Slot> {
        let mut slots = self.0.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(number_id.to_owned()).or_default())
    }

    /// Runs to its end even when whoever asked has gone.
    pub(super) async fn detached<T: Send + 'static>(
        &self,
        work: impl Future<Output = anyhow::Result<T>> + Send + 'static,
    ) -> anyhow::Result<T> {
        self.0.tasks.spawn(work).await?
    }

    /// Hands a message to WhatsApp through the number's session. Receipts come to the [`MessageSink`].
    pub async fn send(&self, number_id: &str, message: Outgoing) -> Result<(), SendFailure> {
        match self.session(number_id).await {
            Some(session) => session.send(message).await,
            None => Err(SendFailure::NotLinked),
        }
    }

    /// Asks something of the number's session, for somebody who waits for the answer.
    pub async fn ask<T, F>(
        &self,
        number_id: &str,
        question: impl FnOnce(Arc<dyn Session>) -> F,
    ) -> Result<T, SendFailure>
    where
        F: Future<Output = Result<T, SendFailure>>,
    {
        let env = self.env();
        let asked = async {
            match self.session(number_id).await {
                Some(session) => question(session).await,
                None => Err(SendFailure::NotLinked),
            }
        };
        tokio::select! {
            answer = asked => answer,
            () = env.clock.sleep_until(env.now().plus_s(ANSWER_WAIT_S)) => Err(SendFailure::Network),
        }
    }

    /// The bytes of a file that came in, by WhatsApp's id of its message.
    pub async fn download(&self, number_id: &str, wa_id: &str) -> Result<Vec<u8>, DownloadFailure> {
        match self.session(number_id).await {
            Some(session) => session.download(wa_id).await,
            None => Err(SendFailure::NotLinked.into()),
        }
    }

    pub(super) async fn session(&self, number_id: &str) -> Option<Arc<dyn Session>> {
        self.slot(number_id).live.lock().await.as_ref().map(|live| Arc::clone(&live.session))
    }

    /// Opens the number's session; one that was open is closed. `attempt` is the link attempt that it is opened for.
    pub(super) async fn open(
        &self,
        workspace_id: &str,
        number_id: &str,
        attempt: Option<AttemptRef>,
    ) -> Result<Arc<dyn Session>, SessionError> {
        let slot = self.slot(number_id);
        let mut live = slot.live.lock().await;
        // After the slot was taken: whoever pauses us either finds it or is seen here.
        if self.is_paused() {
            return Err(SessionError::Network(String::from("the server is being stopped")));
        }
        if let Some(former) = live.take() {
            former.close().await;
        }
        let opened = self.connect(workspace_id, number_id, attempt).await?;
        let session = Arc::clone(&opened.session);
        *live = Some(opened);
        Ok(session)
    }

    /// Opens the number's session unless it has one: somebody may have begun to link it. False when it has.
    pub(super) async fn open_if_none(&self, workspace_id: &str, number_id: &str) -> Result<bool, SessionError> {
        let slot = self.slot(number_id);
        let mut live = slot.live.lock().await;
        if live.is_some() {
            return Ok(false);
        }
        *live = Some(self.connect(workspace_id, number_id, None).await?);
        Ok(true)
    }

    async fn connect(
        &self,
        workspace_id: &str,
        number_id: &str,
        attempt: Option<AttemptRef>,
    ) -> Result<Live, SessionError> {
        let (sender, events) = mpsc::channel(EVENTS_WAITING);
        let keys = Arc::new(NumberKeys::new(self.env(), number_id));
        let session = self.0.connector.open(number_id, keys, sender).await?;
        let serial = self.0.serial.fetch_add(1, Ordering::Relaxed);
        let closed = CancellationToken::new();
        let pump = Pump {
            sessions: self.clone(),
            workspace_id: workspace_id.to_owned(),
            number_id: number_id.to_owned(),
            attempt,
            serial,
            closed: closed.clone(),
        };
        self.0.tasks.spawn(pump.run(events));
        Ok(Live { session, serial, closed })
    }

    /// Ends the number's session, if it has one.
    pub(super) async fn end(&self, number_id: &str, how: End) {
        self.end_if(number_id, how, |_| true).await;
    }

    /// Ends a session from its own task, unless another one has taken its place.
    pub(super) async fn end_own(&self, number_id: &str, serial: u64, how: End) {
        self.end_if(number_id, how, |live| live.serial == serial).await;
    }

    async fn end_if(&self, number_id: &str, how: End, which: impl Fn(&Live) -> bool) {
        let slot = self.slot(number_id);
        let mut live = slot.live.lock().await;
        let Some(ended) = live.take_if(|live| which(live)) else { return };
        if how == End::LogOut
            && let Err(error) = ended.session.log_out().await
        {
            tracing::warn!(number = number_id, %error, "a session could not be logged out");
        }
        ended.close().await;
    }

    /// Forgets the place of a number that is gone.
    pub(super) fn forget(&self, number_id: &str) {
        self.0.slots.lock().unwrap_or_else(PoisonError::into_inner).remove(number_id);
    }

    /// Closes every session, keeps the links, and returns when all that had happened is saved.
    pub async fn shutdown(&self) {
        self.pause_linking();
        self.end_streams();
        let ids: Vec<String> = {
            let slots = self.0.slots.lock().unwrap_or_else(PoisonError::into_inner);
            slots.keys().cloned().collect()
        };
        stream::iter(ids)
            .for_each_concurrent(CLOSED_AT_ONCE, |id| async move { self.end(&id, End::Close).await })
            .await;
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }
}
