//! A person looks at an app's question: what they would approve, and where.

use super::consent::{self, Obstacle, Offer, Place};
use super::request::{Chosen, Dead, HANDLE_PREFIX, Request};
use super::store;
use crate::accounts::{self, Membership, Person};
use crate::apps::{self, App, AppState};
use crate::numbers;
use crate::platform::db::Tx;
use crate::platform::secret::PlainSecret;
use crate::platform::{Env, Timestamp};

/// Somebody signed in, and in which browser session.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub person: Person,
    pub session_id: String,
}

/// Why there is nothing to look at.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// With the app's name, if it is known.
    #[error("{dead}")]
    Dead { dead: Dead, app: Option<String> },
    /// Unknown or suspended by now.
    #[error("the app is not known, or suspended")]
    NoSuchApp,
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

/// What a person is to see under a handle.
pub enum Review {
    /// They have no workspace yet.
    NoWorkspace,
    /// They have to pick one.
    Choose,
    /// They cannot approve the app in this workspace.
    Blocked(Box<Blocked>),
    Offer(Box<Offer>),
}

pub struct Blocked {
    pub app: App,
    pub membership: Membership,
    pub obstacle: Obstacle,
    pub has_other_workspaces: bool,
}

/// The app that asks under a handle, as long as somebody can answer.
pub async fn asking_app(env: &Env, handle: &PlainSecret) -> Result<App, ReviewError> {
    let (_, app) = open_question(&mut env.db.read().await?, handle, env.now()).await?;
    Ok(app)
}

/// What `viewer` is to see now.
pub async fn review(env: &Env, handle: &PlainSecret, viewer: &Viewer) -> Result<Review, ReviewError> {
    review_within(&mut env.db.read().await?, handle, viewer, env.now()).await
}

/// The same inside a unit of work, so that an answer is held against what is true at that moment.
pub(super) async fn review_within(
    tx: &mut Tx,
    handle: &PlainSecret,
    viewer: &Viewer,
    now: Timestamp,
) -> Result<Review, ReviewError> {
    let (request, app) = open_question(tx, handle, now).await?;
    let memberships = accounts::memberships_within(tx, &viewer.person.id).await?;
    let chosen = request.chosen_by(&viewer.person.id);
    let may_approve = |membership: &Membership| obstacle(membership, &app).is_none();
    let membership = match consent::place(&memberships, chosen, may_approve) {
        Place::Nowhere => return Ok(Review::NoWorkspace),
        Place::Asked => return Ok(Review::Choose),
        Place::Here(membership) => membership.clone(),
    };
    let has_other_workspaces = memberships.len() > 1;
    if let Some(obstacle) = obstacle(&membership, &app) {
        return Ok(Review::Blocked(Box::new(Blocked { app, membership, obstacle, has_other_workspaces })));
    }
    let workspace_id = &membership.workspace.id;
    let (current, current_ends_at) = store::grant::active(tx, workspace_id, &app.id, now).await?.unzip();
    Ok(Review::Offer(Box::new(Offer {
        lines: consent::lines(&request.scopes, &app, |right| membership.role.may(right)),
        numbers: consent::offered(numbers::in_workspace_within(tx, workspace_id).await?),
        current,
        current_ends_at: current_ends_at.flatten(),
        request,
        app,
        person: viewer.person.clone(),
        session_id: viewer.session_id.clone(),
        membership,
        has_other_workspaces,
    })))
}

/// The question under a handle and the app that asks it, as long as it can be answered.
pub(super) async fn open_question(
    tx: &mut Tx,
    handle: &PlainSecret,
    now: Timestamp,
) -> Result<(Request, App), ReviewError> {
    if !handle.is_well_formed(HANDLE_PREFIX) {
        return Err(ReviewError::Dead { dead: Dead::Altered, app: None });
    }
    // A handle of ours that is not known any more was swept away long after its time.
    let Some(request) = store::request::find(tx, &handle.hash()).await? else {
        return Err(ReviewError::Dead { dead: Dead::Expired, app: None });
    };
    let app = apps::find_within(tx, &request.app_id).await?.filter(|app| app.state == AppState::Active);
    let app = app.ok_or(ReviewError::NoSuchApp)?;
    match request.open(now) {
        Ok(request) => Ok((request, app)),
        Err(dead) => Err(ReviewError::Dead { dead, app: Some(app.name) }),
    }
}

fn obstacle(membership: &Membership, app: &App) -> Option<Obstacle> {
    consent::obstacle(&membership.workspace.state, |right| membership.role.may(right), app)
}

/// The workspaces of a person, as they can be picked for an app.
pub struct Choices {
    pub app: App,
    pub rows: Vec<ChoiceRow>,
}

pub struct ChoiceRow {
    pub membership: Membership,
    pub obstacle: Option<Obstacle>,
    /// How many numbers it has.
    pub numbers: usize,
    /// Whether the app has access to it already.
    pub connected: bool,
    pub picked: bool,
}

/// Everything that the workspace chooser shows.
pub async fn choices(env: &Env, handle: &PlainSecret, viewer: &Viewer) -> Result<Choices, ReviewError> {
    let tx = &mut env.db.read().await?;
    let now = env.now();
    let (request, app) = open_question(tx, handle, now).await?;
    let picked = request.chosen_by(&viewer.person.id);
    let mut rows = Vec::new();
    for membership in accounts::memberships_within(tx, &viewer.person.id).await? {
        let workspace_id = &membership.workspace.id;
        rows.push(ChoiceRow {
            obstacle: obstacle(&membership, &app),
            numbers: consent::offered(numbers::in_workspace_within(tx, workspace_id).await?).len(),
            connected: store::grant::active(tx, workspace_id, &app.id, now).await?.is_some(),
            picked: picked == Some(workspace_id),
            membership,
        });
    }
    Ok(Choices { app, rows })
}

/// Picks a workspace for the app. False when it is none in which this person can approve.
pub async fn choose(
    env: &Env,
    handle: &PlainSecret,
    viewer: &Viewer,
    workspace_id: String,
) -> Result<bool, ReviewError> {
    let (now, handle) = (env.now(), handle.clone());
    let chosen = Chosen { workspace_id, person_id: viewer.person.id.clone() };
    env.db
        .write(move |tx| {
            Box::pin(async move {
                let (request, app) = open_question(tx, &handle, now).await?;
                let memberships = accounts::memberships_within(tx, &chosen.person_id).await?;
                let wanted = memberships.iter().find(|membership| membership.workspace.id == chosen.workspace_id);
                if wanted.is_none_or(|membership| obstacle(membership, &app).is_some()) {
                    return Ok(false);
                }
                Ok(store::request::choose(tx, &request.id, &chosen, now).await?)
            })
        })
        .await
}
