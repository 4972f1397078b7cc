//! Apps ask, people answer, tokens follow each other and end.

mod activity;
pub mod actors;
mod approving;
mod authorizing;
mod calling;
mod consenting;
mod discovering;
mod ending;
mod exchanging;
mod refreshing;
pub mod surroundings;
pub mod tokens;
