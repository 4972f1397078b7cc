//! What happened is told in its order, to whoever may hear of it.

mod feed;
mod stream;
pub mod telling;
