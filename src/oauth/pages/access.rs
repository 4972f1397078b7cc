//! Changing what a connected app may do, without the app.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::connected::{GrantPath, Room};
use super::permissions::{GroupView, grid};
use super::terms::{self, LifetimeView, NumberView};
use super::viewer;
use crate::accounts::{InWorkspace, Membership, Right};
use crate::apps::App;
use crate::oauth::amend::{AmendError, Amendment, Draft, Term, amend, draft};
use crate::oauth::lifetime::Lifetime;
use crate::oauth::policy::Obstacle;
use crate::oauth::terms::Selection;
use crate::platform::secret::same;
use crate::platform::web::{FieldErrors, Form, Notice, Page, Shell, StatusPage, Tone, redirect};

/// The field's value for leaving the end as it is.
const KEEP: &str = "keep";

#[derive(Template)]
#[template(path = "oauth/access.html")]
struct AccessPage {
    shell: Shell,
    errors: FieldErrors,
    workspace_id: String,
    /// Binds the answer to this very page.
    seen: String,
    draft: Draft,
    groups: Vec<GroupView>,
    all_numbers: bool,
    numbers: Vec<NumberView>,
    /// Whether leaving the end as it is differs from every other choice.
    keepable: bool,
    keep: bool,
    lifetimes: Vec<LifetimeView>,
    idle_days: i64,
}

/// Somebody whose role, or the workspace's rules, leave the change to others.
#[derive(Template)]
#[template(path = "oauth/access_refused.html")]
struct RefusedPage {
    shell: Shell,
    workspace_id: String,
    grant_id: String,
    app: App,
    membership: Membership,
    obstacle: Obstacle,
}

fn page(room: &Room, member: &InWorkspace, draft: Draft, selected: &Selection, term: Option<Term>) -> AccessPage {
    let (shown, rest) = grid(&draft.terms.lines, &selected.scopes, None);
    let lifetimes = draft.lifetimes();
    let keepable = draft.terms.current_ends_at.is_some() || !lifetimes.contains(&Lifetime::UntilDisconnected);
    let picked = match term {
        Some(Term::Anew(lifetime)) => Some(lifetime),
        Some(Term::Kept) => (!keepable).then_some(Lifetime::UntilDisconnected),
        None => None,
    };
    AccessPage {
        shell: member.shell("apps"),
        errors: FieldErrors::default(),
        workspace_id: member.id().to_owned(),
        seen: member.visitor.browser.seal_of(&draft.shown()),
        groups: shown.into_iter().chain(rest).collect(),
        all_numbers: selected.all_numbers,
        numbers: terms::numbers(&draft.terms, selected),
        keepable,
        keep: term == Some(Term::Kept),
        lifetimes: lifetimes.into_iter().map(|lifetime| LifetimeView::of(lifetime, picked)).collect(),
        idle_days: room.env.config.oauth.refresh_idle_s / 86_400,
        draft,
    }
}

pub async fn show(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, grant_id)): GrantPath,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageApps)?;
    fresh(&room, &member, &grant_id, StatusCode::OK, None).await
}

/// The page as it opens.
async fn fresh(
    room: &Room,
    member: &InWorkspace,
    grant_id: &str,
    status: StatusCode,
    notice: Option<Notice>,
) -> Result<Response, StatusPage> {
    let viewer = viewer(&member.visitor).ok_or(StatusPage::forbidden())?;
    match draft(&room.env, member.id(), grant_id, &viewer).await {
        Ok(draft) => {
            let selected = draft.terms.first_selection();
            let mut page = page(room, member, draft, &selected, Some(Term::Kept));
            page.shell.notice = notice;
            Ok(Page(status, page).into_response())
        }
        Err(error) => refused(member, grant_id, error),
    }
}

fn refused(member: &InWorkspace, grant_id: &str, error: AmendError) -> Result<Response, StatusPage> {
    match error {
        AmendError::Obstacle(what) => {
            let (app, membership, obstacle) = *what;
            let page = RefusedPage {
                shell: member.shell("apps"),
                workspace_id: member.id().to_owned(),
                grant_id: grant_id.to_owned(),
                app,
                membership,
                obstacle,
            };
            Ok(Page(StatusCode::FORBIDDEN, page).into_response())
        }
        AmendError::Storage(error) => Err(StatusPage::broken(&error, "a grant could not be changed")),
        AmendError::NoSuchGrant | AmendError::Changed | AmendError::Incomplete(_) => Err(StatusPage::not_found()),
    }
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Answer {
    seen: String,
    numbers: String,
    lifetime: String,
}

pub async fn post(
    State(room): State<Room>,
    member: InWorkspace,
    Path((_, grant_id)): GrantPath,
    form: Form<Answer>,
) -> Result<Response, StatusPage> {
    member.needs(Right::ManageApps)?;
    let viewer = viewer(&member.visitor).ok_or(StatusPage::forbidden())?;
    let draft = match draft(&room.env, member.id(), &grant_id, &viewer).await {
        Ok(draft) => draft,
        Err(error) => return refused(&member, &grant_id, error),
    };
    let again = Some(Notice { tone: Tone::Warning, words: "access-changed" });
    if !same(&member.visitor.browser.seal_of(&draft.shown()), &form.fields.seen) {
        return fresh(&room, &member, &grant_id, StatusCode::CONFLICT, again).await;
    }
    let term = match form.fields.lifetime.as_str() {
        KEEP => Some(Term::Kept),
        other => Lifetime::named(other).map(Term::Anew),
    };
    let selected = terms::selection(&form, &form.fields.numbers);
    let amendment = Amendment {
        workspace_id: member.id().to_owned(),
        grant_id: grant_id.clone(),
        viewer,
        shown: draft.shown(),
        selected: selected.clone(),
        term,
        words: member.visitor.words.clone(),
    };
    match amend(&room.env, &room.live, &member.visitor.who(), amendment).await {
        Ok(()) => Ok(redirect(&format!("/w/{}/apps/{grant_id}?done=changed", member.id()))),
        Err(AmendError::Incomplete(mistakes)) => {
            let mut page = page(&room, &member, draft, &selected, term);
            page.errors = terms::field_errors(&member.visitor.words, mistakes);
            Ok(Page(StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(AmendError::Changed) => fresh(&room, &member, &grant_id, StatusCode::CONFLICT, again).await,
        Err(error) => refused(&member, &grant_id, error),
    }
}
