//! Invitations: written on the members' page, answered by whoever got the mail.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

use super::members::{Draft, members_page};
use super::signing::too_often;
use super::{Done, GONE, InWorkspace, Room, SignedIn, Visitor};
use crate::accounts::{
    AcceptError, Invitation, InviteError, InviteRefusal, Right, Role, Standing, accept_invitation, find_invitation,
    invite, withdraw_invitation,
};
use crate::platform::Env;
use crate::platform::secret::PlainSecret;
use crate::platform::web::{FieldErrors, Form, Markup, NoFields, Page, Shell, StatusPage, Words, redirect};

pub(super) fn routes() -> Router<Room> {
    Router::new()
        .route("/w/{workspace}/invitations", post(post_invite))
        .route("/w/{workspace}/invitations/{invitation}/withdraw", post(post_withdraw))
        .route("/invitations/{token}", get(show).post(post_accept))
}

#[derive(serde::Deserialize)]
struct InviteForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: String,
}

async fn post_invite(
    State(env): State<Env>,
    member: InWorkspace,
    form: Form<InviteForm>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageMembers)?;
    let InviteForm { email, role } = form.fields;
    let words = &member.visitor.words;
    let Ok(role) = role.parse::<Role>() else {
        let errors = FieldErrors::one("role", words.text("role-missing"));
        let draft = Draft { done: Done::default(), status: UNPROCESSABLE, email, role: Role::Viewer, errors };
        return Ok(members_page(&env, &member, draft).await);
    };
    match invite(&env, &member.visitor.who(), &member.person, words, member.id(), &email, role).await {
        Ok(()) => Ok(redirect(&format!("/w/{}/members?done=invited", member.id()))),
        Err(InviteError::Refused(InviteRefusal::NotAllowed)) => Err(StatusPage::forbidden()),
        Err(InviteError::Refused(refusal)) => {
            let (status, text) = invite_refusal(words, refusal);
            let errors = FieldErrors::one("email", text);
            Ok(members_page(&env, &member, Draft { done: Done::default(), status, email, role, errors }).await)
        }
        Err(error) => Err(StatusPage::broken(&error, "an invitation could not be sent")),
    }
}

const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

fn invite_refusal(words: &Words, refusal: InviteRefusal) -> (StatusCode, String) {
    let key = match refusal {
        InviteRefusal::TooOften(wait) => return (StatusCode::TOO_MANY_REQUESTS, too_often(words, wait)),
        InviteRefusal::Email(_) => "sign-up-email",
        InviteRefusal::AlreadyMember => "invitation-already-member",
        InviteRefusal::AlreadyInvited => "invitation-already-sent",
        InviteRefusal::Full => "invitation-full",
        InviteRefusal::NotAllowed | InviteRefusal::Gone => "workspace-not-allowed",
    };
    (UNPROCESSABLE, words.text(key))
}

async fn post_withdraw(
    State(env): State<Env>,
    member: InWorkspace,
    Path((_, id)): Path<(String, String)>,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageMembers)?;
    let done = match withdraw_invitation(&env, &member.visitor.who(), &member.person, member.id(), &id).await {
        Ok(()) => "withdrawn",
        Err(InviteError::Refused(InviteRefusal::NotAllowed)) => return Err(StatusPage::forbidden()),
        Err(InviteError::Refused(_)) => GONE,
        Err(error) => return Err(StatusPage::broken(&error, "an invitation could not be withdrawn")),
    };
    Ok(redirect(&format!("/w/{}/members?done={done}", member.id())))
}

/// What the page of an invitation offers.
enum Offer {
    /// Nobody is signed in here.
    SignIn,
    Join,
    /// Somebody else is signed in here: their address.
    OtherAccount(String),
    /// The key of the sentence that says why nothing can be done.
    Nothing(&'static str),
}

#[derive(Template)]
#[template(path = "accounts/invitation.html")]
struct InvitationPage {
    shell: Shell,
    token: String,
    email: String,
    workspace: String,
    inviter: String,
    role: &'static str,
    role_text: String,
    until: Markup,
    offer: Offer,
}

fn offer(visitor: &Visitor, invitation: &Invitation, standing: Standing) -> Offer {
    match (standing, &visitor.person) {
        (Standing::Accepted, _) => Offer::Nothing("invitation-used"),
        (Standing::Withdrawn, _) => Offer::Nothing("invitation-withdrawn"),
        (Standing::Expired, _) => Offer::Nothing("invitation-expired"),
        (Standing::Open, None) => Offer::SignIn,
        (Standing::Open, Some(person)) if person.email == invitation.email => Offer::Join,
        (Standing::Open, Some(person)) => Offer::OtherAccount(person.email.clone()),
    }
}

async fn show(State(env): State<Env>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, StatusPage> {
    let found = find_invitation(&env, &PlainSecret::received(&token)).await;
    let found = found.map_err(|error| StatusPage::broken(&error, "an invitation could not be looked up"))?;
    let invitation = found.ok_or(StatusPage::new(StatusCode::NOT_FOUND, "invitation-unknown"))?;
    let offer = offer(&visitor, &invitation, invitation.standing(env.now()));
    let status = if matches!(offer, Offer::Nothing(_)) { StatusCode::GONE } else { StatusCode::OK };
    let page = InvitationPage {
        shell: visitor.shell(),
        token,
        email: invitation.email,
        workspace: invitation.workspace_name,
        inviter: invitation.inviter_name,
        role: invitation.role.words(),
        role_text: format!("{}-text", invitation.role.words()),
        until: Markup::moment(invitation.expires_at),
        offer,
    };
    Ok(Page(status, page).into_response())
}

async fn post_accept(
    State(env): State<Env>,
    here: SignedIn,
    Path(token): Path<String>,
    _form: Form<NoFields>,
) -> Response {
    match accept_invitation(&env, &here.visitor.who(), &here.person, &PlainSecret::received(&token)).await {
        Ok(workspace_id) => redirect(&format!("/w/{workspace_id}/settings?done=joined")),
        // The page of the invitation says why.
        Err(AcceptError::Refused(_)) => show(State(env), here.visitor, Path(token)).await.into_response(),
        Err(error) => StatusPage::broken(&error, "an invitation could not be accepted").into_response(),
    }
}
