//! A person answers an app's question.

use serde_json::{Value, json};

use super::authorize::Fault;
use super::bearer::LiveGrants;
use super::consent::{self, Choice, Mistake, Numbers, Offer, Place};
use super::request::{Dead, Request, State};
use super::review::{Review, ReviewError, Viewer, open_question, review_within};
use super::store;
use super::store::grant::{NewCode, NewGrant};
use super::token::CODE_PREFIX;
use super::way_back::Destination;
use crate::accounts;
use crate::apps::App;
use crate::audit::{self, Entry, Who};
use crate::events::{self, Event, Kind};
use crate::platform::db::Tx;
use crate::platform::limits::{Limit, TooOften};
use crate::platform::mail::{self, Mail};
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
    /// [`Offer::shown`] of the page that they answered.
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
    env.bell.ring(mail::JOB);
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
    let granted = offer.decide(&approval.choice).map_err(ApproveError::Incomplete)?;
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
    let grant = NewGrant {
        id: env.id("gr"),
        workspace_id: offer.membership.workspace.id.clone(),
        app_id: offer.app.id.clone(),
        approved_by: offer.person.id.clone(),
        granted,
        expires_at: approval.choice.lifetime.and_then(|lifetime| lifetime.expires_at(now)),
        locale: approval.words.tag(),
    };
    let grant_id = store::grant::save(tx, &grant, now).await?;
    let code = issue_code(tx, env, &offer.request, &grant_id).await?;
    tell(tx, env, who, &offer, &grant, grant_id).await?;
    send_mails(tx, env, &approval.words, &offer, &grant).await?;
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

/// The audit entry and the event of a new or changed grant.
async fn tell(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    offer: &Offer,
    grant: &NewGrant,
    grant_id: String,
) -> sqlx::Result<()> {
    let (action, kind) = if grant_id == grant.id {
        ("grant.created", Kind::GrantCreated)
    } else {
        ("grant.changed", Kind::GrantChanged)
    };
    let numbers = match &grant.granted.numbers {
        Numbers::All => Value::from("all"),
        Numbers::These(numbers) => Value::from(numbers.clone()),
    };
    let fact = json!({
        "app_id": grant.app_id,
        "scopes": grant.granted.scopes.to_string(),
        "numbers": numbers,
        "expires_at": grant.expires_at.map(Timestamp::rfc3339),
    });
    let mut detail = fact.clone();
    detail["app"] = offer.app.name.clone().into();
    detail["locale"] = grant.locale.into();
    let workspace_id = Some(grant.workspace_id.clone());
    let entry =
        Entry { workspace_id: workspace_id.clone(), action, target_kind: "grant", target_id: grant_id.clone(), detail };
    audit::record(tx, env, who, entry).await?;
    let event = Event { kind, workspace_id, number_id: None, grant_id: Some(grant_id), data: fact };
    events::emit(tx, env, event).await
}

/// To whoever approved and to the owners: what an app may do now, and where to end it. No link in it approves anything.
async fn send_mails(tx: &mut Tx, env: &Env, words: &Words, offer: &Offer, grant: &NewGrant) -> sqlx::Result<()> {
    let mut readers = accounts::owners_within(tx, &grant.workspace_id).await?;
    if !readers.iter().any(|owner| owner.id == offer.person.id) {
        readers.push(offer.person.clone());
    }
    let (app, workspace) = (offer.app.name.as_str(), offer.membership.workspace.name.as_str());
    let scopes: Vec<String> =
        grant.granted.scopes.iter().map(|scope| format!("- {}", words.text(&scope.words()))).collect();
    let apps_page = env.config.server.url(&format!("/w/{}/apps", grant.workspace_id));
    let subject = words.msg("consent-mail-subject").plain(&[("app", app), ("workspace", workspace)]);
    let body = [
        words.msg("consent-mail-what").plain(&[("person", &offer.person.name), ("app", app), ("workspace", workspace)]),
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

/// Refuses: the app is told `access_denied`, and nothing else happens.
pub async fn deny(env: &Env, who: &Who, handle: &PlainSecret, viewer: &Viewer) -> Result<Return, DenyError> {
    env.limits.check(BY_PERSON, &viewer.person.id)?;
    let (env, who, handle, person_id) = (env.clone(), who.clone(), handle.clone(), viewer.person.id.clone());
    env.clone()
        .db
        .write(move |tx| Box::pin(async move { deny_within(tx, &env, &who, &handle, &person_id).await }))
        .await
}

async fn deny_within(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    handle: &PlainSecret,
    person_id: &str,
) -> Result<Return, DenyError> {
    let now = env.now();
    let (request, app) = open_question(tx, handle, now).await?;
    let memberships = accounts::memberships_within(tx, person_id).await?;
    let workspace_id = match consent::place(&memberships, request.chosen_by(person_id), |_| true) {
        Place::Here(membership) => Some(membership.workspace.id.clone()),
        Place::Nowhere | Place::Asked => None,
    };
    settle(tx, &request, &app, State::Denied, workspace_id.as_deref(), person_id, now).await?;
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
