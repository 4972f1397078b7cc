//! What only the sandbox promises.

mod bounds;
pub mod face;
mod messages;
