//! Acme CRM: a small third-party app on an origin of its own. It knows nothing of Grantline but its public endpoints.

mod client;
mod pages;

pub use client::{Access, AcmeClient, ApiAnswer, Asked};
pub use pages::routes;
