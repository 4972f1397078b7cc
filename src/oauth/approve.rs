//! A person answers an app's question.

use serde_json::json;

use super::announce::Approved;
use super::authorize::Fault;
use super::bearer::LiveGrants;
use super::consent::{self, Choice, Place};
use super::request::{Dead, Request, State};
use super::review::{Review, ReviewError, Viewer, question_for, review_within, seats};
use super::stance;
use super::store;
use super::store::grant::{NewCode, NewGrant};
use super::terms::Mistake;
use super::token::CODE_PREFIX;
use super::way_back::Destination;
use crate::accounts;
use crate::apps::App;
use crate::audit::{self, Entry, Who};
use crate::platform::db::Tx;
use crate::platform::limits::{Limit, TooOften};
use crate::platform::secret::PlainSecret;
use crate::platform::web::Words;
use crate::platform::{Env, Timestamp};

/// Answers of one person.
const BY_PERSON: Limit = Limit::new("consent by person", 30, 10);

/// A person's yes.
#[derive(Clone)]
pub struct Approval {
    pub handle: PlainSecret,
    pub viewer: Viewer,
    /// [`Offer::shown`](super::consent::Offer::shown) of the page that they answered.
    pub shown: String,
    pub choice: Choice,
    /// The language of that page.
    pub words: Words,
}

/// Where the browser goes now. The address may hold a code, hence no `Debug`.
pub struct Return {
    pub url: String,
    pub destination: Destination,
    pub app: App,
}

impl Return {
    fn to(request: &Request, app: &App, url: String) -> Self {
        Self { url, destination: request.way_back.destination(), app: app.clone() }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ApproveError {
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// Somebody or something changed since the page was shown; it has to be looked at again.
    #[error("the page is not what it was")]
    Changed,
    #[error("something is missing")]
    Incomplete(Vec<Mistake>),
    #[error(transparent)]
    TooOften(#[from] TooOften),
}

#[derive(Debug, thiserror::Error)]
pub enum DenyError {
    #[error(transparent)]
    Review(#[from] ReviewError),
    #[error(transparent)]
    TooOften(#[from] TooOften),
}

impl From<sqlx::Error> for DenyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Review(ReviewError::Storage(error))
    }
}

impl From<sqlx::Error> for ApproveError {
    fn from(error: sqlx::Error) -> Self {
        Self::Review(ReviewError::Storage(error))
    }
}

/// Approves: one transaction writes the answer, the grant, the code, the audit entry, the event and the mails. Whoever
/// comes second is told that the link was used.
pub async fn approve(env: &Env, live: &LiveGrants, who: &Who, approval: Approval) -> Result<Return, ApproveError> {
    env.limits.check(BY_PERSON, &approval.viewer.person.id)?;
    let (env, who) = (env.clone(), who.clone());
    let work = env.clone();
    let answered =
        env.db.write(move |tx| Box::pin(async move { approve_within(tx, &work, &who, &approval).await })).await?;
    // What an older grant allowed may be more than what was approved now.
    live.forget();
    Ok(answered)
}

async fn approve_within(tx: &mut Tx, env: &Env, who: &Who, approval: &Approval) -> Result<Return, ApproveError> {
    let now = env.now();
    let Review::Offer(offer) = review_within(tx, &approval.handle, &approval.viewer, now).await? else {
        return Err(ApproveError::Changed);
    };
    // A role that is taken away at this very moment is taken away before, and seen here, or after, and seen by every call.
    let held = accounts::hold_membership(tx, &offer.person.id, &offer.membership.workspace.id).await?;
    if offer.shown() != approval.shown || held.as_ref() != Some(&offer.membership) {
        return Err(ApproveError::Changed);
    }
    let (granted, lifetime) = offer.decide(&approval.choice).map_err(ApproveError::Incomplete)?;
    settle(
        tx,
        &offer.request,
        &offer.app,
        State::Approved,
        Some(&offer.membership.workspace.id),
        &offer.person.id,
        now,
    )
    .await?;
    // After the question, as a refusal does it: two answers at once must not wait for each other.
    store::policy::hold_for_approval(tx, &offer.membership.workspace.id, &offer.app.id).await?;
    let ruling = store::policy::ruling(tx, &offer.membership.workspace.id, &offer.app.id).await?;
    if ruling.blocked.is_some() || ruling.policy != offer.ruling.policy {
        return Err(ApproveError::Changed);
    }
    let grant = NewGrant {
        id: env.id("gr"),
        workspace_id: offer.membership.workspace.id.clone(),
        app_id: offer.app.id.clone(),
        approved_by: offer.person.id.clone(),
        granted,
        expires_at: lifetime.expires_at(now),
        locale: approval.words.tag(),
    };
    let grant_id = store::grant::save(tx, &grant, now).await?;
    let code = issue_code(tx, env, &offer.request, &grant_id).await?;
    let approved = Approved {
        grant: &grant,
        grant_id,
        app: &offer.app,
        workspace: &offer.membership.workspace,
        person: &offer.person,
        words: &approval.words,
    };
    approved.record(tx, env, who).await?;
    approved.send_mails(tx, env).await?;
    Ok(Return::to(&offer.request, &offer.app, offer.request.way_back.with_code(&code, &env.config.server.base_url)))
}

/// The one place where a question gets its answer; the second answer finds it taken.
async fn settle(
    tx: &mut Tx,
    request: &Request,
    app: &App,
    answer: State,
    workspace_id: Option<&str>,
    person_id: &str,
    now: Timestamp,
) -> Result<(), ReviewError> {
    if store::request::settle(tx, &request.id, answer, workspace_id, person_id, now).await? {
        return Ok(());
    }
    Err(ReviewError::Dead { dead: Dead::Used, app: Some(app.name.clone()) })
}

async fn issue_code(tx: &mut Tx, env: &Env, request: &Request, grant_id: &str) -> sqlx::Result<PlainSecret> {
    let now = env.now();
    let code = PlainSecret::generate(CODE_PREFIX, &*env.random);
    let issued = NewCode {
        hash: code.hash(),
        grant_id: grant_id.to_owned(),
        app_id: request.app_id.clone(),
        redirect_uri: request.way_back.redirect_uri.clone(),
        code_challenge: request.code_challenge.clone(),
        expires_at: now.plus_s(env.config.oauth.code_lifetime_s),
    };
    store::grant::insert_code(tx, &issued, now).await?;
    Ok(code)
}

/// A person's no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum No {
    /// Not this time.
    Refuse,
    /// Not this time, and the workspace does not want to be asked again.
    Block,
}

/// Refuses: the app is told `access_denied`. Who may approve in the workspace also decides for it: the refusal is
/// remembered there, and a block counts.
pub async fn deny(
    env: &Env,
    live: &LiveGrants,
    who: &Who,
    handle: &PlainSecret,
    viewer: &Viewer,
    no: No,
) -> Result<Return, DenyError> {
    env.limits.check(BY_PERSON, &viewer.person.id)?;
    let (env, who, handle, viewer) = (env.clone(), who.clone(), handle.clone(), viewer.clone());
    let answered = env
        .clone()
        .db
        .write(move |tx| Box::pin(async move { deny_within(tx, &env, &who, &handle, &viewer, no).await }))
        .await?;
    if no == No::Block {
        live.forget();
    }
    Ok(answered)
}

async fn deny_within(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    handle: &PlainSecret,
    viewer: &Viewer,
    no: No,
) -> Result<Return, DenyError> {
    let (now, person_id) = (env.now(), viewer.person.id.as_str());
    let (request, app) = question_for(tx, handle, viewer, now).await?;
    let seats = seats(tx, person_id, &app).await?;
    let seat = match consent::place(&seats, request.chosen_by(person_id)) {
        Place::Here(seat) => Some(seat),
        Place::Nowhere | Place::Asked => None,
    };
    let workspace_id = seat.map(|seat| seat.membership.workspace.id.clone());
    settle(tx, &request, &app, State::Denied, workspace_id.as_deref(), person_id, now).await?;
    let decides = seat.is_some_and(|seat| seat.obstacle.is_none());
    if let Some(workspace_id) = workspace_id.clone().filter(|_| decides) {
        store::policy::refuse(tx, &workspace_id, &app.id, person_id, now).await?;
        if no == No::Block {
            let blocked = stance::Blocking { workspace_id, app_id: app.id.clone(), app_name: app.name.clone() };
            stance::block_within(tx, env, who, &blocked, person_id, "").await?;
        }
    }
    // The log comes last, as everywhere: its head is held to the end, and whoever waited for a row under it would wait for ever.
    let entry = Entry {
        workspace_id,
        action: "authorization.denied",
        target_kind: "app",
        target_id: app.id.clone(),
        detail: json!({ "app": app.name, "scopes": request.scopes.to_string() }),
    };
    audit::record(tx, env, who, entry).await?;
    Ok(Return::to(&request, &app, request.way_back.with_fault(Fault::DENIED, &env.config.server.base_url)))
}
