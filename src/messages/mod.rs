//! Texts, out and in, with their receipts, and the queue that sends them.

mod api;
mod choose;
mod inbox;
mod jobs;
mod list;
mod message;
mod news;
mod outside;
mod pages;
mod patience;
mod queue;
mod request;
mod send;
mod store;
mod view;

pub use api::api_routes;
pub use choose::NumberRefusal;
pub use inbox::Inbox;
pub use jobs::jobs;
pub use list::{Filter, ListError, ListRefusal, Listed, count_waiting, find, list, list_workspace};
pub use message::{Body, BodyRefusal, Direction, Message, Reason, State};
pub use outside::{Grants, Sender};
pub use pages::routes;
pub use request::{BadKey, IdempotencyKey, NewText};
pub use send::{Accepted, SendError, SendRefusal, send};
