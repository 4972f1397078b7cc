//! A stand-in for WhatsApp's chat server and for people's phones, on loopback.
//!
//! [`StandIn`] listens on 127.0.0.1 and speaks the protocol of WhatsApp's chat servers: WebSocket, Noise, binary XML, Signal.
//! The unmodified client `whatsapp-rust` 0.7.0 links, logs in, sends and receives against it. A [`Phone`] plays a person's
//! phone: it scans QR codes, gets codes typed into it, asks "Link this device?", lists and removes devices, writes and reads.
//!
//! What it knows was read out of the client and tried with it. A green test says that client and stand-in agree, not that
//! WhatsApp still behaves so; see the README.
//!
//! Inside: `noise` and `wire` are the two lowest layers, `signal` is one phone's end-to-end encryption, `server` holds
//! accounts, connections and routing, `phone` is what holders do, `device` is what both know of a linked device.

mod device;
mod media;
mod nature;
mod noise;
mod phone;
mod server;
mod settings;
mod signal;
mod wire;

pub use media::MediaHost;
pub use noise::Pattern;
pub use phone::{LinkedDevice, Phone, PhoneError, Prompt, Received, ShownMessage, ShownText};
pub use server::{LinkRequestView, StandIn};
pub use settings::{DEVICES_PER_PHONE, LoginFailure, Settings, TRIES_PER_CODE};
