//! The Apps pages of a workspace: what is connected, and how it ends.

use askama::Template;
use axum::Router;
use axum::extract::{FromRef, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::activity::ActivityView;
use crate::accounts::{InWorkspace, Right};
use crate::oauth::bearer::LiveGrants;
use crate::oauth::connected::{ConnectedApp, ConnectedState};
use crate::oauth::end::{Ending, end_grant};
use crate::oauth::{connected_app, connected_apps};
use crate::platform::Env;
use crate::platform::web::{FieldErrors, Form, Markup, Notice, Page, Shell, StatusPage, Tone, redirect};

#[derive(Clone, FromRef)]
struct Room {
    env: Env,
    live: LiveGrants,
}

pub fn routes(env: Env, live: LiveGrants) -> Router {
    Router::new()
        .route("/w/{workspace}/apps", get(show_apps))
        .route("/w/{workspace}/apps/{grant}", get(show_app))
        .route("/w/{workspace}/apps/{grant}/disconnect", get(show_disconnect).post(post_disconnect))
        .route("/w/{workspace}/apps/{grant}/delete", get(show_delete).post(post_delete))
        .with_state(Room { env, live })
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct ListQuery {
    tab: String,
    done: String,
}

#[derive(Template)]
#[template(path = "oauth/apps.html")]
struct AppsPage {
    shell: Shell,
    workspace: String,
    workspace_id: String,
    may_manage: bool,
    /// Whether the list shows the disconnected ones.
    ended: bool,
    apps: Vec<ConnectedApp>,
    connected: usize,
    disconnected: usize,
    attention: usize,
}

async fn show_apps(State(room): State<Room>, member: InWorkspace, Query(query): Query<ListQuery>) -> Response {
    if let Err(refusal) = member.needs(Right::ViewApps) {
        return refusal.into_response();
    }
    let mut all = match connected_apps(&room.env, member.id()).await {
        Ok(all) => all,
        Err(error) => return StatusPage::broken(&error, "the apps of a workspace could not be listed").into_response(),
    };
    // What somebody should look at stands first; among equals the newest.
    all.sort_by_key(|app| !app.state.needs_attention());
    let ended = query.tab == "disconnected";
    let disconnected = all.iter().filter(|app| app.state == ConnectedState::Disconnected).count();
    let page = AppsPage {
        shell: Shell { notice: done_notice(&query.done), ..member.shell("apps") },
        workspace: member.membership.workspace.name.clone(),
        workspace_id: member.id().to_owned(),
        may_manage: member.may(Right::ManageApps),
        ended,
        connected: all.len() - disconnected,
        disconnected,
        attention: all.iter().filter(|app| app.state.needs_attention()).count(),
        apps: all.into_iter().filter(|app| (app.state == ConnectedState::Disconnected) == ended).collect(),
    };
    Page::ok(page).into_response()
}

fn done_notice(done: &str) -> Option<Notice> {
    let words = match done {
        "disconnected" => "disconnected-done",
        "deleted" => "deleted-done",
        _ => return None,
    };
    Some(Notice { tone: Tone::Done, words })
}

#[derive(Template)]
#[template(path = "oauth/app.html")]
struct AppPage {
    shell: Shell,
    workspace_id: String,
    may_manage: bool,
    app: ConnectedApp,
    attention: &'static str,
    activity: ActivityView,
}

async fn show_app(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, grant_id)): Path<(String, String)>,
) -> Result<Response, StatusPage> {
    let app = found(&room, &member, &grant_id, Right::ViewApps).await?;
    let page = AppPage {
        shell: member.shell("apps"),
        workspace_id: member.id().to_owned(),
        may_manage: member.may(Right::ManageApps),
        attention: attention(app.state),
        activity: ActivityView::of(&room.env, &member, &app).await?,
        app,
    };
    Ok(Page::ok(page).into_response())
}

const fn attention(state: ConnectedState) -> &'static str {
    match state {
        ConnectedState::Suspended => "attention-suspended",
        ConnectedState::Orphaned => "attention-orphaned",
        ConnectedState::Unused => "attention-unused",
        _ => "attention-expired",
    }
}

/// The app under a grant of this workspace, if the member has the right to see it so.
async fn found(room: &Room, member: &InWorkspace, grant_id: &str, right: Right) -> Result<ConnectedApp, StatusPage> {
    member.needs(right)?;
    let app = connected_app(&room.env, member.id(), grant_id).await;
    app.map_err(|error| StatusPage::broken(&error, "a connected app could not be looked up"))?
        .ok_or_else(StatusPage::not_found)
}

#[derive(Template)]
#[template(path = "oauth/end.html")]
struct EndPage {
    shell: Shell,
    workspace_id: String,
    app: ConnectedApp,
    title: &'static str,
    deletes: bool,
    errors: FieldErrors,
    confirm: String,
}

fn end_page(member: &InWorkspace, app: ConnectedApp, ending: Ending, errors: FieldErrors, confirm: String) -> EndPage {
    let deletes = ending == Ending::Delete;
    EndPage {
        shell: member.shell("apps"),
        workspace_id: member.id().to_owned(),
        app,
        title: if deletes { "delete-named" } else { "disconnect-named" },
        deletes,
        errors,
        confirm,
    }
}

type GrantPath = Path<(String, String)>;

async fn show_disconnect(State(room): State<Room>, member: InWorkspace, Path((_, grant_id)): GrantPath) -> Response {
    show_end(&room, &member, &grant_id, Ending::Disconnect).await
}

async fn show_delete(State(room): State<Room>, member: InWorkspace, Path((_, grant_id)): GrantPath) -> Response {
    show_end(&room, &member, &grant_id, Ending::Delete).await
}

async fn show_end(room: &Room, member: &InWorkspace, grant_id: &str, ending: Ending) -> Response {
    match found(room, member, grant_id, Right::ManageApps).await {
        Ok(app) => Page::ok(end_page(member, app, ending, FieldErrors::default(), String::new())).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

#[derive(serde::Deserialize)]
struct EndForm {
    /// The app's name, typed to delete it.
    #[serde(default)]
    confirm: String,
}

async fn post_disconnect(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, grant_id)): GrantPath,
    _form: Form<EndForm>,
) -> Response {
    match found(&room, &member, &grant_id, Right::ManageApps).await {
        Ok(_) => end(&room, &member, &grant_id, Ending::Disconnect).await,
        Err(refusal) => refusal.into_response(),
    }
}

async fn post_delete(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, grant_id)): GrantPath,
    form: Form<EndForm>,
) -> Response {
    let app = match found(&room, &member, &grant_id, Right::ManageApps).await {
        Ok(app) => app,
        Err(refusal) => return refusal.into_response(),
    };
    if form.fields.confirm.trim() == app.app_name {
        return end(&room, &member, &grant_id, Ending::Delete).await;
    }
    let errors = FieldErrors::one("confirm", member.visitor.words.text("delete-confirm-wrong"));
    let page = end_page(&member, app, Ending::Delete, errors, form.fields.confirm);
    Page(StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

async fn end(room: &Room, member: &InWorkspace, grant_id: &str, ending: Ending) -> Response {
    let who = member.visitor.who();
    if let Err(error) = end_grant(&room.env, &room.live, &who, member.id(), grant_id, ending).await {
        return StatusPage::broken(&error, "a grant could not be ended").into_response();
    }
    // Ended by somebody else meanwhile is as good: the person sees the list without it.
    let done = match ending {
        Ending::Disconnect => "disconnected",
        Ending::Delete => "deleted",
    };
    redirect(&format!("/w/{}/apps?done={done}", member.id()))
}
