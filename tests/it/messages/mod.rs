//! Texts, out and in: taking them, the queue, receipts, lists, the page, and what the API says of itself.

pub mod actors;
mod idempotency;
mod inbox;
mod openapi;
mod page;
pub mod privacy;
mod queue;
mod reading;
mod sending;
