//! The face that every way to WhatsApp shows to the server.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

use crate::message::{Activity, Chat, Content, Group, MessageRef, Outgoing, Picture};

/// Time, chance and waiting, given by the server so that a test can move the first and repeat the second.
#[async_trait]
pub trait Surroundings: Send + Sync + 'static {
    /// Milliseconds since 1970-01-01 UTC.
    fn now_ms(&self) -> i64;

    /// Fills `bytes` with unpredictable bytes.
    fn fill_random(&self, bytes: &mut [u8]);

    /// Returns once `now_ms()` is at least `at_ms`. Dropping the future ends the wait.
    async fn sleep_until(&self, at_ms: i64);
}

/// What a session must find again after a restart: values under a kind and a key. The server seals each value before it
/// stores it; kinds and keys stay readable.
#[async_trait]
pub trait KeyStore: Send + Sync + 'static {
    /// The value last put under `kind` and `key`, or nothing.
    async fn get(&self, kind: &str, key: &str) -> Result<Option<Vec<u8>>, SessionError>;

    /// Every `(key, value)` of a kind.
    async fn all(&self, kind: &str) -> Result<Vec<(String, Vec<u8>)>, SessionError>;

    /// The keys of a kind that begin with `prefix`, without opening what lies under them.
    async fn keys(&self, kind: &str, prefix: &str) -> Result<Vec<String>, SessionError>;

    /// Carries all of it out, in order and in one transaction.
    async fn apply(&self, changes: Vec<KeyChange>) -> Result<(), SessionError>;

    /// Deletes what was put under a kind with a moment up to and including `up_to_s`. How many there were.
    async fn sweep(&self, kind: &str, up_to_s: i64) -> Result<u32, SessionError>;

    /// Forgets everything of this session: after it the number must be linked anew.
    async fn forget(&self) -> Result<(), SessionError>;
}

/// A change to what a [`KeyStore`] holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyChange {
    /// `moment_s`, seconds since 1970, lets [`KeyStore::sweep`] find it; without one it stays until it is deleted.
    Put {
        kind: &'static str,
        key: String,
        value: Vec<u8>,
        moment_s: Option<i64>,
    },
    Delete {
        kind: &'static str,
        key: String,
    },
}

/// An event on its way to the server, which says when it has it for good.
#[derive(Debug)]
pub struct Told {
    pub event: Event,
    saved: Option<oneshot::Sender<()>>,
}

impl Told {
    /// An event that nobody waits for.
    #[must_use]
    pub fn new(event: Event) -> Self {
        Self { event, saved: None }
    }

    /// An event, and what ends well once it is saved. When that ends in an error instead, the event has to be told again.
    #[must_use]
    pub fn awaited(event: Event) -> (Self, oneshot::Receiver<()>) {
        let (saved, is_saved) = oneshot::channel();
        (Self { event, saved: Some(saved) }, is_saved)
    }

    /// Whatever the event says is safe now. One that is dropped without this is told again, at the latest when the session
    /// opens the next time.
    pub fn is_saved(self) {
        if let Some(saved) = self.saved {
            // Nobody waits any more: the session was closed, and tells it again when it opens.
            let _ = saved.send(());
        }
    }
}

/// A way to WhatsApp. It opens sessions; it holds no opinion on who may.
#[async_trait]
pub trait Connector: Send + Sync + 'static {
    /// Its name in the database and on pages: `sandbox`, `live` or `cloud`.
    fn name(&self) -> &'static str;

    /// Opens the session of one number. If `keys` holds a link it reconnects and sends [`Event::Connected`] (or
    /// [`Event::Unlinked`], when the phone ended the link meanwhile); else it waits for [`Session::start_linking`].
    ///
    /// `session_id` is stable for a number over restarts. Two open sessions of one id are a fault of the caller.
    async fn open(
        &self,
        session_id: &str,
        keys: Arc<dyn KeyStore>,
        events: mpsc::Sender<Told>,
    ) -> Result<Arc<dyn Session>, SessionError>;
}

/// One number's connection. What a connector has no way to do it need not write: such a call fails with
/// [`SendFailure::Unsupported`].
#[async_trait]
pub trait Session: Send + Sync + 'static {
    /// Starts linking the WhatsApp account of `phone` (digits with country code, no `+`): QR codes begin to come as
    /// [`Event::QrCode`] and a first code as [`Event::LinkCode`]. `device_name` is what the phone will list under
    /// "Linked devices". Ends in [`Event::Linked`] or [`Event::LinkFailed`]. What the holder of the phone does that leads to
    /// no link, such as pressing "Cancel", is not told: linking goes on until it expires. Called while linking is under way, it starts over without an event.
    ///
    /// Fails with [`SessionError::AlreadyLinked`], or [`SessionError::TooManyCodes`] since it asks for a code.
    async fn start_linking(&self, phone: &str, device_name: &str) -> Result<(), SessionError>;

    /// Asks for a new code; the one before it is dead from this call on. QR codes go on unchanged, and for longer; when
    /// they had run out they begin again. A call that fails with [`SessionError::TooManyCodes`] changes nothing. Once the
    /// passkey is asked for there is nothing left to type: it fails with [`SessionError::NotLinking`].
    async fn request_code(&self) -> Result<(), SessionError>;

    /// Answers [`Event::PasskeyAsked`] with the assertion that a browser gave, as JSON in base64url. [`Event::PasskeyCode`]
    /// follows. A refusal loses nothing: one can try again until the time is over.
    async fn answer_passkey(&self, assertion_json: &str) -> Result<(), PasskeyRefusal>;

    /// Somebody compared the code of [`Event::PasskeyCode`] with the one on the phone, and they are the same. When they are
    /// not, linking is stopped by [`Session::log_out`]. [`PasskeyRefusal::NotTaken`] ends linking:
    /// [`LinkFailure::PasskeyFailed`] follows.
    async fn confirm_passkey(&self) -> Result<(), PasskeyRefusal>;

    /// Hands a message to WhatsApp. `Ok` means that WhatsApp took it; receipts follow as events. Handing over the same
    /// [`Outgoing::id`] twice delivers one message.
    async fn send(&self, message: Outgoing) -> Result<(), SendFailure>;

    /// Puts other words in place of those of a text or a caption that was sent with this id. Phones show that it was
    /// edited; WhatsApp takes it for some 15 minutes.
    async fn edit(&self, _chat: &Chat, _id: &str, _body: &str) -> Result<(), SendFailure> {
        Err(SendFailure::Unsupported)
    }

    /// Takes back for everyone what was sent with this id. WhatsApp takes it for some two days.
    async fn delete(&self, _chat: &Chat, _id: &str) -> Result<(), SendFailure> {
        Err(SendFailure::Unsupported)
    }

    /// Tells who wrote them that messages were read. `wa_ids` are WhatsApp's, all of messages that `from` (digits) wrote
    /// in this chat.
    async fn mark_read(&self, _chat: &Chat, _from: &str, _wa_ids: &[String]) -> Result<(), SendFailure> {
        Err(SendFailure::Unsupported)
    }

    /// Shows in a chat what this side is doing. Phones forget it after some seconds.
    async fn show(&self, _chat: &Chat, _activity: Activity) -> Result<(), SendFailure> {
        Err(SendFailure::Unsupported)
    }

    /// The bytes of a file that came in, or went out from the account's own phone, by WhatsApp's id of its message.
    async fn download(&self, _wa_id: &str) -> Result<Vec<u8>, DownloadFailure> {
        Err(SendFailure::Unsupported.into())
    }

    /// Which of these numbers (digits) have a WhatsApp account, in the same order.
    async fn are_on_whatsapp(&self, _phones: &[String]) -> Result<Vec<bool>, SendFailure> {
        Err(SendFailure::Unsupported)
    }

    /// The picture of a person or a group; nothing when there is none, or none that this account may see.
    async fn picture(&self, _of: &Chat) -> Result<Option<Picture>, SendFailure> {
        Err(SendFailure::Unsupported)
    }

    /// The groups that the account is in.
    async fn groups(&self) -> Result<Vec<Group>, SendFailure> {
        Err(SendFailure::Unsupported)
    }

    /// Ends the link from our side: the phone no longer lists this device and the keys are forgotten. Linking that is under
    /// way is stopped: its code is dead. No event follows, and the session can link anew.
    async fn log_out(&self) -> Result<(), SessionError>;

    /// Closes the connection and keeps the link. Returns when no further event will come and no key is being written.
    /// Later calls on this session fail with `Network`.
    async fn close(&self);
}

/// What WhatsApp tells about one number, in the order in which it happened. A message is told at least once: until the
/// server says that it [`Told::is_saved`], it comes again when the session opens the next time. So does a receipt of the sandbox;
/// the live WhatsApp tells receipts once.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A code to type on the phone: 8 characters of `123456789ABCDEFGHJKLMNPQRSTVWXYZ`, no dash.
    LinkCode {
        code: String,
        valid_until_ms: i64,
    },
    /// What the QR code must hold. Each replaces the one before it; none touches the code.
    QrCode {
        payload: String,
        valid_until_ms: i64,
    },
    /// A code was typed that the phone could not use, and the code that was shown is dead. Another one follows, or, when there
    /// were too many, [`Event::LinkFailed`] with [`LinkFailure::TooManyAttempts`].
    WrongCode,
    /// The phone accepted, and WhatsApp wants the account's passkey, which its holder can use on `web.whatsapp.com` alone:
    /// `options_json` is what a browser's `navigator.credentials.get` takes, in JSON (WebAuthn). There are no more codes and
    /// QR codes. [`Session::answer_passkey`] is awaited until then.
    PasskeyAsked {
        options_json: String,
        valid_until_ms: i64,
    },
    /// The passkey was taken. The phone shows a code, too, and somebody has to compare the two until then, because whoever sits
    /// between could only make them differ: 8 characters, no dash. [`Session::confirm_passkey`] is awaited.
    PasskeyCode {
        code: String,
        valid_until_ms: i64,
    },
    /// The phone accepted; keys are being exchanged.
    Confirming,
    /// Linked: the account's own number (digits), the name it shows, and the device name that the phone lists.
    Linked {
        phone: String,
        profile_name: String,
        device_name: String,
    },
    LinkFailed {
        reason: LinkFailure,
    },
    /// Logged in and ready to send.
    Connected,
    /// The connection was lost; the connector is trying again by itself.
    Disconnected,
    /// The link stands, and WhatsApp lets this session in no more for now. The connector tries again, seldom.
    Halted {
        reason: Halt,
    },
    /// The link is over; the keys are forgotten, except after [`UnlinkReason::ReplacedElsewhere`].
    Unlinked {
        reason: UnlinkReason,
    },
    /// A message of ours reached the recipient's phone.
    Delivered {
        id: String,
        at_ms: i64,
    },
    /// A message of ours was read.
    Read {
        id: String,
        at_ms: i64,
    },
    /// A message of ours that WhatsApp had taken was refused afterwards.
    Failed {
        id: String,
        reason: SendFailure,
    },
    /// A message from `from` (digits); `id` is WhatsApp's.
    Received {
        id: String,
        chat: Chat,
        from: String,
        content: Content,
        reply_to: Option<MessageRef>,
        at_ms: i64,
    },
    /// A message that the account's holder wrote on the phone, or on another device of theirs; `id` is WhatsApp's.
    SentElsewhere {
        id: String,
        chat: Chat,
        content: Content,
        reply_to: Option<MessageRef>,
        at_ms: i64,
    },
    /// Whoever wrote a message changed its text or its caption.
    Edited {
        message: MessageRef,
        body: String,
        at_ms: i64,
    },
    /// Whoever wrote a message took it back.
    Deleted {
        message: MessageRef,
        at_ms: i64,
    },
    /// Somebody's whole choice in a poll; it takes the place of what they chose before. Empty when they took it back.
    Voted {
        poll: MessageRef,
        from: String,
        options: Vec<String>,
        at_ms: i64,
    },
    /// The account shows another name.
    Renamed {
        profile_name: String,
    },
}

/// Why linking ended without a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkFailure {
    /// Nobody typed a code or scanned a QR code in time.
    Expired,
    /// Too many wrong codes, or too many codes asked for; WhatsApp wants a pause.
    TooManyAttempts,
    /// WhatsApp wanted the account's passkey, and nobody gave it, or nobody compared the codes, in time.
    PasskeyNeeded,
    /// The passkey was given, and WhatsApp and we did not come to an end with it.
    PasskeyFailed,
    /// A kind of account that this version cannot link: business accounts that are on the Cloud API too.
    Unsupported,
    /// WhatsApp gave no code for this number: it has no account, or too many codes were asked for it. It does not say which.
    CodeRefused,
    /// Another account than the expected one confirmed. The link was undone.
    WrongPhone,
    /// The connection to WhatsApp broke.
    Network,
}

/// Why WhatsApp does not let a linked session in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Halt {
    /// The account is suspended for a time; the phone says until when.
    Banned,
    /// This program's version of WhatsApp Web is too old.
    Outdated,
    /// WhatsApp does not say why.
    Refused,
}

/// Why a link that stood is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnlinkReason {
    /// Somebody removed this device on the phone.
    UnlinkedOnPhone,
    /// WhatsApp ended this session because another one connected with the same keys. The keys are not forgotten: they
    /// belong to the other session now, perhaps on another machine. This session can only be closed.
    ReplacedElsewhere,
    /// WhatsApp blocked the account.
    Blocked,
}

/// Why a message was not taken or not delivered, or another call not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendFailure {
    #[error("the number is not linked")]
    NotLinked,
    #[error("the recipient has no WhatsApp account")]
    NotOnWhatsapp,
    #[error("the recipient does not accept this message")]
    Refused,
    #[error("WhatsApp wants a pause before the next message")]
    Throttled,
    #[error("the connection to WhatsApp broke; it is safe to try again")]
    Network,
    #[error("this way to WhatsApp cannot do that")]
    Unsupported,
}

/// Why the bytes of a file could not be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DownloadFailure {
    #[error("WhatsApp no longer has the file, or never had it")]
    Gone,
    #[error(transparent)]
    Call(#[from] SendFailure),
}

/// Why a step of giving the passkey was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyRefusal {
    #[error("WhatsApp does not wait for this now")]
    NotAsked,
    #[error("this is not what a passkey answers")]
    NotAnAssertion,
    #[error("this answers another question than the one that WhatsApp asked")]
    AnotherChallenge,
    #[error("WhatsApp did not take it")]
    NotTaken,
}

/// A call that the session could not carry out.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error("the number is already linked")]
    AlreadyLinked,
    #[error("no linking is under way")]
    NotLinking,
    #[error("WhatsApp wants a pause before the next code")]
    TooManyCodes { retry_after_ms: i64 },
    #[error("the connection to WhatsApp broke: {0}")]
    Network(String),
    #[error("the session's keys could not be read or written; it is safe to try again: {0}")]
    Storage(String),
    #[error("the session's keys cannot be used any more: {0}")]
    Damaged(String),
}
