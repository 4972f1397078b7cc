//! People's phones, and what their holders do with them.

mod adv;
mod app_state;
mod bundle;
mod chats;
mod devices;
mod linking;
mod messages;
mod passkey;
mod receiving;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use anyhow::{Context as _, Result};
use tokio::sync::{Mutex as AsyncMutex, mpsc, watch};
use wacore::libsignal::protocol::{IdentityKeyPair, PreKeyBundle};
use wacore_binary::Jid;

pub use chats::{ShownMessage, ShownText};
pub use devices::LinkedDevice;
pub use linking::Prompt;
pub use messages::Received;
pub(crate) use receiving::{Content, Incoming, Origin, Sealed};

use crate::device::Device;
use crate::nature::Nature;
use crate::server::Server;
use crate::settings::{LoginFailure, MAX_REMEMBERED};
use crate::signal::SignalPhone;
use chats::Kept;
use grantline_whatsapp::Activity;
use linking::OpenPrompt;

/// A phone and, since a number has one phone, its account.
pub struct Phone {
    number: String,
    /// The hidden number, by which strangers may know the account.
    lid: String,
    server: Weak<Server>,
    nature: Nature,
    identity: IdentityKeyPair,
    /// Names the set of linked devices in what the account signs.
    raw_id: u32,
    /// Held while messages are sealed or opened, so that they keep their order.
    signal: AsyncMutex<SignalPhone>,
    state: Mutex<State>,
    inbox: mpsc::Sender<Received>,
    arrived: AsyncMutex<mpsc::Receiver<Received>>,
    passkey_code: watch::Sender<Option<String>>,
}

/// Behind one lock that is never held while waiting.
struct State {
    name: String,
    is_online: bool,
    tells_reads: bool,
    needs_passkey: bool,
    is_hosted: bool,
    picture: Option<Picture>,
    pictures_set: u32,
    login_failure: Option<LoginFailure>,
    next_device: u16,
    devices: BTreeMap<u16, Device>,
    prompt: Option<OpenPrompt>,
    kept: VecDeque<Kept>,
    /// Who is about to write, by chat.
    activities: BTreeMap<String, Activity>,
    /// What came while the phone was offline.
    waiting: VecDeque<Incoming>,
}

/// A profile picture: its id, and the address that others are told.
#[derive(Clone)]
pub(crate) struct Picture {
    pub id: String,
    pub url: String,
}

/// Why the phone did not do it, as its holder is told.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    #[error("no device asks to be linked with this number")]
    NoRequest,
    #[error("the code has expired")]
    Expired,
    #[error("the code is wrong")]
    WrongCode,
    #[error("the QR code is not one that is shown now")]
    UnknownQr,
    #[error("the phone has as many linked devices as it may have")]
    DeviceLimit,
    #[error("no device waits to be confirmed")]
    NothingToConfirm,
    #[error("the device refused the link: {code} {text}")]
    Refused { code: String, text: String },
    #[error("the phone is offline")]
    Offline,
    #[error("no such device is linked")]
    NoSuchDevice,
    #[error("there is no chat with this number")]
    NoSuchChat,
    #[error("the number has no account")]
    NoSuchNumber,
    #[error("the holder wrote no such message")]
    NoSuchMessage,
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

impl Phone {
    pub(crate) fn new(server: &Arc<Server>, number: &str, lid: &str, name: &str) -> Result<Self> {
        let nature = server.nature.clone();
        let identity = IdentityKeyPair::generate(&mut nature.rng());
        let (inbox, arrived) = mpsc::channel(MAX_REMEMBERED);
        Ok(Self {
            number: number.to_owned(),
            lid: lid.to_owned(),
            server: Arc::downgrade(server),
            raw_id: u32::from_be_bytes(nature.bytes()) >> 1,
            signal: AsyncMutex::new(SignalPhone::new(&nature, &identity)?),
            nature,
            identity,
            state: Mutex::new(State { name: name.to_owned(), ..State::default() }),
            inbox,
            arrived: AsyncMutex::new(arrived),
            passkey_code: watch::Sender::new(None),
        })
    }

    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The name that others see.
    #[must_use]
    pub fn name(&self) -> String {
        self.state().name.clone()
    }

    /// The holder chooses another name. The account's devices are told, those that are away when they log in.
    pub fn rename(&self, name: &str) -> Result<(), PhoneError> {
        let server = self.reaches_server()?;
        name.clone_into(&mut self.state().name);
        for conn in self.linked().into_iter().filter_map(|device| self.connection(device)) {
            server.tell_name(&conn, self);
        }
        Ok(())
    }

    /// The address of one of the account's devices; 0 is the phone.
    #[must_use]
    pub fn pn(&self, device: u16) -> Jid {
        Jid::pn_device(self.number.as_str(), device)
    }

    /// The same under the hidden number.
    #[must_use]
    pub fn lid(&self, device: u16) -> Jid {
        Jid::lid_device(self.lid.as_str(), device)
    }

    /// From now on a link needs the account's passkey.
    pub fn require_passkey(&self, is_needed: bool) {
        self.state().needs_passkey = is_needed;
    }

    /// A business account that is on the Cloud API too ("coexistence"): what it signs for a new device says HOSTED.
    pub fn set_hosted(&self, is_hosted: bool) {
        self.state().is_hosted = is_hosted;
    }

    /// Whether senders hear that their messages were read. What is read meanwhile is never told.
    pub fn read_receipts(&self, are_sent: bool) {
        self.state().tells_reads = are_sent;
    }

    /// The address of the profile picture that others are told.
    pub fn set_picture(&self, url: Option<&str>) {
        let mut state = self.state();
        state.pictures_set += 1;
        state.picture = url.map(|url| Picture { id: state.pictures_set.to_string(), url: url.to_owned() });
    }

    pub(crate) fn picture(&self) -> Option<Picture> {
        self.state().picture.clone()
    }

    /// WhatsApp blocks the account for a while: its devices are told now, and at each login.
    pub fn block(&self, code: u16, expire_s: u64) {
        self.fail_logins(Some(LoginFailure::ban(code, expire_s)));
    }

    /// The account's devices are turned away, those that are connected at once; or they may come again.
    pub fn fail_logins(&self, failure: Option<LoginFailure>) {
        let mut state = self.state();
        if let Some(failure) = &failure {
            for conn in state.devices.values().filter_map(|device| device.conn.as_ref()) {
                conn.send(failure.stanza());
                conn.close();
            }
        }
        state.login_failure = failure;
    }

    pub(crate) fn login_failure(&self) -> Option<LoginFailure> {
        self.state().login_failure.clone()
    }

    /// Keys with which a device can write to this phone.
    pub(crate) async fn bundle(&self) -> Result<PreKeyBundle> {
        self.signal.lock().await.bundle()
    }

    fn server(&self) -> Result<Arc<Server>> {
        self.server.upgrade().context("the stand-in has stopped")
    }

    /// The same for what the holder does, which takes a phone that is online.
    pub(crate) fn reaches_server(&self) -> Result<Arc<Server>, PhoneError> {
        self.needs_network()?;
        Ok(self.server()?)
    }

    /// An action that broke half-way must not break all later ones, so poison is ignored.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn needs_network(&self) -> Result<(), PhoneError> {
        if self.state().is_online { Ok(()) } else { Err(PhoneError::Offline) }
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            name: String::new(),
            is_online: true,
            tells_reads: true,
            needs_passkey: false,
            is_hosted: false,
            picture: None,
            pictures_set: 0,
            login_failure: None,
            next_device: 1,
            devices: BTreeMap::new(),
            prompt: None,
            kept: VecDeque::new(),
            activities: BTreeMap::new(),
            waiting: VecDeque::new(),
        }
    }
}
