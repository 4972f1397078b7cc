//! Apps ask, people answer, tokens follow each other and end.

mod actors;
mod ending;
mod exchanging;
mod refreshing;
mod surroundings;
mod tokens;
