//! What a page can show of a simulated phone, and why a phone's action did not work. Plain data.

use serde::Serialize;

/// One simulated phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PhoneView {
    /// Digits with country code, no `+`.
    pub number: String,
    pub profile_name: String,
    pub online: bool,
    /// The holder lets nobody know what was read.
    pub blocks_receipts: bool,
    /// A new link needs the account's passkey.
    pub needs_passkey: bool,
    /// Oldest first.
    pub linked_devices: Vec<DeviceView>,
    /// The question that the phone asks just now.
    pub prompt: Option<LinkPrompt>,
    /// How far the passkey has come that a link needs just now.
    pub passkey: Option<PasskeyPrompt>,
    /// The one with the newest message first.
    pub chats: Vec<ChatView>,
    /// Grows with every change; see [`super::Sandbox::watch`].
    pub version: u64,
}

/// A phone in the list of phones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PhoneSummary {
    pub number: String,
    pub profile_name: String,
    pub online: bool,
    pub linked_devices: usize,
    pub unread: usize,
    pub is_asked_to_link: bool,
}

/// An entry under "Linked devices".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceView {
    pub id: String,
    pub name: String,
    /// Milliseconds since 1970-01-01 UTC.
    pub linked_at_ms: i64,
}

/// "Link this device?"
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkPrompt {
    pub device_name: String,
    /// Milliseconds since 1970-01-01 UTC; then the question goes away.
    pub valid_until_ms: i64,
}

/// The account's passkey is needed to link a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PasskeyPrompt {
    pub device_name: String,
    pub step: PasskeyStep,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PasskeyStep {
    /// The passkey has to be given where the device is linked: what it would answer there, in JSON.
    Give { answer: String },
    /// To be compared with the code that is shown where the device is linked.
    Compare { code: String },
}

/// The messages with one other number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChatView {
    /// Digits with country code, no `+`.
    pub with: String,
    /// The other phone's profile name, while the sandbox knows that phone.
    pub name: Option<String>,
    pub unread: usize,
    /// Oldest first.
    pub messages: Vec<MessageView>,
}

/// One message as this phone shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageView {
    /// WhatsApp's id; both phones show the same one.
    pub id: String,
    pub body: String,
    /// Milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// True when this account wrote it.
    pub outgoing: bool,
    /// The linked device that wrote it for this account; `None` when the phone did, or when it came in.
    pub sent_by_device: Option<String>,
    pub state: MessageState,
}

/// How far a message got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    Sent,
    Delivered,
    Read,
    /// WhatsApp took it and refused it afterwards.
    Failed,
}

/// Why an action on a simulated phone did not work, in words for its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneError {
    #[error("Enter a number with its country code: 7 to 15 digits.")]
    BadNumber,
    #[error("This number has no WhatsApp account in the sandbox.")]
    NotOnWhatsapp,
    #[error("The sandbox has no phone with this number yet.")]
    NoSuchPhone,
    #[error("The sandbox holds as many phones as it can. Unlink one that is no longer needed.")]
    SandboxFull,
    #[error("This phone is offline. Bring it online first.")]
    Offline,
    #[error("A code has 8 letters and digits.")]
    CodeShape,
    #[error("Nobody is waiting for this code. Ask for a new one.")]
    NoSuchCode,
    #[error("That code is not right. A new one is shown now.")]
    WrongCode,
    #[error("This code has expired. Ask for a new one.")]
    CodeExpired,
    #[error("Too many wrong codes. Start linking again.")]
    TooManyAttempts,
    #[error("This QR code is no longer valid. Scan the one that is shown now.")]
    QrStale,
    #[error("This is not a QR code for linking a device.")]
    QrUnknown,
    #[error("Answer the question on this phone first.")]
    AnswerFirst,
    #[error("Another phone is being asked about this device.")]
    AlreadyAsked,
    #[error("This phone is not being asked to link a device.")]
    NoPrompt,
    #[error("The device was to be linked to another number. Nothing was linked.")]
    WrongNumber,
    #[error("This phone has four linked devices, and no more are allowed. Unlink one first.")]
    DeviceLimit,
    #[error("This phone has no such linked device.")]
    NoSuchDevice,
    #[error("This phone has no such chat.")]
    NoSuchChat,
    #[error("Write 1 to 4,096 characters.")]
    BadText,
    #[error("The recipient does not accept this message.")]
    Refused,
    #[error("WhatsApp wants a pause before the next message.")]
    Throttled,
}
