//! How a number reaches WhatsApp.
//!
//! One trait, [`Connector`], opens one [`Session`] per number; everything that WhatsApp has to tell about that number
//! arrives as an [`Event`] in the order in which it happened. This crate knows no user, no token and no HTTP request.
//!
//! - [`sandbox`]: a simulated WhatsApp with simulated phones. It says that it is one.
//! - `live`: WhatsApp itself, as a companion device (feature `live`).

mod connector;
#[cfg(feature = "live")]
pub mod live;
mod message;
pub mod sandbox;

pub use connector::{
    Connector, DownloadFailure, Event, Halt, KeyChange, KeyStore, LinkFailure, SendFailure, Session, SessionError,
    Surroundings, Told, UnlinkReason,
};
pub use message::{
    Activity, BadChat, Chat, Contact, Content, File, FileKind, Group, Location, MAX_CONTACT_PHONES, MAX_CONTACTS,
    MAX_NAME_CHARS, MAX_OPTION_CHARS, MAX_OPTIONS, MAX_QUESTION_CHARS, MAX_TEXT_CHARS, MessageRef, Outgoing, Picture,
    Poll, Quote,
};
