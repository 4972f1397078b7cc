//! Acme CRM: a small third-party app on an origin of its own. It knows nothing of Grantline but its public endpoints.

mod client;
mod hooks;
mod pages;

pub use client::{Access, AcmeClient, ApiAnswer, Asked};
pub use hooks::{Inbox, Taken};
pub use pages::{EVENTS, routes};
