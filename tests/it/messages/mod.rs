//! Messages, out and in: taking them, the queue, receipts, lists, the page, and what the API says of itself.

pub mod actors;
mod fetching;
mod idempotency;
mod inbox;
mod kinds;
mod media;
mod openapi;
mod page;
mod privacy;
mod queue;
mod reading;
mod sandbox;
mod sending;
