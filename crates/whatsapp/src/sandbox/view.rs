//! What a page can show of a simulated phone, and why a phone's action did not work. Plain data.

use crate::{Activity, Content, Group};

/// One simulated phone.
#[derive(Debug, Clone, PartialEq)]
pub struct PhoneView {
    /// Digits with country code, no `+`.
    pub number: String,
    pub profile_name: String,
    pub online: bool,
    /// The holder lets nobody know what was read.
    pub blocks_receipts: bool,
    /// Where the picture of its account is, if it has one.
    pub picture_url: Option<String>,
    /// The groups that it is in.
    pub groups: Vec<Group>,
    /// Oldest first.
    pub linked_devices: Vec<DeviceView>,
    /// The question that the phone asks just now.
    pub prompt: Option<LinkPrompt>,
    /// The one with the newest message first.
    pub chats: Vec<ChatView>,
    /// Grows with every change; see [`super::Sandbox::watch`].
    pub version: u64,
}

/// A phone in the list of phones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneSummary {
    pub number: String,
    pub profile_name: String,
    pub online: bool,
    pub linked_devices: usize,
    pub unread: usize,
    pub is_asked_to_link: bool,
}

/// An entry under "Linked devices".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceView {
    pub id: String,
    pub name: String,
    /// Milliseconds since 1970-01-01 UTC.
    pub linked_at_ms: i64,
}

/// "Link this device?"
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkPrompt {
    pub device_name: String,
    /// Milliseconds since 1970-01-01 UTC; then the question goes away.
    pub valid_until_ms: i64,
}

/// The messages with one other number, or in one group.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatView {
    /// Digits with country code, no `+`; or the id of a group, as [`crate::Chat`] writes it.
    pub with: String,
    pub is_group: bool,
    /// The other phone's profile name or the group's subject, while the sandbox knows it.
    pub name: Option<String>,
    pub unread: usize,
    /// What the other side is doing just now.
    pub activity: Option<Activity>,
    /// Oldest first.
    pub messages: Vec<MessageView>,
}

/// One message as this phone shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageView {
    /// WhatsApp's id; both phones show the same one.
    pub id: String,
    /// Who wrote it (digits).
    pub from: String,
    /// The writer's profile name, while the sandbox knows their phone.
    pub from_name: Option<String>,
    /// An empty text once it is deleted.
    pub content: Content,
    /// Its words ([`Content::words`]); empty when it has none.
    pub body: String,
    /// The id of the message that it answers, which need not be here any more.
    pub reply_to: Option<String>,
    /// Of a poll: its options in order, and who chose them.
    pub tally: Vec<TallyView>,
    pub is_edited: bool,
    pub is_deleted: bool,
    /// Milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// True when this account wrote it.
    pub outgoing: bool,
    /// The linked device that wrote it for this account; `None` when the phone did, or when it came in.
    pub sent_by_device: Option<String>,
    pub state: MessageState,
}

/// An option of a poll, and who chose it (digits).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TallyView {
    pub option: String,
    pub voters: Vec<String>,
}

/// How far a message got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageState {
    Sent,
    Delivered,
    Read,
    /// WhatsApp took it and refused it afterwards.
    Failed,
}

/// Why an action on a simulated phone did not work, in words for its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
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
    #[error("This message is incomplete, or a part of it is too long or too large.")]
    BadMessage,
    #[error("This phone has no such message.")]
    NoSuchMessage,
    #[error("Only who wrote a message can change it.")]
    NotYours,
    #[error("It is too late to change this message.")]
    TooLate,
    #[error("This message has no words to change.")]
    NoWords,
    #[error("Choose among the options of the poll, and no more of them than it allows.")]
    BadVote,
    #[error("This phone is in no such group.")]
    NoSuchGroup,
    #[error("A group has a subject of 1 to 100 characters, and 2 to 32 members.")]
    BadGroup,
    #[error("Enter an address that begins with https:// or http://.")]
    BadPicture,
    #[error("Enter a name of 1 to 255 characters.")]
    BadName,
    #[error("The recipient does not accept this message.")]
    Refused,
    #[error("WhatsApp wants a pause before the next message.")]
    Throttled,
}
