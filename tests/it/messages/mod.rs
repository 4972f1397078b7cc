//! Messages, out and in: taking them, the queue, receipts, lists, the page, and what the API says of itself.

pub mod actors;
mod captions;
mod changing;
mod elsewhere;
mod fetching;
mod idempotency;
mod inbox;
mod kinds;
mod media;
mod openapi;
mod page;
pub mod privacy;
mod queue;
mod racing;
mod reading;
mod sandbox;
mod sending;
mod simulated;
