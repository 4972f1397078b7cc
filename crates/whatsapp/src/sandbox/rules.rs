//! What the simulated WhatsApp allows: numbers, codes, lifetimes, limits and magic recipients. No state, no waiting.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::view::PhoneError;
use crate::{Chat, LinkFailure};

/// The characters of a code, as WhatsApp draws them: no `0`, `I`, `O` or `U`, which people misread.
pub const CODE_ALPHABET: &[u8; 32] = b"123456789ABCDEFGHJKLMNPQRSTVWXYZ";
/// Characters in a code.
pub const CODE_LENGTH: usize = 8;
/// How long a code may be typed, in milliseconds.
pub const CODE_LIFETIME_MS: i64 = 150_000;
/// Wrong codes that may be typed in one linking; each is answered with a new code, the last one ends it.
pub const WRONG_CODES: u32 = 3;
/// Codes that may be asked for one number within [`CODE_WINDOW_MS`].
pub const CODES_PER_WINDOW: usize = 5;
/// The span, in milliseconds, in which [`CODES_PER_WINDOW`] counts.
pub const CODE_WINDOW_MS: i64 = 600_000;
/// How long one QR code may be scanned, in milliseconds; then the next one comes.
pub const QR_LIFETIME_MS: i64 = 20_000;
/// How long QR codes go on coming after linking started or a code was asked for, in milliseconds.
pub const QR_WINDOW_MS: i64 = 160_000;
/// How long the phone's question "Link this device?" waits for an answer, in milliseconds.
pub const PROMPT_LIFETIME_MS: i64 = 60_000;
/// Devices that a phone may have linked at once.
pub const DEVICES_PER_PHONE: usize = 4;
/// Simulated phones. Beyond it the one that was idle longest and has nothing linked is forgotten.
pub const MAX_PHONES: usize = 500;
/// Messages that one phone remembers; the oldest go first, even those that wait for the phone to come online.
pub const HISTORY_PER_PHONE: usize = 200;
/// Bytes of all files in all chats; beyond it the oldest files are gone. No file may be larger.
pub const MAX_FILES_BYTES: usize = 64 * 1024 * 1024;
/// Groups. Beyond it the one that was idle longest is forgotten.
pub const MAX_GROUPS: usize = 100;
/// Members of a group, its maker among them; at least two.
pub const MAX_MEMBERS: usize = 32;
/// Characters in the subject of a group.
pub const MAX_SUBJECT_CHARS: usize = 100;
/// Characters in the address of a picture.
pub const MAX_PICTURE_URL_CHARS: usize = 2_048;
/// How long a message may be edited, in milliseconds.
pub const EDIT_WINDOW_MS: i64 = 15 * 60 * 1_000;
/// How long a message may be deleted for everyone, in milliseconds.
pub const DELETE_WINDOW_MS: i64 = 60 * 60 * 60 * 1_000;
/// How long a phone shows that somebody types or records, in milliseconds.
pub const ACTIVITY_LIFETIME_MS: i64 = 25_000;
/// Events that wait for a session that is closed or does not read; beyond it the oldest message or receipt is dropped. Also
/// changes to messages that wait for a phone to come online.
pub const MAX_WAITING_EVENTS: usize = 1_000;
/// Messages that a device knows by the ids that its session gave them; also removed devices, and dead codes, remembered.
pub const MAX_REMEMBERED: usize = 1_000;

/// What happens to a message for a number, or to the linking of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Delivered when the phone is online, read when the phone's holder reads it.
    Ordinary,
    /// The number has no account: [`crate::SendFailure::NotOnWhatsapp`], [`LinkFailure::CodeRefused`].
    NotOnWhatsapp,
    /// The message is not taken: [`crate::SendFailure::Refused`].
    Refused,
    /// The message is not taken now: [`crate::SendFailure::Throttled`].
    Throttled,
    /// Delivered, and no read receipt ever comes.
    NeverRead,
    /// Taken, and then [`crate::Event::Failed`] with [`crate::SendFailure::Refused`].
    FailsLater,
    /// Ordinary for a message; linking it ends in [`LinkFailure::Network`].
    OutOfReach,
    /// Ordinary for a message; its phone has [`DEVICES_PER_PHONE`] devices when somebody first links it.
    FullOfDevices,
}

/// A recipient whose last digits decide what happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MagicRecipient {
    /// The last digits of the number.
    pub suffix: &'static str,
    pub outcome: Outcome,
    /// One sentence for people.
    pub meaning: &'static str,
}

/// Every magic recipient of the sandbox: the one list for pages, documentation and tests.
///
/// | number ends in | what a sender sees |
/// |---|---|
/// | `0000` | [`crate::SendFailure::NotOnWhatsapp`]; linking it ends in [`LinkFailure::CodeRefused`] |
/// | `0001` | [`crate::SendFailure::Refused`] |
/// | `0002` | [`crate::SendFailure::Throttled`] |
/// | `0003` | delivered, never read |
/// | `0004` | taken, then [`crate::Event::Failed`] |
/// | `0005` | nothing out of the ordinary; linking it ends in [`LinkFailure::Network`] |
/// | `0006` | nothing out of the ordinary; its phone refuses to link until a device is removed |
pub const MAGIC_RECIPIENTS: &[MagicRecipient] = &[
    MagicRecipient { suffix: "0000", outcome: Outcome::NotOnWhatsapp, meaning: "The number has no WhatsApp account." },
    MagicRecipient { suffix: "0001", outcome: Outcome::Refused, meaning: "The recipient does not accept messages." },
    MagicRecipient { suffix: "0002", outcome: Outcome::Throttled, meaning: "WhatsApp wants a pause: send it later." },
    MagicRecipient { suffix: "0003", outcome: Outcome::NeverRead, meaning: "Delivered, but never read." },
    MagicRecipient { suffix: "0004", outcome: Outcome::FailsLater, meaning: "Taken by WhatsApp, then refused." },
    MagicRecipient { suffix: "0005", outcome: Outcome::OutOfReach, meaning: "Linking it fails: no connection." },
    MagicRecipient { suffix: "0006", outcome: Outcome::FullOfDevices, meaning: "Its phone has four linked devices." },
];

/// What happens to `number` (digits). What cannot be a number has no account.
#[must_use]
pub fn outcome_for(number: &str) -> Outcome {
    if !is_plausible(number) {
        return Outcome::NotOnWhatsapp;
    }
    MAGIC_RECIPIENTS
        .iter()
        .find(|magic| number.ends_with(magic.suffix))
        .map_or(Outcome::Ordinary, |magic| magic.outcome)
}

/// Whether linking `number` can begin at all.
pub(super) fn linkable(number: &str) -> Result<(), LinkFailure> {
    match outcome_for(number) {
        Outcome::NotOnWhatsapp => Err(LinkFailure::CodeRefused),
        Outcome::OutOfReach => Err(LinkFailure::Network),
        _ => Ok(()),
    }
}

/// Whether WhatsApp takes a message for `number`, and what becomes of it then.
pub(super) fn taken(number: &str) -> Result<Outcome, PhoneError> {
    match outcome_for(number) {
        Outcome::NotOnWhatsapp => Err(PhoneError::NotOnWhatsapp),
        Outcome::Refused => Err(PhoneError::Refused),
        Outcome::Throttled => Err(PhoneError::Throttled),
        outcome => Ok(outcome),
    }
}

/// Whether `number` is 7 to 15 digits (E.164) that do not begin with 0.
#[must_use]
pub fn is_plausible(number: &str) -> bool {
    (7..=15).contains(&number.len()) && !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// The digits of a number as people write it: `+49 (170) 123-4567` becomes `491701234567`.
#[must_use]
pub fn digits_of(written: &str) -> String {
    written.chars().filter(|c| !matches!(c, '+' | '-' | '(' | ')' | '.') && !c.is_whitespace()).collect()
}

/// A chat as people and addresses of pages write it: a number, or the id of a group with `@g.us`.
#[must_use]
pub fn chat_of(written: &str) -> Chat {
    match written.trim().parse() {
        Ok(group @ Chat::Group(_)) => group,
        _ => Chat::Person(digits_of(written)),
    }
}

/// A code from 40 random bits. 32 characters take 5 bits each, so every code is equally likely.
#[must_use]
pub fn code_from_random(random: [u8; 5]) -> String {
    let bits = random.iter().fold(0u64, |bits, byte| (bits << 8) | u64::from(*byte));
    (0..CODE_LENGTH)
        .rev()
        .filter_map(|place| CODE_ALPHABET.get(((bits >> (5 * place)) & 31) as usize))
        .map(|byte| char::from(*byte))
        .collect()
}

/// What a person typed, as a code: upper case, without dash or spaces. `None` when it cannot be one.
pub(super) fn read_code(typed: &str) -> Option<String> {
    let code: String =
        typed.chars().filter(|c| *c != '-' && !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    (code.len() == CODE_LENGTH && code.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(code)
}

/// The part of a QR payload that stays while one linking lasts: three public values, and the client type.
pub(super) fn qr_keys(random: &[u8; 96]) -> String {
    let mut keys: Vec<String> = random.chunks(32).map(|key| BASE64.encode(key)).collect();
    keys.push("1".to_owned());
    keys.join(",")
}

/// A QR payload as WhatsApp builds it: `ref,key,key,secret,1`.
pub(super) fn qr_payload(reference: &[u8; 24], keys: &str) -> String {
    format!("2@{},{keys}", BASE64.encode(reference))
}

/// Milliseconds until the next code may be asked for, when the window's codes are used up.
pub(super) fn pause_before_code(asked_at_ms: impl Iterator<Item = i64>, now_ms: i64) -> Option<i64> {
    let recent: Vec<i64> = asked_at_ms.filter(|at| now_ms - at < CODE_WINDOW_MS).collect();
    let nth_last = recent.len().checked_sub(CODES_PER_WINDOW)?;
    recent.get(nth_last).map(|at| at + CODE_WINDOW_MS - now_ms)
}

/// An id of a group in the shape of WhatsApp's own.
pub(super) fn group_id(random: [u8; 8]) -> String {
    format!("120363{:012}", u64::from_le_bytes(random) % 1_000_000_000_000)
}

/// An address under which a page can show a picture.
pub(super) fn is_picture_url(url: &str) -> bool {
    let is_web = ["https://", "http://"].iter().any(|scheme| url.len() > scheme.len() && url.starts_with(scheme));
    is_web && url.len() <= MAX_PICTURE_URL_CHARS && url.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
