//! What the server knows: accounts, registered keys, and what is under way.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Result, ensure};
use tokio::sync::{mpsc, oneshot};
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};

use super::connection::Conn;
use super::groups::Group;
use super::linking::{Finish, LinkRequest, Pending};
use crate::nature::Nature;
use crate::noise::{Pattern, ServerIdentity};
use crate::phone::Phone;
use crate::settings::{MAX_SEEN, Settings};
use crate::wire::{SERVER, el};

/// What connections and phones share.
pub(crate) struct Server {
    pub identity: ServerIdentity,
    pub nature: Nature,
    ids: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
pub(crate) struct State {
    pub phones: BTreeMap<String, Arc<Phone>>,
    /// Hidden number to number.
    pub by_lid: HashMap<String, String>,
    /// By their ids with `@g.us`.
    pub groups: BTreeMap<String, Group>,
    /// Noise key of a device to its number and place.
    pub registered: HashMap<[u8; 32], (String, u16)>,
    /// Connections that register, by their id.
    pub pending: HashMap<u64, Pending>,
    /// Requests whose code may be typed, by number.
    pub requests: HashMap<String, LinkRequest>,
    /// Phones that wait for the bundle of a request, by its reference.
    pub bundles: HashMap<Vec<u8>, (u64, oneshot::Sender<Finish>)>,
    /// Phones that wait for the answer to an IQ of ours, by connection and id.
    pub replies: HashMap<(u64, String), oneshot::Sender<Node>>,
    /// Phones in a passkey ceremony, by connection.
    pub passkeys: HashMap<u64, mpsc::Sender<Node>>,
    pub settings: Settings,
    pub seen: VecDeque<String>,
    pub handshakes: VecDeque<Pattern>,
}

impl Server {
    pub fn new(nature: Nature) -> Self {
        let identity = ServerIdentity::new(&nature);
        Self { identity, nature, ids: AtomicU64::new(1), state: Mutex::default() }
    }

    /// Never held while waiting. An action that broke half-way must not break all later ones, so poison is ignored.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn settings(&self) -> Settings {
        self.state().settings.clone()
    }

    /// A number that was not given out before, for connections and stanzas.
    pub fn next_number(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    pub fn next_id(&self) -> String {
        format!("srv-{}", self.next_number())
    }

    pub fn add_phone(self: &Arc<Self>, number: &str, name: &str) -> Result<Arc<Phone>> {
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        ensure!(is_number, "{number:?} is no number: digits with country code, without +");
        if let Some(phone) = self.phone(number) {
            return Ok(phone);
        }
        let lid = format!("9{number}");
        let phone = Arc::new(Phone::new(self, number, &lid, name)?);
        let mut state = self.state();
        state.by_lid.insert(lid, number.to_owned());
        state.phones.insert(number.to_owned(), Arc::clone(&phone));
        Ok(phone)
    }

    pub fn phone(&self, number: &str) -> Option<Arc<Phone>> {
        self.state().phones.get(number).cloned()
    }

    /// The account behind an address, whether it names the number or the hidden number.
    pub fn phone_of(&self, jid: &Jid) -> Option<Arc<Phone>> {
        let state = self.state();
        let number = if jid.is_lid() { state.by_lid.get(jid.user.as_str())? } else { jid.user.as_str() };
        state.phones.get(number).cloned()
    }

    /// From now on the device may log in with this Noise key.
    pub fn register(&self, noise: [u8; 32], number: &str, device: u16) {
        self.state().registered.insert(noise, (number.to_owned(), device));
    }

    pub fn unregister(&self, noise: &[u8; 32]) {
        self.state().registered.remove(noise);
    }

    /// The answer to an IQ that is about to be sent over `conn`.
    pub fn await_reply(&self, conn: &Conn, id: &str) -> oneshot::Receiver<Node> {
        let (sender, receiver) = oneshot::channel();
        self.state().replies.insert((conn.id(), id.to_owned()), sender);
        receiver
    }

    /// `<iq from type=set xmlns=md id>`, and the answer to it once it is sent.
    pub fn ask(&self, conn: &Conn, xmlns: &str, kind: &str) -> (NodeBuilder, oneshot::Receiver<Node>) {
        let id = self.next_id();
        let reply = self.await_reply(conn, &id);
        (el("iq").attr("from", SERVER).attr("type", kind).attr("xmlns", xmlns).attr("id", id), reply)
    }

    /// `<notification from type id t>`.
    pub fn notification(&self, kind: &str) -> NodeBuilder {
        let stanza = el("notification").attr("from", SERVER).attr("type", kind);
        stanza.attr("id", self.next_id()).attr("t", self.nature.stamp())
    }

    /// Notes a stanza for [`crate::StandIn::seen`].
    pub fn note(&self, what: String) {
        push_bounded(&mut self.state().seen, what);
    }

    pub fn note_handshake(&self, pattern: Pattern) {
        push_bounded(&mut self.state().handshakes, pattern);
    }

    /// Nothing of a connection that ended remains.
    pub fn forget(&self, conn: &Conn) {
        let phones: Vec<Arc<Phone>> = {
            let mut state = self.state();
            state.pending.remove(&conn.id());
            state.passkeys.remove(&conn.id());
            state.requests.retain(|_, request| request.conn.id() != conn.id());
            state.bundles.retain(|_, (id, _)| *id != conn.id());
            state.replies.retain(|(id, _), _| *id != conn.id());
            state.phones.values().cloned().collect()
        };
        for phone in phones {
            phone.lost(conn.id());
        }
    }
}

fn push_bounded<T>(list: &mut VecDeque<T>, item: T) {
    if list.len() >= MAX_SEEN {
        list.pop_front();
    }
    list.push_back(item);
}
