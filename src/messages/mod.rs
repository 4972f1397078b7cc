//! Messages of every kind, out and in, with their receipts, the files that they carry, the queue that sends them, and what
//! changes them afterwards.

mod api;
mod change;
mod change_api;
mod changes;
mod choose;
mod content;
mod fetch;
mod hand_over;
mod hearing;
mod inbox;
mod jobs;
mod list;
mod media;
mod message;
mod news;
mod outside;
mod pages;
mod parts;
mod patience;
mod queue;
mod request;
mod send;
mod store;
mod upload;
mod view;

pub use api::api_routes;
pub use change::ChangeRefusal;
pub use change_api::change_routes;
pub use changes::{ChangeError, Desk, delete, edit, mark_read};
pub use choose::NumberRefusal;
pub use content::{Attachment, Content, Kind};
pub use fetch::{FetchRefusal, Fetched, Files};
pub use inbox::Inbox;
pub use jobs::jobs;
pub use list::{Filter, ListError, ListRefusal, Listed, count_waiting, find, list, list_workspace};
pub use media::{FileName, Media, MimeType};
pub use message::{Body, BodyRefusal, Direction, Message, Origin, Reason, State};
pub use outside::{Grants, Line, Sender};
pub use pages::routes;
pub use request::{BadKey, IdempotencyKey, NewMessage, Wanted, WantedFile};
pub use send::{Accepted, SendError, SendRefusal, send};
pub use upload::{NewMedia, UploadError, UploadRefusal, upload};
