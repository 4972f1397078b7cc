//! Who has pages of a workspace open while things happen there.

use std::sync::Arc;

use super::InWorkspace;
use crate::accounts::Right;
use crate::accounts::sessions::membership_under;
use crate::events::{Hearer, Kind, LookUp, Onlooker};
use crate::platform::Env;

impl Onlooker for InWorkspace {
    fn session_id(&self) -> &str {
        self.visitor.session_id.as_deref().unwrap_or_default()
    }

    fn look_up(&self, env: &Env) -> LookUp {
        let (env, workspace_id) = (env.clone(), self.id().to_owned());
        let token = self.visitor.browser.session().cloned();
        Arc::new(move || {
            let (env, workspace_id, token) = (env.clone(), workspace_id.clone(), token.clone());
            Box::pin(async move {
                let Some(token) = token else { return Ok(None) };
                let found = membership_under(&env, &token, &workspace_id).await?;
                let found = found.filter(|membership| membership.workspace.is_active());
                Ok(found.map(|membership| {
                    let kinds = Kind::ALL.into_iter().filter(|kind| membership.role.may(right_to_see(*kind)));
                    Hearer::Member { workspace_id, kinds: kinds.collect() }
                }))
            })
        })
    }
}

/// What it takes to look at the page that shows what happened.
const fn right_to_see(kind: Kind) -> Right {
    match kind {
        Kind::NumberLinked | Kind::NumberUnlinked | Kind::NumberStateChanged | Kind::NumberRenamed => {
            Right::ViewNumbers
        }
        Kind::NumberLinkCodeIssued => Right::ManageNumbers,
        Kind::MessageQueued
        | Kind::MessageSent
        | Kind::MessageDelivered
        | Kind::MessageRead
        | Kind::MessageFailed
        | Kind::MessageReceived
        | Kind::MessageEdited
        | Kind::MessageDeleted
        | Kind::MessageVoted => Right::ViewMessages,
        Kind::GrantCreated | Kind::GrantChanged | Kind::GrantRevoked | Kind::AppSuspended => Right::ViewApps,
        Kind::ContactCreated | Kind::ContactChanged | Kind::ContactDeleted => Right::ViewContacts,
        Kind::TemplateStatusChanged => Right::ViewTemplates,
        Kind::EndpointDisabled => Right::ManageApps,
    }
}
