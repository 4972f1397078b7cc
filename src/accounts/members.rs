//! Members: their roles, and how they go.

use serde_json::json;

use super::invitation::State;
use super::role::{Change, ChangeRefusal};
use super::{Member, Person, Role, store};
use crate::audit::{self, Entry, Who};
use crate::platform::Env;
use crate::platform::db::Tx;

/// Members and open invitations of one workspace.
pub(super) const MEMBERS_MAX: i64 = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MemberRefusal {
    #[error(transparent)]
    Change(#[from] ChangeRefusal),
    #[error("this person is no member of the workspace")]
    Gone,
}

#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    #[error(transparent)]
    Refused(#[from] MemberRefusal),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

/// The members of a workspace, in the order in which they came.
pub async fn members(env: &Env, workspace_id: &str) -> sqlx::Result<Vec<Member>> {
    store::members(&mut env.db.read().await?, workspace_id, MEMBERS_MAX).await
}

pub async fn member(env: &Env, workspace_id: &str, person_id: &str) -> sqlx::Result<Option<Member>> {
    store::member(&mut env.db.read().await?, workspace_id, person_id).await
}

/// Gives a member another role.
pub async fn change_role(
    env: &Env,
    who: &Who,
    by: &Person,
    workspace_id: &str,
    person_id: &str,
    role: Role,
) -> Result<(), MemberError> {
    change(env, who, by, workspace_id, person_id, Some(role)).await
}

/// Takes somebody out of a workspace; oneself too, which is leaving.
pub async fn remove_member(
    env: &Env,
    who: &Who,
    by: &Person,
    workspace_id: &str,
    person_id: &str,
) -> Result<(), MemberError> {
    change(env, who, by, workspace_id, person_id, None).await
}

async fn change(
    env: &Env,
    who: &Who,
    by: &Person,
    workspace_id: &str,
    person_id: &str,
    to: Option<Role>,
) -> Result<(), MemberError> {
    let (env, who, by) = (env.clone(), who.clone(), by.id.clone());
    let (workspace_id, person_id) = (workspace_id.to_owned(), person_id.to_owned());
    env.clone()
        .db
        .write(move |tx| Box::pin(async move { change_in(tx, &env, &who, &by, &workspace_id, &person_id, to).await }))
        .await
}

async fn change_in(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    by: &str,
    workspace_id: &str,
    person_id: &str,
    to: Option<Role>,
) -> Result<(), MemberError> {
    // Two owners who demote each other at once: the second waits here, and then finds that it is no owner any more.
    store::lock_workspace(tx, workspace_id).await?;
    let by_role = store::role_of(tx, workspace_id, by).await?.ok_or(MemberRefusal::from(ChangeRefusal::NotAllowed))?;
    let member = store::member(tx, workspace_id, person_id).await?.ok_or(MemberRefusal::Gone)?;
    let (own, owners) = (by == person_id, store::count_owners(tx, workspace_id).await?);
    Change { by: by_role, own, from: member.role, to, owners }.check().map_err(MemberRefusal::from)?;
    if to == Some(member.role) {
        return Ok(());
    }
    match to {
        Some(role) => store::set_role(tx, workspace_id, person_id, role).await?,
        None => store::delete_member(tx, workspace_id, person_id).await?,
    }
    let withdrawn = withdraw_what_they_may_not_send(tx, env, workspace_id, person_id, to).await?;
    let action = match (to, own) {
        (Some(_), _) => "member.role_changed",
        (None, true) => "member.left",
        (None, false) => "member.removed",
    };
    let mut detail = json!({ "name": member.person.name, "email": member.person.email, "before": member.role.name() });
    if let Some(role) = to {
        detail["role"] = role.name().into();
    }
    if withdrawn > 0 {
        detail["invitations_withdrawn"] = withdrawn.into();
    }
    let entry = Entry {
        workspace_id: Some(workspace_id.to_owned()),
        action,
        target_kind: "person",
        target_id: person_id.to_owned(),
        detail,
    };
    Ok(audit::record(tx, env, who, entry).await?)
}

/// An invitation is worth what its sender may still give: else somebody who has to go could let themselves in again.
async fn withdraw_what_they_may_not_send(
    tx: &mut Tx,
    env: &Env,
    workspace_id: &str,
    person_id: &str,
    role: Option<Role>,
) -> sqlx::Result<u32> {
    let now = env.now();
    let mut withdrawn = 0;
    for invitation in store::open_invitations(tx, workspace_id, now, MEMBERS_MAX).await? {
        let theirs = invitation.invited_by == person_id;
        let may_send = role.is_some_and(|role| role.may_assign(invitation.role));
        if theirs && !may_send && store::settle_invitation(tx, &invitation.id, State::Withdrawn, now).await? {
            withdrawn += 1;
        }
    }
    Ok(withdrawn)
}
