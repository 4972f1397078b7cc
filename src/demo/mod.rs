//! The demo: a complete server with everything simulated that lies outside it, and the story that shows what it does.

mod acme;
mod pages;
mod seed;
mod start;
mod steps;
pub mod story;

pub use seed::{CUSTOMER_PHONE, CUSTOMER_PROFILE, OWNER_PHONE, OWNER_PROFILE};
pub use start::{Demo, start, start_on};
