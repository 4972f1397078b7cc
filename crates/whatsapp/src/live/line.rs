//! What one number's session, its client and its task share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, oneshot, watch};
use whatsapp_rust::Client;

use super::Shared;
use super::keys::Keys;
use super::passkey::Gate;
use crate::{Event, KeyStore, SendFailure, SessionError, Told};

pub(super) struct Line {
    pub shared: Arc<Shared>,
    pub session_id: String,
    pub store: Arc<dyn KeyStore>,
    events: mpsc::Sender<Told>,
    inner: Mutex<Inner>,
    /// Changed by the session's calls and by the task that follows the client, which watches it.
    gate: watch::Sender<Gate>,
}

#[derive(Default)]
struct Inner {
    standing: Standing,
    /// The client that runs, if one does.
    client: Option<Arc<Client>>,
    /// Who waits for WhatsApp to take a message, by WhatsApp's id of it.
    awaited: HashMap<String, oneshot::Sender<Taken>>,
}

/// How a session stands.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    #[default]
    Unlinked,
    Linking,
    Linked,
    /// Another session took the link over, or WhatsApp wants no more of this one: it can only be closed.
    Over,
    Closed,
}

/// Whether, and how, a client is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    NotAsked,
    /// The link stays.
    Close,
    /// The phone is to list us no more.
    LogOut,
}

impl Stop {
    pub fn is_asked(&self) -> bool {
        *self != Self::NotAsked
    }
}

/// WhatsApp's answer to a message: taken, or refused with a code.
pub(super) type Taken = Result<(), u32>;

impl Line {
    pub fn new(
        shared: Arc<Shared>,
        session_id: &str,
        store: Arc<dyn KeyStore>,
        events: mpsc::Sender<Told>,
    ) -> Arc<Self> {
        Arc::new(Self {
            shared,
            session_id: session_id.to_owned(),
            store,
            events,
            inner: Mutex::default(),
            gate: watch::Sender::default(),
        })
    }

    /// Never held while waiting. What broke half-way must not break all that comes later, so poison is ignored.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn keys(&self) -> Keys {
        Keys::new(Arc::clone(&self.store), Arc::clone(&self.shared.surroundings))
    }

    pub fn now_ms(&self) -> i64 {
        self.shared.surroundings.now_ms()
    }

    pub fn standing(&self) -> Standing {
        self.inner().standing
    }

    /// A closed session stays closed.
    pub fn stands(&self, standing: Standing) {
        let mut inner = self.inner();
        if inner.standing != Standing::Closed {
            inner.standing = standing;
        }
    }

    pub fn client(&self) -> Option<Arc<Client>> {
        self.inner().client.clone()
    }

    /// The client, if it can be asked something now.
    pub fn ready(&self) -> Result<Arc<Client>, SendFailure> {
        match self.standing() {
            Standing::Linked => self.client().filter(|client| client.is_logged_in()).ok_or(SendFailure::Network),
            Standing::Unlinked | Standing::Linking => Err(SendFailure::NotLinked),
            Standing::Over | Standing::Closed => Err(SendFailure::Network),
        }
    }

    pub fn runs(&self, client: Option<Arc<Client>>) {
        let mut inner = self.inner();
        inner.client = client;
        // Nobody will answer those any more, nor ask for a passkey.
        inner.awaited.clear();
        drop(inner);
        self.at_gate(|gate| *gate = Gate::Open);
    }

    /// Takes a step at the passkey gate.
    pub fn at_gate<T>(&self, step: impl FnOnce(&mut Gate) -> T) -> T {
        let mut outcome = None;
        self.gate.send_modify(|gate| outcome = Some(step(gate)));
        outcome.unwrap_or_else(|| unreachable!("a step is taken once"))
    }

    pub fn gate(&self) -> watch::Receiver<Gate> {
        self.gate.subscribe()
    }

    /// What is told when WhatsApp has answered to the message with this id.
    pub fn awaits(&self, wa_id: &str) -> oneshot::Receiver<Taken> {
        let (sender, taken) = oneshot::channel();
        let mut inner = self.inner();
        // Of those who lost patience nothing stays.
        inner.awaited.retain(|_, sender| !sender.is_closed());
        inner.awaited.insert(wa_id.to_owned(), sender);
        taken
    }

    pub fn answered(&self, wa_id: &str, taken: Taken) {
        if let Some(sender) = self.inner().awaited.remove(wa_id) {
            // Whoever waited has lost patience.
            let _ = sender.send(taken);
        }
    }

    /// Tells the server something, unless the client is stopped before there is room.
    pub async fn tells(&self, event: Event, stopped: &mut watch::Receiver<Stop>) {
        self.hands_over(Told::new(event), stopped).await;
    }

    /// Tells the server something, and waits until it is saved. False when it has to be told again.
    pub async fn is_saved(&self, event: Event, stopped: &mut watch::Receiver<Stop>) -> bool {
        let (told, is_saved) = Told::awaited(event);
        if !self.hands_over(told, stopped).await {
            return false;
        }
        tokio::select! {
            // What is saved when the session is closed need not come again.
            biased;
            is_saved = is_saved => is_saved.is_ok(),
            _ = stopped.wait_for(Stop::is_asked) => false,
        }
    }

    async fn hands_over(&self, told: Told, stopped: &mut watch::Receiver<Stop>) -> bool {
        tokio::select! {
            biased;
            _ = stopped.wait_for(Stop::is_asked) => false,
            sent = self.events.send(told) => sent.is_ok(),
        }
    }

    pub async fn forgets(&self) -> Result<(), SessionError> {
        self.store.forget().await
    }
}
