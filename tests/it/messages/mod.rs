//! Texts, out and in: taking them, the queue, receipts, lists, the page, and what the API says of itself.

pub mod actors;
mod changing;
mod elsewhere;
mod idempotency;
mod inbox;
mod openapi;
mod page;
mod privacy;
mod queue;
mod racing;
mod reading;
mod sending;
mod simulated;
