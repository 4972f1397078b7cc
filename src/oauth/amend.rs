//! A member changes what a connected app may do, without the app: less of it, more of what it declares, for longer or not.

use serde_json::json;

use super::announce::Approved;
use super::bearer::LiveGrants;
use super::lifetime::Lifetime;
use super::policy::{Obstacle, Ruling};
use super::review::Viewer;
use super::store;
use super::store::grant::{Held, NewGrant};
use super::terms::{self, Granted, Mistake, Numbers, Selection, Terms};
use crate::accounts::{self, Membership};
use crate::apps::{self, App};
use crate::audit::Who;
use crate::numbers;
use crate::platform::db::Tx;
use crate::platform::web::Words;
use crate::platform::{Env, Timestamp};

/// What somebody can change about one connected app.
#[derive(Debug, Clone)]
pub struct Draft {
    pub grant_id: String,
    pub app: App,
    pub membership: Membership,
    pub ruling: Ruling,
    pub terms: Terms,
    viewer: Viewer,
    changed_at: Timestamp,
    approver_is_member: bool,
}

/// For how long, from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// As it was.
    Kept,
    Anew(Lifetime),
}

/// What they changed it to.
#[derive(Clone)]
pub struct Amendment {
    pub workspace_id: String,
    pub grant_id: String,
    pub viewer: Viewer,
    /// [`Draft::shown`] of the page that they answered.
    pub shown: String,
    pub selected: Selection,
    pub term: Option<Term>,
    /// The language of that page.
    pub words: Words,
}

#[derive(Debug, thiserror::Error)]
pub enum AmendError {
    /// The app is not connected here.
    #[error("there is no such grant")]
    NoSuchGrant,
    #[error("this person cannot change it")]
    Obstacle(Box<(App, Membership, Obstacle)>),
    /// Somebody or something changed since the page was shown; it has to be looked at again.
    #[error("the page is not what it was")]
    Changed,
    #[error("something is missing")]
    Incomplete(Vec<Mistake>),
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

impl Draft {
    /// Everything that the page shows and the decision rests on.
    #[must_use]
    pub fn shown(&self) -> String {
        json!([
            self.viewer.session_id,
            self.viewer.person.id,
            self.grant_id,
            self.changed_at.0,
            self.ruling.policy.longest.name(),
            self.terms.shown(),
        ])
        .to_string()
    }

    /// What can be chosen beside keeping the end as it is.
    #[must_use]
    pub fn lifetimes(&self) -> Vec<Lifetime> {
        Lifetime::up_to(self.ruling.policy.longest)
    }

    fn decide(&self, amendment: &Amendment) -> Result<(Granted, Term), Vec<Mistake>> {
        let offered = |term: &Term| match term {
            Term::Kept => true,
            Term::Anew(lifetime) => self.lifetimes().contains(lifetime),
        };
        match (self.terms.decide(&amendment.selected), amendment.term.filter(offered)) {
            (Ok(granted), Some(term)) => Ok((granted, term)),
            (decided, term) => {
                let no_term = term.is_none().then_some(Mistake::NoLifetime);
                Err(decided.err().into_iter().flatten().chain(no_term).collect())
            }
        }
    }
}

/// What `viewer` can change about a connected app.
pub async fn draft(env: &Env, workspace_id: &str, grant_id: &str, viewer: &Viewer) -> Result<Draft, AmendError> {
    draft_within(&mut env.db.read().await?, workspace_id, grant_id, viewer, env.now()).await
}

async fn draft_within(
    tx: &mut Tx,
    workspace_id: &str,
    grant_id: &str,
    viewer: &Viewer,
    now: Timestamp,
) -> Result<Draft, AmendError> {
    let held = store::grant::held(tx, workspace_id, grant_id, now).await?.ok_or(AmendError::NoSuchGrant)?;
    let Held { app_id, granted, expires_at, changed_at, approver_is_member } = held;
    let app = apps::find_within(tx, &app_id).await?.ok_or(AmendError::NoSuchGrant)?;
    let memberships = accounts::memberships_within(tx, &viewer.person.id).await?;
    let membership = memberships.into_iter().find(|membership| membership.workspace.id == workspace_id);
    let membership = membership.ok_or(AmendError::NoSuchGrant)?;
    let ruling = store::policy::ruling(tx, workspace_id, &app_id).await?;
    let may = |right| membership.role.may(right);
    match ruling.obstacle(&membership.workspace.state, &viewer.person.id, &app, may) {
        // Which apps may be connected at all was asked when this one was.
        None | Some(Obstacle::NotReviewed | Obstacle::InDevelopment | Obstacle::Blocked(_)) => {}
        Some(obstacle) => return Err(AmendError::Obstacle(Box::new((app, membership, obstacle)))),
    }
    // What an app needs by now and was not given is for its own question to ask.
    let needs = app.required().intersection(&granted.scopes);
    let terms = Terms {
        lines: terms::lines(&app.declared(), &needs, &app, may),
        numbers: terms::offered(numbers::in_workspace_within(tx, workspace_id).await?),
        current: Some(granted),
        current_ends_at: expires_at,
    };
    let viewer = viewer.clone();
    Ok(Draft { grant_id: grant_id.to_owned(), app, membership, ruling, terms, viewer, changed_at, approver_is_member })
}

/// Changes it in one transaction. Whoever changes a grant stands behind it from then on.
pub async fn amend(env: &Env, live: &LiveGrants, who: &Who, amendment: Amendment) -> Result<(), AmendError> {
    let (unit_env, who) = (env.clone(), who.clone());
    env.db.write(move |tx| Box::pin(async move { amend_within(tx, &unit_env, &who, &amendment).await })).await?;
    live.forget();
    Ok(())
}

async fn amend_within(tx: &mut Tx, env: &Env, who: &Who, amendment: &Amendment) -> Result<(), AmendError> {
    let (now, Amendment { workspace_id, grant_id, viewer, .. }) = (env.now(), amendment);
    // Held against whoever ends or changes it at this moment.
    store::connected::hold(tx, workspace_id, grant_id).await?;
    let draft = draft_within(tx, workspace_id, grant_id, viewer, now).await?;
    let member = accounts::hold_membership(tx, &viewer.person.id, workspace_id).await?;
    if draft.shown() != amendment.shown || member.as_ref() != Some(&draft.membership) {
        return Err(AmendError::Changed);
    }
    let (granted, term) = draft.decide(amendment).map_err(AmendError::Incomplete)?;
    let before = draft.terms.current_ends_at;
    let expires_at = match term {
        Term::Kept => before,
        Term::Anew(lifetime) => lifetime.expires_at(now),
    };
    if draft.approver_is_member && draft.terms.current.as_ref() == Some(&granted) && expires_at == before {
        return Ok(());
    }
    let widened = is_wider(draft.terms.current.as_ref(), &granted) || ends_later(before, expires_at);
    let grant = NewGrant {
        id: env.id("gr"),
        workspace_id: workspace_id.clone(),
        app_id: draft.app.id.clone(),
        approved_by: viewer.person.id.clone(),
        granted,
        expires_at,
        locale: amendment.words.tag(),
    };
    let grant_id = store::grant::save(tx, &grant, now).await?;
    let approved = Approved {
        grant: &grant,
        grant_id,
        app: &draft.app,
        workspace: &draft.membership.workspace,
        person: &viewer.person,
        words: &amendment.words,
    };
    approved.record(tx, env, who).await?;
    if widened {
        approved.send_mails(tx, env).await?;
    }
    Ok(())
}

/// Whether an app may do anything that it could not do before.
fn is_wider(before: Option<&Granted>, after: &Granted) -> bool {
    let Some(before) = before else { return true };
    let more_numbers = match (&before.numbers, &after.numbers) {
        (Numbers::All, _) => false,
        (Numbers::These(_), Numbers::All) => true,
        (Numbers::These(before), Numbers::These(after)) => after.iter().any(|number| !before.contains(number)),
    };
    more_numbers || !after.scopes.is_subset(&before.scopes)
}

fn ends_later(before: Option<Timestamp>, after: Option<Timestamp>) -> bool {
    match (before, after) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(before), Some(after)) => after > before,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::terms::samples::set;

    fn granted(scopes: &str, numbers: &[&str]) -> Granted {
        let numbers = Numbers::These(numbers.iter().map(|id| (*id).to_owned()).collect());
        Granted { scopes: set(scopes), numbers }
    }

    #[test]
    fn people_are_told_of_more_and_not_of_less() {
        let before = granted("messages:send", &["num_1"]);
        assert!(!is_wider(Some(&before), &before));
        assert!(is_wider(Some(&before), &granted("messages:send contacts:read", &["num_1"])));
        assert!(is_wider(Some(&before), &granted("messages:send", &["num_1", "num_2"])));
        let all = Granted { numbers: Numbers::All, ..before.clone() };
        assert!(is_wider(Some(&before), &all));
        assert!(!is_wider(Some(&all), &before));
        assert!(ends_later(Some(Timestamp(1)), None) && ends_later(Some(Timestamp(1)), Some(Timestamp(2))));
        assert!(!ends_later(None, Some(Timestamp(2))) && !ends_later(Some(Timestamp(2)), Some(Timestamp(2))));
    }
}
