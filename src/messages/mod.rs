//! Texts, out and in, with their receipts, and the queue that sends them.

mod pages;

pub use pages::routes;
