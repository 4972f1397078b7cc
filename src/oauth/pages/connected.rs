//! The Apps pages of a workspace: what is connected, and how it ends.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{FromRef, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

use super::activity::ActivityView;
use super::{access, apps, rules};
use crate::accounts::{InWorkspace, Right};
use crate::audit;
use crate::events::Live;
use crate::oauth::bearer::LiveGrants;
use crate::oauth::connected::{ConnectedApp, ConnectedState};
use crate::oauth::end::{Ending, end_grant};
use crate::oauth::{Queue, connected_app};
use crate::platform::Env;
use crate::platform::web::{FieldErrors, Form, Markup, Notice, Page, Shell, StatusPage, Tone, redirect};

#[derive(Clone, FromRef)]
pub struct Room {
    pub env: Env,
    pub live: LiveGrants,
    pub queue: Arc<dyn Queue>,
}

pub fn routes(env: Env, live: LiveGrants, queue: Arc<dyn Queue>) -> Router {
    Router::new()
        .route("/account/apps", get(apps::show_approved))
        .route("/w/{workspace}/apps", get(apps::show))
        .route("/w/{workspace}/apps/rules", get(rules::show).post(rules::post))
        .route("/w/{workspace}/blocked-apps/{app}/unblock", post(rules::post_unblock))
        .route("/w/{workspace}/apps/{grant}", get(show_app))
        .route("/w/{workspace}/apps/{grant}/access", get(access::show).post(access::post))
        .route("/w/{workspace}/apps/{grant}/block", get(rules::show_block).post(rules::post_block))
        .route("/w/{workspace}/apps/{grant}/disconnect", get(show_disconnect).post(post_disconnect))
        .route("/w/{workspace}/apps/{grant}/delete", get(show_delete).post(post_delete))
        .with_state(Room { env, live, queue })
}

#[derive(Template)]
#[template(path = "oauth/app.html")]
struct AppPage {
    shell: Shell,
    workspace_id: String,
    may_manage: bool,
    live: Live,
    app: ConnectedApp,
    attention: &'static str,
    activity: ActivityView,
    timeline: Vec<Turn>,
}

/// One turn in the history of a grant.
struct Turn {
    at: Markup,
    /// Empty for what nobody in particular did.
    by: String,
    what: String,
}

/// The decisions about a grant that its page tells, newest first.
async fn timeline(room: &Room, member: &InWorkspace, grant_id: &str) -> Result<Vec<Turn>, StatusPage> {
    const TOLD: [&str; 5] = ["grant.created", "grant.changed", "grant.expired", "grant.revoked", "token.replayed"];
    let entries = audit::about(&room.env, member.id(), &TOLD, grant_id)
        .await
        .map_err(|error| StatusPage::broken(&error, "the history of a grant could not be read"))?;
    let words = &member.visitor.words;
    let turn = |entry: audit::Recorded| Turn {
        at: Markup::moment(entry.at),
        what: audit::action_words(words, &entry.action),
        by: entry.actor_name,
    };
    Ok(entries.into_iter().map(turn).collect())
}

#[derive(serde::Deserialize)]
struct AppQuery {
    #[serde(default)]
    done: String,
}

async fn show_app(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, grant_id)): GrantPath,
    Query(query): Query<AppQuery>,
) -> Result<Response, StatusPage> {
    let live = Live::part(&room.env, member.id(), "grant.", &grant_id, "live-app").await?;
    let app = found(&room, &member, &grant_id, Right::ViewApps).await?;
    let notice = (query.done == "changed").then_some(Notice { tone: Tone::Done, words: "access-done" });
    let page = AppPage {
        shell: Shell { notice, ..member.shell("apps") },
        workspace_id: member.id().to_owned(),
        may_manage: member.may(Right::ManageApps),
        live,
        attention: attention(app.state),
        activity: ActivityView::of(&room.env, &member, &app).await?,
        timeline: timeline(&room, &member, &grant_id).await?,
        app,
    };
    Ok(Page::ok(page).into_response())
}

const fn attention(state: ConnectedState) -> &'static str {
    match state {
        ConnectedState::Idle => "attention-idle",
        ConnectedState::Suspended => "attention-suspended",
        ConnectedState::Orphaned => "attention-orphaned",
        ConnectedState::Unused => "attention-unused",
        _ => "attention-expired",
    }
}

/// The app under a grant of this workspace, if the member has the right to see it so.
pub async fn found(
    room: &Room,
    member: &InWorkspace,
    grant_id: &str,
    right: Right,
) -> Result<ConnectedApp, StatusPage> {
    member.needs(right)?;
    let app = connected_app(&room.env, member.id(), grant_id).await;
    app.map_err(|error| StatusPage::broken(&error, "a connected app could not be looked up"))?
        .ok_or_else(StatusPage::not_found)
}

/// How many messages of a grant will not go out when it ends now.
pub async fn waiting(room: &Room, member: &InWorkspace, grant_id: &str) -> Result<i64, StatusPage> {
    let counted = room.queue.waiting(member.id(), grant_id).await;
    counted.map_err(|error| StatusPage::broken(&error, "the messages of a grant could not be counted"))
}

#[derive(Template)]
#[template(path = "oauth/end.html")]
struct EndPage {
    shell: Shell,
    workspace_id: String,
    app: ConnectedApp,
    waiting: i64,
    title: &'static str,
    deletes: bool,
    errors: FieldErrors,
    confirm: String,
}

async fn end_page(
    room: &Room,
    member: &InWorkspace,
    app: ConnectedApp,
    ending: Ending,
    errors: FieldErrors,
    confirm: String,
) -> Result<EndPage, StatusPage> {
    let deletes = ending == Ending::Delete;
    Ok(EndPage {
        shell: member.shell("apps"),
        workspace_id: member.id().to_owned(),
        waiting: waiting(room, member, &app.grant_id).await?,
        app,
        title: if deletes { "delete-named" } else { "disconnect-named" },
        deletes,
        errors,
        confirm,
    })
}

pub type GrantPath = Path<(String, String)>;

async fn show_disconnect(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, grant_id)): GrantPath,
) -> Result<Response, StatusPage> {
    show_end(&room, &member, &grant_id, Ending::Disconnect).await
}

async fn show_delete(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, grant_id)): GrantPath,
) -> Result<Response, StatusPage> {
    show_end(&room, &member, &grant_id, Ending::Delete).await
}

async fn show_end(room: &Room, member: &InWorkspace, grant_id: &str, ending: Ending) -> Result<Response, StatusPage> {
    let app = found(room, member, grant_id, Right::ManageApps).await?;
    let page = end_page(room, member, app, ending, FieldErrors::default(), String::new()).await?;
    Ok(Page::ok(page).into_response())
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
) -> Result<Response, StatusPage> {
    found(&room, &member, &grant_id, Right::ManageApps).await?;
    end(&room, &member, &grant_id, Ending::Disconnect).await
}

async fn post_delete(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, grant_id)): GrantPath,
    form: Form<EndForm>,
) -> Result<Response, StatusPage> {
    let app = found(&room, &member, &grant_id, Right::ManageApps).await?;
    if form.fields.confirm.trim() == app.app_name {
        return end(&room, &member, &grant_id, Ending::Delete).await;
    }
    let errors = FieldErrors::one("confirm", member.visitor.words.text("delete-confirm-wrong"));
    let page = end_page(&room, &member, app, Ending::Delete, errors, form.fields.confirm).await?;
    Ok(Page(StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn end(room: &Room, member: &InWorkspace, grant_id: &str, ending: Ending) -> Result<Response, StatusPage> {
    let who = member.visitor.who();
    end_grant(&room.env, &room.live, &who, member.id(), grant_id, ending)
        .await
        .map_err(|error| StatusPage::broken(&error, "a grant could not be ended"))?;
    // Ended by somebody else meanwhile is as good: the person sees the list without it.
    let done = match ending {
        Ending::Disconnect => "disconnected",
        Ending::Delete => "deleted",
    };
    Ok(redirect(&format!("/w/{}/apps?done={done}", member.id())))
}
