//! Who learns of a grant that was made or changed: the audit log, apps, and the people who answer for the workspace.

use serde_json::json;

use super::store::grant::NewGrant;
use super::terms::Numbers;
use crate::accounts::{self, Person, Workspace};
use crate::apps::App;
use crate::audit::{self, Entry, Who};
use crate::events::{self, Event, GrantFact, Kind, NumbersFact, Subject};
use crate::platform::db::Tx;
use crate::platform::mail::{self, Mail};
use crate::platform::web::Words;
use crate::platform::{Env, Timestamp};

/// What somebody approved, as it was saved under `grant_id`.
pub(super) struct Approved<'a> {
    pub grant: &'a NewGrant,
    pub grant_id: String,
    pub app: &'a App,
    pub workspace: &'a Workspace,
    pub person: &'a Person,
    /// The language in which they approved it.
    pub words: &'a Words,
}

impl Approved<'_> {
    /// The audit entry and the event.
    pub(super) async fn record(&self, tx: &mut Tx, env: &Env, who: &Who) -> sqlx::Result<()> {
        let grant = self.grant;
        let (action, kind) = if self.grant_id == grant.id {
            ("grant.created", Kind::GrantCreated)
        } else {
            ("grant.changed", Kind::GrantChanged)
        };
        let numbers = match &grant.granted.numbers {
            Numbers::All => NumbersFact::Word("all"),
            Numbers::These(numbers) => NumbersFact::These(numbers.clone()),
        };
        let (workspace_id, grant_id) = (grant.workspace_id.clone(), self.grant_id.clone());
        let fact = GrantFact {
            grant_id: grant_id.clone(),
            app_id: grant.app_id.clone(),
            scopes: grant.granted.scopes.to_string(),
            numbers,
            expires_at: grant.expires_at.map(Timestamp::rfc3339),
        };
        let detail = json!({
            "app_id": fact.app_id,
            "scopes": fact.scopes,
            "numbers": fact.numbers,
            "expires_at": fact.expires_at,
            "app": self.app.name,
            "locale": grant.locale,
        });
        let entry = Entry {
            workspace_id: Some(workspace_id.clone()),
            action,
            target_kind: "grant",
            target_id: grant_id.clone(),
            detail,
        };
        audit::record(tx, env, who, entry).await?;
        if kind == Kind::GrantCreated {
            events::begin_to_tell(tx, &grant_id, &workspace_id, &grant.app_id).await?;
        }
        let event = Event {
            kind,
            subject: Subject::Workspace(workspace_id),
            number_id: None,
            grant_id: Some(grant_id),
            data: json!(fact),
        };
        events::emit(tx, env, event).await
    }

    /// To whoever approved and to the owners: what the app may do now, and where to end it. No link in it approves anything.
    pub(super) async fn send_mails(&self, tx: &mut Tx, env: &Env) -> sqlx::Result<()> {
        let (grant, words) = (self.grant, self.words);
        let mut readers = accounts::owners_within(tx, &grant.workspace_id).await?;
        if !readers.iter().any(|owner| owner.id == self.person.id) {
            readers.push(self.person.clone());
        }
        let (app, workspace) = (self.app.name.as_str(), self.workspace.name.as_str());
        let scopes: Vec<String> =
            grant.granted.scopes.iter().map(|scope| format!("- {}", words.text(&scope.words()))).collect();
        let apps_page = env.config.server.url(&format!("/w/{}/apps", grant.workspace_id));
        let subject = words.msg("consent-mail-subject").plain(&[("app", app), ("workspace", workspace)]);
        let named = [("person", self.person.name.as_str()), ("app", app), ("workspace", workspace)];
        let body = [
            words.msg("consent-mail-what").plain(&named),
            scopes.join("\n"),
            words.msg("consent-mail-end").plain(&[("app", app), ("link", &apps_page)]),
        ]
        .join("\n\n");
        for reader in readers {
            let letter = Mail {
                id: env.id("mail"),
                recipient: reader.email,
                subject: subject.clone(),
                body: body.clone(),
                created_at: env.now(),
            };
            mail::save(tx, &letter).await?;
        }
        Ok(())
    }
}
