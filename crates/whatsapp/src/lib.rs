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
mod passkey;
pub mod sandbox;

pub use connector::{
    Connector, Event, Halt, KeyChange, KeyStore, LinkFailure, OutgoingText, PasskeyRefusal, SendFailure, Session,
    SessionError, Surroundings, Told, UnlinkReason,
};
