//! A person looks at an app's question: what they would approve, and where.

use super::consent::{self, Offer, Place, Seat};
use super::policy::Obstacle;
use super::request::{Chosen, Dead, HANDLE_PREFIX, Request};
use super::store;
use super::terms::{self, Terms};
use crate::accounts::{self, Membership, Person};
use crate::apps::{self, App, AppState};
use crate::numbers;
use crate::platform::db::Tx;
use crate::platform::secret::PlainSecret;
use crate::platform::{Env, Timestamp};

/// Somebody signed in, in which browser session, and since when.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub person: Person,
    pub session_id: String,
    pub signed_in_at: Timestamp,
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
    /// The app wishes for a person who signed in for this request.
    #[error("the app asks for a new sign-in")]
    SignInAnew,
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

/// The question under a handle and the app that asks it, as long as somebody can answer.
pub async fn waiting(env: &Env, handle: &PlainSecret) -> Result<(Request, App), ReviewError> {
    open_question(&mut env.db.read().await?, handle, env.now()).await
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
    let (request, app) = question_for(tx, handle, viewer, now).await?;
    let seats = seats(tx, &viewer.person.id, &app).await?;
    let Seat { membership, ruling, obstacle } = match consent::place(&seats, request.chosen_by(&viewer.person.id)) {
        Place::Nowhere => return Ok(Review::NoWorkspace),
        Place::Asked => return Ok(Review::Choose),
        Place::Here(seat) => seat.clone(),
    };
    let has_other_workspaces = seats.len() > 1;
    if let Some(obstacle) = obstacle {
        return Ok(Review::Blocked(Box::new(Blocked { app, membership, obstacle, has_other_workspaces })));
    }
    let workspace_id = &membership.workspace.id;
    let (current, current_ends_at) = store::grant::active(tx, workspace_id, &app.id, now).await?.unzip();
    let terms = Terms {
        lines: terms::lines(&request.scopes, &app.required(), &app, |right| membership.role.may(right)),
        numbers: terms::offered(numbers::in_workspace_within(tx, workspace_id).await?),
        current,
        current_ends_at: current_ends_at.flatten(),
    };
    let (person, session_id) = (viewer.person.clone(), viewer.session_id.clone());
    let offer = Offer { request, app, person, session_id, membership, ruling, terms, has_other_workspaces };
    Ok(Review::Offer(Box::new(offer)))
}

/// Every workspace of a person, as it stands to an app.
pub(super) async fn seats(tx: &mut Tx, person_id: &str, app: &App) -> sqlx::Result<Vec<Seat>> {
    let mut seats = Vec::new();
    for membership in accounts::memberships_within(tx, person_id).await? {
        let ruling = store::policy::ruling(tx, &membership.workspace.id, &app.id).await?;
        let may = |right| membership.role.may(right);
        let obstacle = ruling.obstacle(&membership.workspace.state, person_id, app, may);
        seats.push(Seat { membership, ruling, obstacle });
    }
    Ok(seats)
}

/// The question under a handle for somebody who may answer it as they signed in.
pub(super) async fn question_for(
    tx: &mut Tx,
    handle: &PlainSecret,
    viewer: &Viewer,
    now: Timestamp,
) -> Result<(Request, App), ReviewError> {
    let (request, app) = open_question(tx, handle, now).await?;
    if request.wants_newer_sign_in(viewer.signed_in_at) { Err(ReviewError::SignInAnew) } else { Ok((request, app)) }
}

/// The question under a handle and the app that asks it, as long as it can be answered.
async fn open_question(tx: &mut Tx, handle: &PlainSecret, now: Timestamp) -> Result<(Request, App), ReviewError> {
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
    let (request, app) = question_for(tx, handle, viewer, now).await?;
    let picked = request.chosen_by(&viewer.person.id).or(request.wishes.workspace_hint.as_deref());
    let mut rows = Vec::new();
    for Seat { membership, obstacle, .. } in seats(tx, &viewer.person.id, &app).await? {
        let workspace_id = &membership.workspace.id;
        rows.push(ChoiceRow {
            obstacle,
            numbers: terms::offered(numbers::in_workspace_within(tx, workspace_id).await?).len(),
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
    let (now, handle, viewer) = (env.now(), handle.clone(), viewer.clone());
    let chosen = Chosen { workspace_id, person_id: viewer.person.id.clone() };
    env.db
        .write(move |tx| {
            Box::pin(async move {
                let (request, app) = question_for(tx, &handle, &viewer, now).await?;
                let seats = seats(tx, &chosen.person_id, &app).await?;
                let wanted = seats.iter().find(|seat| seat.membership.workspace.id == chosen.workspace_id);
                if wanted.is_none_or(|seat| seat.obstacle.is_some()) {
                    return Ok(false);
                }
                Ok(store::request::choose(tx, &request.id, &chosen, now).await?)
            })
        })
        .await
}
