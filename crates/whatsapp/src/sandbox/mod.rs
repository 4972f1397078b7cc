//! A simulated WhatsApp with simulated phones, in memory. For trying things out, for demos and for tests.
//!
//! It has two faces. To the server it is a [`Connector`] like any other. To people it is a set of phones, each with its
//! linked devices and chats, and with the actions of its holder: typing a code, scanning a QR code, answering "Link this
//! device?", removing a device, writing, changing what was written, voting, reading, making groups, going offline.
//!
//! - A number that something is sent to, or that somebody links, gets a phone by itself; [`rules::MAGIC_RECIPIENTS`]
//!   lists the numbers that behave in their own way.
//! - All is forgotten when the program ends, but for one record a session in its [`KeyStore`]: with it the device is on
//!   its phone again when the session opens.
//! - Two open sessions with the same device record: the first gets [`crate::Event::Unlinked`] with
//!   [`crate::UnlinkReason::ReplacedElsewhere`], and the keys stay with the second. Two that are not linked do not know
//!   of each other; both may link, and the phone lists two devices.
//! - A session that reads no events never makes a phone wait: see [`rules::MAX_WAITING_EVENTS`].
//! - Files and groups are bounded too: see [`rules::MAX_FILES_BYTES`] and [`rules::MAX_GROUPS`].
//!
//! Inside: `rules` knows what is allowed, `world` holds everything behind one lock, `linking`, `post`, `receipts`, `changes`,
//! `groups` and `people` are what happens in it, `holder` is what a phone's holder can do, `session` is the only part that waits.

mod changes;
mod files;
mod groups;
mod holder;
mod linking;
mod people;
mod phone;
mod post;
mod receipts;
mod recent;
pub mod rules;
mod session;
mod showing;
mod view;
mod world;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::{mpsc, watch};

pub use view::{
    ChatView, DeviceView, LinkPrompt, MessageState, MessageView, PhoneError, PhoneSummary, PhoneView, TallyView,
};

use crate::{Connector, KeyStore, Session, SessionError, Surroundings, Told};
use linking::Draw;
use session::SandboxSession;
use world::World;

/// The simulated WhatsApp.
pub struct Sandbox {
    shared: Arc<Shared>,
}

/// What sessions and phones share.
struct Shared {
    surroundings: Arc<dyn Surroundings>,
    world: Mutex<World>,
}

impl Shared {
    /// Never held while waiting. An action that broke half-way must not break all later ones, so poison is ignored.
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An id in the shape of WhatsApp's own.
    fn message_id(&self) -> String {
        format!("3EB0{}", self.random_hex().to_uppercase())
    }

    fn draw(&self) -> Draw {
        let mut draw = Draw { code: [0; 5], reference: [0; 24], keys: [0; 96] };
        self.surroundings.fill_random(&mut draw.code);
        self.surroundings.fill_random(&mut draw.reference);
        self.surroundings.fill_random(&mut draw.keys);
        draw
    }

    fn random_hex(&self) -> String {
        let mut random = [0; 9];
        self.surroundings.fill_random(&mut random);
        rules::hex(&random)
    }
}

#[async_trait]
impl Connector for Sandbox {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    async fn open(
        &self,
        session_id: &str,
        keys: Arc<dyn KeyStore>,
        events: mpsc::Sender<Told>,
    ) -> Result<Arc<dyn Session>, SessionError> {
        tracing::debug!(session_id, "sandbox: opening a session");
        let session = SandboxSession::open(Arc::clone(&self.shared), keys, events).await?;
        Ok(Arc::new(session))
    }
}

/// What a page can see. Numbers may be written as people write them: `+49 170 1234567`.
impl Sandbox {
    #[must_use]
    pub fn new(surroundings: Arc<dyn Surroundings>) -> Arc<Self> {
        Arc::new(Self { shared: Arc::new(Shared { surroundings, world: Mutex::default() }) })
    }

    /// The phone with this number as it is now.
    #[must_use]
    pub fn phone(&self, number: &str) -> Option<PhoneView> {
        let now_ms = self.now_ms();
        self.shared.world().view(&rules::digits_of(number), now_ms)
    }

    /// All phones, by number: at most [`rules::MAX_PHONES`].
    #[must_use]
    pub fn phones(&self) -> Vec<PhoneSummary> {
        let now_ms = self.now_ms();
        self.shared.world().summaries(now_ms)
    }

    /// Adds a phone, or gives the one that is there this profile name.
    pub fn add_phone(&self, number: &str, profile_name: &str) -> Result<PhoneView, PhoneError> {
        let number = rules::digits_of(number);
        if !rules::is_plausible(&number) {
            return Err(PhoneError::BadNumber);
        }
        if rules::outcome_for(&number) == rules::Outcome::NotOnWhatsapp {
            return Err(PhoneError::NotOnWhatsapp);
        }
        let now_ms = self.now_ms();
        let mut world = self.shared.world();
        world.phone_or_new(&number, Some(profile_name), now_ms)?;
        world.rename(&number, profile_name)?;
        world.view(&number, now_ms).ok_or(PhoneError::NoSuchPhone)
    }

    /// A number that grows with every change of this phone, for pages and tests that wait for one. Ends (an error in
    /// the receiver) when the phone is forgotten, which does not happen while somebody watches it.
    #[must_use]
    pub fn watch(&self, number: &str) -> Option<watch::Receiver<u64>> {
        let world = self.shared.world();
        world.phones.get(&rules::digits_of(number)).map(|phone| phone.version.subscribe())
    }

    fn now_ms(&self) -> i64 {
        self.shared.surroundings.now_ms()
    }
}
