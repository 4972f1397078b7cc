//! A developer's apps.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};

use super::quickstart::Quickstart;
use super::{Outcome, initials};
use crate::accounts::SignedIn;
use crate::apps::{self, AppState, ListedApp, logo_url};
use crate::platform::Env;
use crate::platform::web::{Markup, Notice, Page, Shell, StatusPage, Tone};

#[derive(Template)]
#[template(path = "apps/list.html")]
struct ListPage {
    shell: Shell,
    apps: Vec<Row>,
    quickstart: Quickstart,
}

struct Row {
    id: String,
    name: String,
    logo_url: Option<String>,
    initials: String,
    suspended: bool,
    reviewed: bool,
    kind: String,
    registered: Markup,
}

impl From<ListedApp> for Row {
    fn from(app: ListedApp) -> Self {
        Self {
            logo_url: app.logo_tag.map(|tag| logo_url(&app.id, &tag)),
            initials: initials(&app.name),
            suspended: app.state == AppState::Suspended.name(),
            reviewed: app.reviewed_at.is_some(),
            kind: format!("app-kind-{}", app.kind),
            registered: Markup::time(app.created_at),
            id: app.id,
            name: app.name,
        }
    }
}

pub(super) async fn show(State(env): State<Env>, Query(outcome): Query<Outcome>, developer: SignedIn) -> Response {
    let apps = match apps::list(&env, Some(&developer.person.id)).await {
        Ok(apps) => apps.into_iter().map(Row::from).collect(),
        Err(error) => return StatusPage::broken(&error, "the apps of a developer could not be listed").into_response(),
    };
    let deleted = (outcome.done == "deleted").then_some(Notice { tone: Tone::Done, words: "app-done-deleted" });
    let shell = Shell { notice: deleted, ..developer.visitor.shell() };
    Page::ok(ListPage { shell, apps, quickstart: Quickstart::example(&env.config.server) }).into_response()
}
