//! People, workspaces, members, invitations and browser sessions in the database.

mod invitations;
mod members;
mod people;
mod sessions;
mod workspaces;

pub(super) use invitations::{
    NewInvitation, delete_invitations, insert_invitation, invitation, invitation_by_token, open_invitations,
    retire_expired_invitation, settle_invitation,
};
pub(super) use members::{
    count_members, count_owners, delete_member, hold_membership, insert_member, member, members, membership,
    memberships, owners, role_of, set_role,
};
pub(super) use people::{
    insert_person, password_of, people_after, person, person_with_password, rename_person, replace_password,
};
pub(super) use sessions::{
    FoundSession, NewSession, delete_other_sessions, delete_session, delete_session_of, delete_stale_sessions,
    insert_session, open_session, replace_token, sessions_of, touch_session,
};
pub(super) use workspaces::{
    count_workspaces_of, insert_workspace, lock_workspace, rename_workspace, set_workspace_state, workspace,
    workspaces_after,
};
