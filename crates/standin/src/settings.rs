//! What a test can turn, and what bounds the stand-in.

use std::time::Duration;

/// Devices that a phone may have linked at once.
pub const DEVICES_PER_PHONE: usize = 4;
/// Wrong codes that may be typed before the request for the link is dropped.
pub const TRIES_PER_CODE: u32 = 3;
/// How long a code may be typed, in milliseconds of the surroundings' clock.
pub(crate) const CODE_LIFETIME_MS: i64 = 180_000;

/// Bytes of one frame. Clients send far less: an upload of 812 pre-keys is some 35,000.
pub(crate) const MAX_FRAME_BYTES: usize = 4 << 20;
/// Stanzas that wait to be written to one connection; a client that does not read is dropped.
pub(crate) const MAX_OUTGOING: usize = 4_096;
/// Messages and receipts that wait for one device, and messages that wait for one phone; the oldest go first.
pub(crate) const MAX_WAITING: usize = 2_000;
/// One-time keys kept of one device, the oldest go first.
pub(crate) const MAX_PRE_KEYS: usize = 4_000;
/// Messages that one phone remembers, and ids by which it recognises one that comes twice.
pub(crate) const MAX_REMEMBERED: usize = 10_000;
/// Entries of what the server has seen, for assertions.
pub(crate) const MAX_SEEN: usize = 10_000;

/// How long the other side has for an answer. Real time on purpose: it only ends tests that have gone wrong.
pub(crate) const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
/// The same where a person has to do something in between.
pub(crate) const PERSON_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a connection that was closed from here may still send, so that the last stanza is not lost with it.
pub(crate) const LINGER: Duration = Duration::from_secs(5);

/// Knobs of the server. Those of one phone are methods of [`crate::Phone`].
#[derive(Debug, Clone)]
pub struct Settings {
    /// QR references handed to a client that registers.
    pub qr_refs: usize,
    /// How long a code may be typed, in milliseconds of the surroundings' clock.
    pub code_lifetime_ms: i64,
    /// Refuse `companion_hello` with this code and text. The client only classifies pairs that it knows, such as
    /// `(429, "rate-overlimit")`.
    pub refuse_hello: Option<(u16, &'static str)>,
    /// Refuse every login.
    pub login_failure: Option<LoginFailure>,
    /// Hand out the app-state key at every login. A phone does so once, but a client without a push name waits up to 10 s
    /// for it after every login before it says that it is connected.
    pub shares_app_state_key: bool,
    /// Tell a device its account's name at every login. A phone does so by history sync and app state, which are missing here;
    /// the client tells the same event of all three (`SelfPushNameUpdated`).
    pub tells_name: bool,
    /// Ask the client for another code when the phone typed a wrong one; else it hears nothing.
    pub refresh_on_wrong_code: bool,
    /// Accept connections; else they are closed at once.
    pub is_reachable: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            qr_refs: 6,
            code_lifetime_ms: CODE_LIFETIME_MS,
            refuse_hello: None,
            login_failure: None,
            shares_app_state_key: true,
            tells_name: true,
            refresh_on_wrong_code: true,
            is_reachable: true,
        }
    }
}

/// `<failure reason=… …/>` instead of `<success/>`: 401, 403 and 406 log the client out, 402 is a ban, 405 says that the
/// client is too old, 500 and 503 pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginFailure {
    pub(crate) attributes: Vec<(&'static str, String)>,
}

impl LoginFailure {
    #[must_use]
    pub fn new(reason: u16) -> Self {
        Self { attributes: vec![("reason", reason.to_string())] }
    }

    /// A temporary ban: the client needs both, and `expire` is in seconds.
    #[must_use]
    pub fn ban(code: u16, expire_s: u64) -> Self {
        Self::new(402).with("code", code).with("expire", expire_s)
    }

    /// One more attribute, such as `message` or `url`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.attributes.push((name, value.to_string()));
        self
    }
}
