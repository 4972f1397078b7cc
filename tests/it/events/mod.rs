//! What happened is told in its order, to whoever may hear of it.

mod catalogue;
mod delivering;
mod feed;
mod killed;
mod listening;
mod live;
mod managing;
mod plans;
mod portal;
mod portal_tries;
pub mod receiver;
pub mod schema;
mod stopping;
mod stream;
pub mod telling;
