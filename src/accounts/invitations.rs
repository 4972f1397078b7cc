//! Invitations: sent, withdrawn, accepted.

use serde_json::json;

use super::email::{Email, NotAnEmail};
use super::invitation::{Invitation, State};
use super::members::MEMBERS_MAX;
use super::{Person, Right, Role, store};
use crate::audit::{self, Entry, Who};
use crate::platform::db::Tx;
use crate::platform::limits::{Limit, TooOften};
use crate::platform::mail::{self, Mail};
use crate::platform::secret::PlainSecret;
use crate::platform::web::Words;
use crate::platform::{Env, Timestamp};

const TOKEN_PREFIX: &str = "gl_iv_";

/// Mails that members of one workspace may cause: they go to people who did not ask.
const BY_WORKSPACE: Limit = Limit::new("invitations by workspace", 20, 300);

/// How long after its expiry the page of an invitation still tells what became of it.
const REMEMBERED_S: i64 = 30 * 24 * 3600;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InviteRefusal {
    #[error(transparent)]
    Email(#[from] NotAnEmail),
    #[error("your role does not include this")]
    NotAllowed,
    #[error("this person is a member already")]
    AlreadyMember,
    #[error("this address has an open invitation already")]
    AlreadyInvited,
    #[error("the workspace has as many members and open invitations as it may")]
    Full,
    #[error("there is no such open invitation")]
    Gone,
    #[error(transparent)]
    TooOften(#[from] TooOften),
}

#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    #[error(transparent)]
    Refused(#[from] InviteRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

/// Invites an address to a workspace, by a mail in the language of whoever invites.
pub async fn invite(
    env: &Env,
    who: &Who,
    by: &Person,
    words: &Words,
    workspace_id: &str,
    email: &str,
    role: Role,
) -> Result<(), InviteError> {
    let email: Email = email.parse().map_err(InviteRefusal::from)?;
    env.limits.check(BY_WORKSPACE, workspace_id).map_err(InviteRefusal::from)?;
    let token = PlainSecret::generate(TOKEN_PREFIX, &*env.random);
    let new = store::NewInvitation {
        id: env.id("inv"),
        token_hash: token.hash(),
        workspace_id: workspace_id.to_owned(),
        email,
        role,
        invited_by: by.id.clone(),
    };
    let (unit_env, who, by, words) = (env.clone(), who.clone(), by.clone(), words.clone());
    env.db.write(move |tx| Box::pin(async move { save(tx, &unit_env, &who, &by, &words, &new, &token).await })).await
}

async fn save(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    by: &Person,
    words: &Words,
    new: &store::NewInvitation,
    token: &PlainSecret,
) -> Result<(), InviteError> {
    store::lock_workspace(tx, &new.workspace_id).await?;
    let membership = store::membership(tx, &by.id, &new.workspace_id).await?;
    let membership = membership.filter(|held| held.role.may_assign(new.role)).ok_or(InviteRefusal::NotAllowed)?;
    there_is_room(tx, env, &new.workspace_id, &new.email).await?;
    let now = env.now();
    store::retire_expired_invitation(tx, &new.workspace_id, &new.email, now).await?;
    let expires_at = now.plus_s(env.config.accounts.invitation_lifetime_s);
    if !store::insert_invitation(tx, new, now, expires_at).await? {
        return Err(InviteRefusal::AlreadyInvited.into());
    }
    let detail = json!({ "email": new.email.as_str(), "role": new.role.name() });
    audit::record(tx, env, who, entry("invitation.sent", &new.workspace_id, &new.id, detail)).await?;
    let mail = letter(env, words, &by.name, &membership.workspace.name, new, token, expires_at);
    Ok(mail::save(tx, &mail).await?)
}

async fn there_is_room(tx: &mut Tx, env: &Env, workspace_id: &str, email: &Email) -> Result<(), InviteError> {
    if let Some((person, _)) = store::person_with_password(tx, email.as_str()).await?
        && store::role_of(tx, workspace_id, &person.id).await?.is_some()
    {
        return Err(InviteRefusal::AlreadyMember.into());
    }
    let members = store::count_members(tx, workspace_id).await?;
    let open = store::open_invitations(tx, workspace_id, env.now(), MEMBERS_MAX).await?.len();
    let full = members + i64::try_from(open).unwrap_or(i64::MAX) >= MEMBERS_MAX;
    if full { Err(InviteRefusal::Full.into()) } else { Ok(()) }
}

fn letter(
    env: &Env,
    words: &Words,
    inviter: &str,
    workspace: &str,
    new: &store::NewInvitation,
    token: &PlainSecret,
    expires_at: Timestamp,
) -> Mail {
    let server = &env.config.server;
    let link = server.url(&format!("/invitations/{}", token.reveal()));
    let role = words.text(new.role.words());
    let until = Words::moment(expires_at);
    let fill = [
        ("inviter", inviter),
        ("workspace", workspace),
        ("product", server.product_name.as_str()),
        ("role", role.as_str()),
        ("link", link.as_str()),
        ("until", until.as_str()),
        ("host", server.host()),
    ];
    Mail {
        id: env.id("mail"),
        recipient: new.email.to_string(),
        subject: words.msg("invitation-mail-subject").plain(&fill),
        body: words.msg("invitation-mail-text").plain(&fill),
        created_at: env.now(),
    }
}

/// Invitations to a workspace that can still be accepted, oldest first.
pub async fn open_invitations(env: &Env, workspace_id: &str) -> sqlx::Result<Vec<Invitation>> {
    let now = env.now();
    store::open_invitations(&mut env.db.read().await?, workspace_id, now, MEMBERS_MAX).await
}

pub async fn withdraw_invitation(
    env: &Env,
    who: &Who,
    by: &Person,
    workspace_id: &str,
    id: &str,
) -> Result<(), InviteError> {
    let (env, who, by) = (env.clone(), who.clone(), by.id.clone());
    let (workspace_id, id) = (workspace_id.to_owned(), id.to_owned());
    env.clone()
        .db
        .write(move |tx| Box::pin(async move { withdraw(tx, &env, &who, &by, &workspace_id, &id).await }))
        .await
}

async fn withdraw(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    by: &str,
    workspace_id: &str,
    id: &str,
) -> Result<(), InviteError> {
    store::lock_workspace(tx, workspace_id).await?;
    let role = store::role_of(tx, workspace_id, by).await?.filter(|role| role.may(Right::ManageMembers));
    let role = role.ok_or(InviteRefusal::NotAllowed)?;
    let invitation = store::invitation(tx, workspace_id, id).await?.ok_or(InviteRefusal::Gone)?;
    if !role.may_assign(invitation.role) {
        return Err(InviteRefusal::NotAllowed.into());
    }
    if !store::settle_invitation(tx, id, State::Withdrawn, env.now()).await? {
        return Err(InviteRefusal::Gone.into());
    }
    let detail = json!({ "email": invitation.email, "role": invitation.role.name() });
    Ok(audit::record(tx, env, who, entry("invitation.withdrawn", workspace_id, id, detail)).await?)
}

/// The invitation that was mailed with a token, whatever became of it.
pub async fn find_invitation(env: &Env, token: &PlainSecret) -> sqlx::Result<Option<Invitation>> {
    if !token.is_well_formed(TOKEN_PREFIX) {
        return Ok(None);
    }
    store::invitation_by_token(&mut env.db.read().await?, &token.hash()).await
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AcceptRefusal {
    #[error("the invitation is unknown, used, withdrawn or expired")]
    NotOpen,
    #[error("the invitation was sent to another address")]
    OtherAddress,
}

#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    #[error(transparent)]
    Refused(#[from] AcceptRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

/// Makes the invited person a member: the workspace's id.
pub async fn accept_invitation(
    env: &Env,
    who: &Who,
    person: &Person,
    token: &PlainSecret,
) -> Result<String, AcceptError> {
    let invitation = find_invitation(env, token).await?.ok_or(AcceptRefusal::NotOpen)?;
    if invitation.email != person.email {
        return Err(AcceptRefusal::OtherAddress.into());
    }
    let (env, who, person) = (env.clone(), who.clone(), person.clone());
    env.clone().db.write(move |tx| Box::pin(async move { join(tx, &env, &who, &person, invitation).await })).await
}

async fn join(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    person: &Person,
    invitation: Invitation,
) -> Result<String, AcceptError> {
    let (now, workspace_id) = (env.now(), invitation.workspace_id);
    store::lock_workspace(tx, &workspace_id).await?;
    if !store::settle_invitation(tx, &invitation.id, State::Accepted, now).await? {
        return Err(AcceptRefusal::NotOpen.into());
    }
    // Who is a member by another way already keeps the role they have.
    if store::insert_member(tx, &workspace_id, &person.id, invitation.role, now).await? {
        let entry = Entry {
            workspace_id: Some(workspace_id.clone()),
            action: "member.joined",
            target_kind: "person",
            target_id: person.id.clone(),
            detail: json!({ "name": person.name, "email": person.email, "role": invitation.role.name() }),
        };
        audit::record(tx, env, who, entry).await?;
    }
    Ok(workspace_id)
}

/// Takes away invitations that nobody will ask after any more, at most `limit` of them, and tells how many there were.
pub(super) async fn forget_invitations(env: &Env, limit: i64) -> sqlx::Result<u64> {
    let expired_before = env.now().plus_s(-REMEMBERED_S);
    env.db.write(move |tx| Box::pin(async move { store::delete_invitations(tx, expired_before, limit).await })).await
}

fn entry(action: &'static str, workspace_id: &str, id: &str, detail: serde_json::Value) -> Entry {
    Entry {
        workspace_id: Some(workspace_id.to_owned()),
        action,
        target_kind: "invitation",
        target_id: id.to_owned(),
        detail,
    }
}
