//! `/` and `/start`: where somebody who comes without an aim is sent.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::{Room, Visitor};
use crate::accounts::memberships;
use crate::platform::Env;
use crate::platform::web::{Page, Shell, StatusPage, redirect};

pub(super) fn routes() -> Router<Room> {
    // The demo puts its story at `/`; whoever has just signed in comes here.
    Router::new().route("/", get(start)).route("/start", get(start))
}

#[derive(Template)]
#[template(path = "accounts/start.html")]
struct NoWorkspacePage {
    shell: Shell,
}

async fn start(State(env): State<Env>, visitor: Visitor) -> Response {
    let Some(person) = &visitor.person else { return redirect("/sign-in") };
    let memberships = match memberships(&env, &person.id).await {
        Ok(memberships) => memberships,
        Err(error) => return StatusPage::broken(&error, "memberships could not be looked up").into_response(),
    };
    let active = memberships.iter().find(|membership| membership.workspace.is_active());
    match active.or(memberships.first()) {
        Some(membership) => redirect(&format!("/w/{}/numbers", membership.workspace.id)),
        None => Page::ok(NoWorkspacePage { shell: visitor.shell() }).into_response(),
    }
}
