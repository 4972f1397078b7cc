//! Linked numbers: link attempts, the state machine, and the sessions that run them.

mod pages;

pub use pages::routes;
