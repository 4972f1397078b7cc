//! What every page and every API answer shares.

mod assets;
mod browser;
mod form;
mod handle;
mod headers;
mod health;
mod json;
mod page;
mod problem;
mod query;
mod request;
mod serve;
mod storable;
mod stranger;
mod upload;
mod words;

pub use assets::asset_routes;
pub use browser::{Browser, no_session_cookie, no_wanted_cookie, remember_browser, session_cookie, wanted_cookie};
pub use form::{Form, FormRefusal, NoFields};
pub use handle::plain_handle;
pub use headers::secure_headers;
pub use health::health_routes;
pub use json::{Json, Object};
pub use page::{
    FieldError, FieldErrors, Notice, Page, Shell, StatusPage, Tone, initials, redirect, render_status_pages,
};
pub use problem::{Problem, ProblemBody, render_problems};
pub use query::Query;
pub use request::{ClientAddress, ClientIp, REQUEST_ID_HEADER, RequestId, assign_request_id};
pub use serve::{Bounds, serve};
pub use storable::{is_storable, refuse_unstorable};
pub use stranger::StrangersFile;
pub use upload::Upload;
pub use words::{Markup, Message, Words};
