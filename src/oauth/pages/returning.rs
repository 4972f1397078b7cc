//! Back to the app. Browsers apply `form-action` to the redirect that follows a form, hence a page with a refresh of zero
//! seconds and a visible link instead of a redirect.

use askama::Template;
use axum::response::{IntoResponse as _, Response};

use crate::accounts::Visitor;
use crate::oauth::approve::Return;
use crate::platform::web::{Page, Shell};

#[derive(Template)]
#[template(path = "oauth/returning.html")]
struct ReturningPage {
    shell: Shell,
    back: Return,
    approved: bool,
}

pub fn page(visitor: &Visitor, back: Return, approved: bool) -> Response {
    Page::ok(ReturningPage { shell: visitor.shell(), back, approved }).into_response()
}
