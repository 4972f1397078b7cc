//! An app as its developer sees it.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::form::kind_words;
use super::quickstart::Quickstart;
use super::{Outcome, OwnApp, Room, SecretRow, initials};
use crate::apps::secrets::{SECRET_PREFIX, SECRETS_MAX, live_secrets};
use crate::apps::{App, AppState, Kind};
use crate::events::{Owner, list_endpoints};
use crate::platform::web::{FieldErrors, Markup, Notice, Page, Shell, StatusPage, Tone};

#[derive(Template)]
#[template(path = "apps/overview.html")]
struct OverviewPage {
    shell: Shell,
    errors: FieldErrors,
    initials: String,
    suspended: bool,
    is_public: bool,
    kind: &'static str,
    /// How many workspaces use it.
    workspaces: Markup,
    authorize_endpoint: String,
    token_endpoint: String,
    secrets: Vec<SecretRow>,
    secrets_max: usize,
    secret_prefix: &'static str,
    /// Key of the label, and address.
    links: Vec<(&'static str, String)>,
    /// How many webhook endpoints it has.
    webhooks: Markup,
    quickstart: Quickstart,
    app: App,
}

pub(super) async fn show(
    State(room): State<Room>,
    Query(outcome): Query<Outcome>,
    OwnApp { visitor, app }: OwnApp,
) -> Response {
    let shell = Shell { notice: notice(&outcome.done), ..visitor.shell() };
    overview_page(&room, StatusCode::OK, shell, app, FieldErrors::default()).await
}

fn notice(done: &str) -> Option<Notice> {
    let words = match done {
        "registered" => "app-done-registered",
        "changed" => "app-done-changed",
        "logo" => "app-done-logo",
        "logo-removed" => "app-done-logo-removed",
        "secret-revoked" => "app-done-secret-revoked",
        _ => return None,
    };
    Some(Notice { tone: Tone::Done, words })
}

/// The overview, also as the answer to one of its own forms that was refused.
pub(super) async fn overview_page(
    room: &Room,
    status: StatusCode,
    shell: Shell,
    app: App,
    errors: FieldErrors,
) -> Response {
    let counted = room.grants.live_count(&app.id).await;
    let endpoints = list_endpoints(&room.env, &Owner::App(app.id.clone())).await;
    let (count, secrets, endpoints) = match (counted, live_secrets(&room.env, &app).await, endpoints) {
        (Ok(count), Ok(secrets), Ok(endpoints)) => (count, secrets, endpoints.len()),
        (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => {
            return StatusPage::broken(&error, "an app could not be shown").into_response();
        }
    };
    let server = &room.env.config.server;
    let links = [
        ("app-homepage-label", &app.homepage_url),
        ("app-privacy-label", &app.privacy_url),
        ("app-terms-label", &app.terms_url),
    ];
    let page = OverviewPage {
        initials: initials(&app.name),
        suspended: app.state == AppState::Suspended,
        is_public: app.kind == Kind::Public,
        kind: kind_words(app.kind),
        workspaces: shell.words.msg("app-workspaces").count("count", count).into(),
        authorize_endpoint: server.url("/oauth/authorize"),
        token_endpoint: server.url("/oauth/token"),
        secrets: secrets.into_iter().map(SecretRow::from).collect(),
        secrets_max: SECRETS_MAX,
        secret_prefix: SECRET_PREFIX,
        links: links.into_iter().filter(|(_, url)| !url.is_empty()).map(|(label, url)| (label, url.clone())).collect(),
        webhooks: shell.words.msg("webhooks-count").count("count", endpoints).into(),
        quickstart: Quickstart::for_app(server, &app),
        shell,
        errors,
        app,
    };
    Page(status, page).into_response()
}
