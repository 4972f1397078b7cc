//! The demo's first page, which walks a newcomer through the story, and its mails.

use askama::Template;
use axum::extract::State;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Router, middleware};

use super::seed::{ACME, OWNER_EMAIL, OWNER_PASSWORD, OWNER_PHONE, WORKSPACE};
use super::steps::{Step, Where, steps};
use crate::messages::{self, Direction, Filter};
use crate::numbers::{self, NumberState, Phone};
use crate::oauth::{self, ConnectedState};
use crate::platform::Env;
use crate::platform::mail::{self, Mail};
use crate::platform::web::{Markup, Page, Shell, StatusPage, Words, render_status_pages, secure_headers};

/// Mails that the page shows.
const MAILS_MAX: i64 = 50;

#[derive(Clone)]
struct Room {
    env: Env,
    place: Where,
}

/// The demo's own pages, before the server's.
pub fn routes(env: Env, place: Where) -> Router {
    Router::new()
        .route("/", get(show_story))
        .route("/demo/mails", get(show_mails))
        .route("/demo/privacy", get(show_privacy))
        .route("/demo/terms", get(show_terms))
        .layer(middleware::from_fn_with_state(env.clone(), render_status_pages))
        .layer(from_fn(secure_headers))
        .with_state(Room { env, place })
}

#[derive(Template)]
#[template(path = "demo/story.html")]
struct StoryPage {
    shell: Shell,
    workspace: &'static str,
    app_name: &'static str,
    owner_phone: String,
    /// Where an app finds this server.
    base_url: String,
    owner_email: &'static str,
    owner_password: &'static str,
    steps: Vec<Step>,
    /// The number of the step that comes next.
    next: usize,
}

async fn show_story(State(room): State<Room>, words: Words) -> Response {
    let done = match steps_done(&room).await {
        Ok(done) => done,
        Err(error) => return StatusPage::broken(error.as_ref(), "the story's state could not be read").into_response(),
    };
    let steps = steps(&room.place, done);
    let page = StoryPage {
        shell: Shell::new(words, &room.env.config.server),
        workspace: WORKSPACE,
        app_name: ACME,
        owner_phone: Phone::parse(&format!("+{OWNER_PHONE}")).map(|phone| phone.international()).unwrap_or_default(),
        base_url: room.env.config.server.base_url.clone(),
        owner_email: OWNER_EMAIL,
        owner_password: OWNER_PASSWORD,
        next: steps.iter().find(|step| !step.done).map_or(1, |step| step.number),
        steps,
    };
    Page::ok(page).into_response()
}

/// How far the story has come, read from what is true by now.
async fn steps_done(room: &Room) -> anyhow::Result<[bool; 5]> {
    let (env, workspace_id) = (&room.env, &room.place.workspace_id);
    let linked =
        numbers::in_workspace(env, workspace_id).await?.iter().any(|number| number.state == NumberState::Linked);
    let apps = oauth::connected_apps(env, workspace_id).await?;
    let connected = apps.iter().any(|app| app.state == ConnectedState::Connected);
    let ended = apps.iter().any(|app| app.state == ConnectedState::Disconnected);
    let newest = Filter { direction: Some(Direction::Out), limit: 1, ..Filter::default() };
    let sent = !messages::list_workspace(env, workspace_id, &newest).await?.messages.is_empty();
    Ok([linked, connected || ended, connected || ended, sent, ended && !connected])
}

/// Stands where the operator of a server has a Privacy Policy and Terms.
#[derive(Template)]
#[template(path = "demo/paper.html")]
struct PaperPage {
    shell: Shell,
    title: &'static str,
}

async fn show_privacy(State(room): State<Room>, words: Words) -> Response {
    paper(&room, words, "foot-privacy")
}

async fn show_terms(State(room): State<Room>, words: Words) -> Response {
    paper(&room, words, "foot-terms")
}

fn paper(room: &Room, words: Words, title: &'static str) -> Response {
    Page::ok(PaperPage { shell: Shell::new(words, &room.env.config.server), title }).into_response()
}

#[derive(Template)]
#[template(path = "demo/mails.html")]
struct MailsPage {
    shell: Shell,
    /// Lines that begin with it are links.
    base_url: String,
    mails: Vec<Mail>,
}

async fn show_mails(State(room): State<Room>, words: Words) -> Response {
    let newest = async { mail::newest(&mut room.env.db.read().await?, MAILS_MAX).await };
    match newest.await {
        Ok(mails) => {
            let server = &room.env.config.server;
            Page::ok(MailsPage { shell: Shell::new(words, server), base_url: server.base_url.clone(), mails })
                .into_response()
        }
        Err(error) => StatusPage::broken(&error, "the mails could not be read").into_response(),
    }
}
