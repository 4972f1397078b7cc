//! Asking for access, and a person's answer.

pub mod actors;
mod approving;
mod authorizing;
mod consenting;
mod surroundings;
