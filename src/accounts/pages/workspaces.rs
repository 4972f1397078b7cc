//! Making a workspace, its settings, and leaving it.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::carry::Carry;
use super::{Done, InWorkspace, Room, SignedIn};
use crate::accounts::{
    ChangeRefusal, MemberError, MemberRefusal, Right, WorkspaceError, WorkspaceRefusal, create_workspace,
    remove_member, rename_workspace,
};
use crate::events::Keeper;
use crate::platform::Env;
use crate::platform::web::{FieldErrors, Form, NoFields, Page, Shell, StatusPage, redirect};

pub(super) fn routes() -> Router<Room> {
    Router::new()
        .route("/workspaces/new", get(show_new).post(post_new))
        .route("/w/{workspace}/settings", get(show_settings).post(post_settings))
        .route("/w/{workspace}/leave", get(show_leave).post(post_leave))
}

#[derive(serde::Deserialize)]
struct NameForm {
    name: String,
}

#[derive(Template)]
#[template(path = "accounts/workspace_new.html")]
struct NewPage {
    shell: Shell,
    errors: FieldErrors,
    typed: String,
    /// To come back to an authorization request for which the workspace is made.
    carry: String,
}

async fn show_new(Query(carry): Query<Carry>, here: SignedIn) -> Response {
    let page = NewPage {
        shell: here.visitor.shell(),
        errors: FieldErrors::default(),
        typed: String::new(),
        carry: carry.query(),
    };
    Page::ok(page).into_response()
}

async fn post_new(
    State(env): State<Env>,
    Query(carry): Query<Carry>,
    here: SignedIn,
    form: Form<NameForm>,
) -> Response {
    let name = form.fields.name;
    match create_workspace(&env, &here.visitor.who(), &here.person, &name).await {
        Ok(_) if carry.request().is_some() => redirect(&carry.target()),
        Ok(id) => redirect(&format!("/w/{id}/numbers")),
        Err(WorkspaceError::Refused(refusal)) => {
            let errors = FieldErrors::one("name", here.visitor.words.text(refusal_key(refusal)));
            let page = NewPage { shell: here.visitor.shell(), errors, typed: name, carry: carry.query() };
            Page(StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(error) => StatusPage::broken(&error, "a workspace could not be made").into_response(),
    }
}

fn refusal_key(refusal: WorkspaceRefusal) -> &'static str {
    match refusal {
        WorkspaceRefusal::Name => "workspace-name-wrong",
        WorkspaceRefusal::TooMany => "workspace-too-many",
        WorkspaceRefusal::NotAllowed => "workspace-not-allowed",
    }
}

const DONE: &[(&str, &str)] = &[("renamed", "workspace-done-renamed"), ("joined", "workspace-done-joined")];

#[derive(Template)]
#[template(path = "accounts/settings.html")]
struct SettingsPage {
    shell: Shell,
    errors: FieldErrors,
    workspace_id: String,
    /// As it is, or as it was typed.
    workspace_name: String,
    /// The key of the reader's role.
    role: &'static str,
    may_rename: bool,
    may_keep_webhooks: bool,
}

fn settings_page(member: &InWorkspace, done: &Done, name: Option<String>, errors: FieldErrors) -> SettingsPage {
    SettingsPage {
        shell: Shell { notice: done.notice(DONE), ..member.shell("settings") },
        errors,
        workspace_id: member.id().to_owned(),
        workspace_name: name.unwrap_or_else(|| member.membership.workspace.name.clone()),
        role: member.membership.role.words(),
        may_rename: member.may(Right::ManageWorkspace),
        may_keep_webhooks: Keeper::needs_the_right(member).is_ok(),
    }
}

async fn show_settings(Query(done): Query<Done>, member: InWorkspace) -> Response {
    Page::ok(settings_page(&member, &done, None, FieldErrors::default())).into_response()
}

async fn post_settings(
    State(env): State<Env>,
    member: InWorkspace,
    form: Form<NameForm>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageWorkspace)?;
    let name = form.fields.name;
    match rename_workspace(&env, &member.visitor.who(), &member.person, member.id(), &name).await {
        Ok(()) => Ok(redirect(&format!("/w/{}/settings?done=renamed", member.id()))),
        Err(WorkspaceError::Refused(WorkspaceRefusal::NotAllowed)) => Err(StatusPage::forbidden()),
        Err(WorkspaceError::Refused(refusal)) => {
            let errors = FieldErrors::one("name", member.visitor.words.text(refusal_key(refusal)));
            let page = settings_page(&member, &Done::default(), Some(name), errors);
            Ok(Page(StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(StatusPage::broken(&error, "a workspace could not be renamed")),
    }
}

#[derive(Template)]
#[template(path = "accounts/leave.html")]
struct LeavePage {
    shell: Shell,
    errors: FieldErrors,
    workspace_id: String,
    name: String,
}

fn leave_page(member: &InWorkspace, errors: FieldErrors) -> LeavePage {
    LeavePage {
        shell: member.shell("settings"),
        errors,
        workspace_id: member.id().to_owned(),
        name: member.membership.workspace.name.clone(),
    }
}

async fn show_leave(member: InWorkspace) -> Response {
    Page::ok(leave_page(&member, FieldErrors::default())).into_response()
}

async fn post_leave(State(env): State<Env>, member: InWorkspace, _form: Form<NoFields>) -> Response {
    match remove_member(&env, &member.visitor.who(), &member.person, member.id(), &member.person.id).await {
        Ok(()) => redirect("/"),
        Err(MemberError::Refused(MemberRefusal::Change(ChangeRefusal::LastOwner))) => {
            let errors = FieldErrors::one("leave", member.visitor.words.text("leave-last-owner"));
            Page(StatusCode::UNPROCESSABLE_ENTITY, leave_page(&member, errors)).into_response()
        }
        // Somebody else was faster: they are out already.
        Err(MemberError::Refused(_)) => redirect("/"),
        Err(error) => StatusPage::broken(&error, "a member could not leave").into_response(),
    }
}
