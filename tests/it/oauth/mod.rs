//! Apps ask, people answer, tokens follow each other and end.

mod activity;
pub mod actors;
mod amending;
mod approving;
mod authorizing;
mod calling;
mod consenting;
mod deciding;
mod discovering;
mod ending;
mod exchanging;
mod listing;
mod refreshing;
pub mod surroundings;
pub mod tokens;
mod wishing;
