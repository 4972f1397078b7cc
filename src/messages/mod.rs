//! Texts, out and in, with their receipts, the queue that sends them, and what changes them afterwards.

mod api;
mod change;
mod change_api;
mod changes;
mod choose;
mod hearing;
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
pub use change::ChangeRefusal;
pub use change_api::change_routes;
pub use changes::{ChangeError, Desk, delete, edit, mark_read};
pub use choose::NumberRefusal;
pub use inbox::Inbox;
pub use jobs::jobs;
pub use list::{Filter, ListError, ListRefusal, Listed, count_waiting, find, list, list_workspace};
pub use message::{Body, BodyRefusal, Direction, Message, Origin, Reason, State};
pub use outside::{Grants, Line, Sender};
pub use pages::routes;
pub use request::{BadKey, IdempotencyKey, NewText};
pub use send::{Accepted, SendError, SendRefusal, send};
