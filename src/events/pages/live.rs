//! The pages of a workspace that stay as things are while somebody looks at them: they hear that something happened, and
//! fetch themselves anew. What happened they show by the rights of whoever looks, as ever.

use std::collections::VecDeque;

use axum::Router;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::response::sse::Event as SentEvent;
use axum::routing::get;
use serde_json::json;

use crate::events::api::{Stream, Told, last_event_id};
use crate::events::feed::{FeedError, LookUp, Page, Reader, last_place, page};
use crate::events::{Hearer, Saved, Subject};
use crate::platform::Env;
use crate::platform::limits::Hold;
use crate::platform::web::StatusPage;

/// Events that one look reads. Whoever is further behind is told once that something changed.
const LOOK: usize = 100;
/// Pages that one browser keeps open at once; a page that nobody looks at closes its stream.
const STREAMS: Hold = Hold::new("live pages of a session", 8);
/// A place that there never was.
const NOWHERE: i64 = i64::MAX;

/// Somebody who has pages of a workspace open. `accounts` knows who that is; `app.rs` brings the two together.
pub trait Onlooker: FromRequestParts<Env, Rejection = Response> + Send + 'static {
    /// The browser session under which they look.
    fn session_id(&self) -> &str;

    /// Asks again what they may hear of; nothing once their session, their membership or the workspace has ended.
    fn look_up(&self, env: &Env) -> LookUp;
}

pub fn live_routes<O: Onlooker>(env: Env) -> Router {
    Router::new().route("/w/{workspace}/events", get(follow::<O>)).with_state(env)
}

/// What a page's live part says of itself, for `layout/live.html`.
pub struct Live {
    /// The stream of news.
    pub address: String,
    /// What the page shows is at least as new as this place.
    pub place: i64,
    /// How the kinds begin that change it.
    pub kinds: &'static str,
    /// The number or the grant that it is about; empty when it is about all of them.
    pub of: String,
    /// The key of what is said when it has changed.
    pub words: &'static str,
}

impl Live {
    /// Call it before the page's content is read: what happens in between is then heard of.
    pub async fn part(
        env: &Env,
        workspace_id: &str,
        kinds: &'static str,
        of: &str,
        words: &'static str,
    ) -> Result<Self, StatusPage> {
        let place = last_place(env, &Subject::Workspace(workspace_id.to_owned())).await;
        let place = place.map_err(|error| StatusPage::broken(&error, "the place of a page could not be read"))?;
        Ok(Self { address: format!("/w/{workspace_id}/events"), place, kinds, of: of.to_owned(), words })
    }
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Asked {
    after: Option<String>,
}

async fn follow<O: Onlooker>(
    State(env): State<Env>,
    onlooker: O,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, StatusPage> {
    let held = env.limits.hold(STREAMS, onlooker.session_id());
    let held = held.ok_or(StatusPage::new(StatusCode::TOO_MANY_REQUESTS, "busy"))?;
    let look_up = onlooker.look_up(&env);
    let broken = |error: FeedError| StatusPage::broken(&error, "news for a page could not be read");
    let hearer = look_up().await.map_err(|error| broken(error.into()))?.ok_or_else(StatusPage::forbidden)?;
    let after = last_event_id(&headers).or(asked.after).map(|place| place.parse().unwrap_or(NOWHERE));
    let (place, waiting) = begin(&env, &hearer, after).await.map_err(broken)?;
    let reader = Reader::new(&env, hearer, look_up);
    Ok(Stream { reader, place, limit: LOOK, waiting, tell: told }.answer(env, Some(held)))
}

/// Where to go on, and what there is to tell first. Without a place from now on; and from now on, after one word, when
/// what came since is not kept any more or is too much to tell.
async fn begin(env: &Env, hearer: &Hearer, after: Option<i64>) -> Result<(i64, VecDeque<Told>), FeedError> {
    let last = last_place(env, &hearer.subject()).await?;
    match page(env, hearer, after.or(Some(last)), LOOK).await {
        Ok(Page { events, next, at_end: true }) => Ok((next, events.into_iter().map(told).collect())),
        Ok(_) | Err(FeedError::Forgotten | FeedError::Unknown) => Ok((last, VecDeque::from([changed(last)]))),
        Err(error) => Err(error),
    }
}

fn told(saved: Saved) -> Told {
    let of = saved.event.number_id.or(saved.event.grant_id);
    let about = json!({ "type": saved.event.kind.name(), "of": of });
    SentEvent::default().id(saved.seq.to_string()).json_data(about)
}

fn changed(place: i64) -> Told {
    SentEvent::default().id(place.to_string()).json_data(json!({ "type": "changed" }))
}
