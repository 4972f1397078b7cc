//! The members of a workspace: who, as what, and how that changes.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::{Done, GONE, InWorkspace, Room};
use crate::accounts::{
    ChangeRefusal, Invitation, Member, MemberError, MemberRefusal, Right, Role, change_role, member as find_member,
    members, open_invitations, remove_member,
};
use crate::platform::Env;
use crate::platform::web::{FieldErrors, Form, Markup, NoFields, Page, Shell, StatusPage, initials, redirect};

pub(super) fn routes() -> Router<Room> {
    Router::new()
        .route("/w/{workspace}/members", get(show_members))
        .route("/w/{workspace}/members/{person}", get(show_member).post(post_member))
        .route("/w/{workspace}/members/{person}/remove", get(show_remove).post(post_remove))
}

const DONE: &[(&str, &str)] = &[
    ("role", "member-done-role"),
    ("removed", "member-done-removed"),
    ("invited", "invitation-done-sent"),
    ("withdrawn", "invitation-done-withdrawn"),
    (GONE, "invitation-done-gone"),
];

/// A role that can be chosen.
pub(super) struct RoleChoice {
    value: &'static str,
    /// The key of its name; its explanation is `<label>-text`.
    label: &'static str,
    hint: String,
    chosen: bool,
}

/// The roles that `by` may give, weakest first; `chosen` is ticked.
fn role_choices(by: Role, chosen: Role) -> Vec<RoleChoice> {
    let mut roles: Vec<Role> = by.assignable().collect();
    roles.reverse();
    let choice = |role: Role| RoleChoice {
        value: role.name(),
        label: role.words(),
        hint: format!("{}-text", role.words()),
        chosen: role == chosen,
    };
    roles.into_iter().map(choice).collect()
}

struct MemberRow {
    id: String,
    name: String,
    email: String,
    initials: String,
    role: &'static str,
    last_seen: Option<Markup>,
    is_reader: bool,
    /// Whether the reader may change or remove them.
    changeable: bool,
}

fn member_row(reader: &InWorkspace, member: Member) -> MemberRow {
    let is_reader = member.person.id == reader.person.id;
    MemberRow {
        initials: initials(&member.person.name),
        role: member.role.words(),
        last_seen: member.last_seen_at.map(Markup::time),
        is_reader,
        changeable: !is_reader && reader.membership.role.may_assign(member.role),
        id: member.person.id,
        name: member.person.name,
        email: member.person.email,
    }
}

struct InvitationRow {
    id: String,
    email: String,
    role: &'static str,
    until: Markup,
    inviter: String,
    may_withdraw: bool,
}

fn invitation_row(reader: &InWorkspace, invitation: Invitation) -> InvitationRow {
    InvitationRow {
        role: invitation.role.words(),
        until: Markup::moment(invitation.expires_at),
        may_withdraw: reader.membership.role.may_assign(invitation.role),
        id: invitation.id,
        email: invitation.email,
        inviter: invitation.inviter_name,
    }
}

#[derive(Template)]
#[template(path = "accounts/members.html")]
struct MembersPage {
    shell: Shell,
    errors: FieldErrors,
    workspace_id: String,
    workspace_name: String,
    members: Vec<MemberRow>,
    /// Whether the reader may invite people.
    manages: bool,
    invitations: Vec<InvitationRow>,
    /// What was typed into the form.
    email: String,
    roles: Vec<RoleChoice>,
}

/// The list, with an invitation that is being written.
pub(super) struct Draft {
    pub done: Done,
    pub status: StatusCode,
    pub email: String,
    pub role: Role,
    pub errors: FieldErrors,
}

impl Draft {
    fn empty(done: Done) -> Self {
        let errors = FieldErrors::default();
        Self { done, status: StatusCode::OK, email: String::new(), role: Role::Viewer, errors }
    }
}

pub(super) async fn members_page(env: &Env, reader: &InWorkspace, draft: Draft) -> Response {
    let manages = reader.may(Right::ManageMembers);
    let found = async {
        let members = members(env, reader.id()).await?;
        let invitations = if manages { open_invitations(env, reader.id()).await? } else { Vec::new() };
        Ok::<_, sqlx::Error>((members, invitations))
    };
    let (members, invitations) = match found.await {
        Ok(found) => found,
        Err(error) => return StatusPage::broken(&error, "members could not be listed").into_response(),
    };
    let page = MembersPage {
        shell: Shell { notice: draft.done.notice(DONE), ..reader.shell("members") },
        errors: draft.errors,
        workspace_id: reader.id().to_owned(),
        workspace_name: reader.membership.workspace.name.clone(),
        members: members.into_iter().map(|member| member_row(reader, member)).collect(),
        manages,
        invitations: invitations.into_iter().map(|invitation| invitation_row(reader, invitation)).collect(),
        email: draft.email,
        roles: role_choices(reader.membership.role, draft.role),
    };
    Page(draft.status, page).into_response()
}

async fn show_members(
    State(env): State<Env>,
    Query(done): Query<Done>,
    member: InWorkspace,
) -> Result<Response, StatusPage> {
    member.needs(Right::ViewMembers)?;
    Ok(members_page(&env, &member, Draft::empty(done)).await)
}

/// The member that the path names, if the reader may change them.
async fn changeable(env: &Env, reader: &InWorkspace, person_id: &str) -> Result<Member, StatusPage> {
    reader.needs(Right::ManageMembers)?;
    let found = find_member(env, reader.id(), person_id).await;
    let found = found.map_err(|error| StatusPage::broken(&error, "a member could not be looked up"))?;
    let member = found.ok_or(StatusPage::not_found())?;
    if reader.membership.role.may_assign(member.role) { Ok(member) } else { Err(StatusPage::forbidden()) }
}

#[derive(Template)]
#[template(path = "accounts/member.html")]
struct MemberPage {
    shell: Shell,
    errors: FieldErrors,
    workspace_id: String,
    id: String,
    name: String,
    email: String,
    initials: String,
    roles: Vec<RoleChoice>,
}

fn member_page(reader: &InWorkspace, member: Member, role: Role, errors: FieldErrors) -> MemberPage {
    MemberPage {
        shell: reader.shell("members"),
        errors,
        workspace_id: reader.id().to_owned(),
        initials: initials(&member.person.name),
        id: member.person.id,
        name: member.person.name,
        email: member.person.email,
        roles: role_choices(reader.membership.role, role),
    }
}

type MemberPath = Path<(String, String)>;

async fn show_member(
    State(env): State<Env>,
    reader: InWorkspace,
    Path((_, person_id)): MemberPath,
) -> Result<Response, StatusPage> {
    let member = changeable(&env, &reader, &person_id).await?;
    let role = member.role;
    Ok(Page::ok(member_page(&reader, member, role, FieldErrors::default())).into_response())
}

#[derive(serde::Deserialize)]
struct RoleForm {
    #[serde(default)]
    role: String,
}

async fn post_member(
    State(env): State<Env>,
    reader: InWorkspace,
    Path((_, person_id)): MemberPath,
    form: Form<RoleForm>,
) -> Result<Response, StatusPage> {
    let member = changeable(&env, &reader, &person_id).await?;
    let again = |member: Member, role: Role, key: &str| {
        let errors = FieldErrors::one("role", reader.visitor.words.text(key));
        Ok(Page(StatusCode::UNPROCESSABLE_ENTITY, member_page(&reader, member, role, errors)).into_response())
    };
    let Ok(role) = form.fields.role.parse::<Role>() else {
        let kept = member.role;
        return again(member, kept, "role-missing");
    };
    match change_role(&env, &reader.visitor.who(), &reader.person, reader.id(), &person_id, role).await {
        Ok(()) => Ok(redirect(&format!("/w/{}/members?done=role", reader.id()))),
        Err(MemberError::Refused(MemberRefusal::Change(ChangeRefusal::LastOwner))) => {
            again(member, role, "member-last-owner")
        }
        Err(error) => Err(not_changed(&error)),
    }
}

fn not_changed(error: &MemberError) -> StatusPage {
    match error {
        MemberError::Refused(MemberRefusal::Gone) => StatusPage::not_found(),
        MemberError::Refused(MemberRefusal::Change(_)) => StatusPage::forbidden(),
        MemberError::Storage(_) => StatusPage::broken(error, "a member could not be changed"),
    }
}

#[derive(Template)]
#[template(path = "accounts/member_remove.html")]
struct RemovePage {
    shell: Shell,
    errors: FieldErrors,
    workspace_id: String,
    workspace_name: String,
    id: String,
    name: String,
}

fn remove_page(reader: &InWorkspace, member: Member, errors: FieldErrors) -> RemovePage {
    RemovePage {
        shell: reader.shell("members"),
        errors,
        workspace_id: reader.id().to_owned(),
        workspace_name: reader.membership.workspace.name.clone(),
        id: member.person.id,
        name: member.person.name,
    }
}

async fn show_remove(
    State(env): State<Env>,
    reader: InWorkspace,
    Path((_, person_id)): MemberPath,
) -> Result<Response, StatusPage> {
    let member = changeable(&env, &reader, &person_id).await?;
    Ok(Page::ok(remove_page(&reader, member, FieldErrors::default())).into_response())
}

async fn post_remove(
    State(env): State<Env>,
    reader: InWorkspace,
    Path((_, person_id)): MemberPath,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    let member = changeable(&env, &reader, &person_id).await?;
    match remove_member(&env, &reader.visitor.who(), &reader.person, reader.id(), &person_id).await {
        Ok(()) => Ok(redirect(&format!("/w/{}/members?done=removed", reader.id()))),
        Err(MemberError::Refused(MemberRefusal::Change(ChangeRefusal::LastOwner))) => {
            let errors = FieldErrors::one("remove", reader.visitor.words.text("member-last-owner"));
            Ok(Page(StatusCode::UNPROCESSABLE_ENTITY, remove_page(&reader, member, errors)).into_response())
        }
        Err(error) => Err(not_changed(&error)),
    }
}
