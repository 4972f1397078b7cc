//! A sample that an owner sends to an endpoint of theirs, to see what it does with it.

use serde_json::json;

use super::attempt::{Attempt, Outcome};
use super::call::{Route, Told, attempt, call};
use super::endpoint::Owner;
use super::endpoints::{EndpointError, EndpointRefusal, opened_secrets};
use crate::events::store::{attempts, endpoints as store};
use crate::events::view::EventView;
use crate::events::{Kind, Saved};
use crate::platform::Env;
use crate::platform::limits::{Limit, TooOften};

/// Each is a call to somebody's server.
const TESTS: Limit = Limit::new("webhook tests", 10, 6);

#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    #[error(transparent)]
    TooOften(#[from] TooOften),
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
}

impl From<sqlx::Error> for SampleError {
    fn from(error: sqlx::Error) -> Self {
        Self::Endpoint(EndpointError::Storage(error))
    }
}

/// Sends the catalogue's sample of a kind at once, marked `"test": true`, whatever state the endpoint is in: what came of it.
pub async fn send_sample(env: &Env, owner: &Owner, id: &str, kind: Kind) -> Result<Attempt, SampleError> {
    let mut tx = env.db.read().await?;
    let own = store::find_own(&mut tx, owner, id).await?.is_some();
    let found = if own { store::find(&mut tx, id).await? } else { None };
    drop(tx);
    let (endpoint, sealed) = found.ok_or(EndpointError::Refused(EndpointRefusal::NoSuchEndpoint))?;
    env.limits.check(TESTS, id)?;
    let secrets = opened_secrets(env, id, &sealed).map_err(EndpointError::Sealing)?;
    let route = Route { endpoint, secrets };
    let saved = Saved { id: env.id("evt"), created_at: env.now(), ..kind.sample() };
    let mut body = json!(EventView::from(saved.clone()));
    body["test"] = true.into();
    let exchange = call(env, &route, &saved.id, body.to_string().into_bytes()).await;
    let told = Told { saved: &saved, grant_id: "", number: 1, outcome: Outcome::Test, next_at: None };
    let made = attempt(env, &route.endpoint, &told, exchange);
    let kept = made.clone();
    env.db.write(move |tx| Box::pin(async move { attempts::insert(tx, &kept).await })).await?;
    Ok(made)
}
