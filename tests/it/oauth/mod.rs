//! Apps ask, people answer, tokens follow each other and end.

mod actors;
mod approving;
mod authorizing;
mod consenting;
mod ending;
mod exchanging;
mod refreshing;
mod surroundings;
mod tokens;
