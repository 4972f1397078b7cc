//! The ground floor. It knows no room and can be read first, and alone.

pub mod clock;
pub mod computing;
pub mod db;
pub mod env;
pub mod id;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod outbound;
pub mod random;
pub mod seal;
pub mod secret;
pub mod telemetry;
pub mod web;

pub use clock::{Clock, Timestamp};
pub use env::Env;
pub use random::Random;
