//! Telling others: facts, saved in the transaction of the change that made them; the feeds that read them; and the webhook
//! endpoints to which they are brought.

mod api;
mod catalogue;
mod catalogue_api;
mod event;
mod facts;
mod feed;
mod jobs;
mod message_facts;
mod pages;
mod samples;
mod store;
mod surroundings;
mod view;
mod webhooks;

pub use api::api_routes;
pub use catalogue_api::{fact_schemas, webhooks};
pub use event::{Event, Hearer, Kind, Saved, Subject};
pub use facts::{AppFact, EndpointFact, GrantEndedFact, GrantFact, LinkCodeFact, NumberFact, NumbersFact, VoteFact};
pub use feed::LookUp;
pub use jobs::{jobs, take_over};
pub use message_facts::{ContactCardFact, FileFact, LocationFact, MessageFact, PollFact, TextFact};
pub use pages::{
    Keeper, Live, Onlooker, Passerby, app_webhook_routes, catalogue_routes, live_routes, workspace_webhook_routes,
};
pub use surroundings::{Grants, Owners, Responsible, Standing};
pub use webhooks::{
    AgainError, AgainRefusal, Attempt, Deed, Endpoint, EndpointError, EndpointRefusal, EndpointState, Filter,
    NoSigningSecret, Outcome, Owner, SampleError, Secrets, SigningSecret, Wanted, Wish, WishRefusal, app_api_routes,
    attempts, change_endpoint, create_endpoint, endpoint_secrets, find_endpoint, list_endpoints, recover, resend,
    seal_secrets_anew, send_sample, webhook_headers,
};

use crate::platform::Env;
use crate::platform::db::Tx;

/// The bell that sounds when facts have been committed.
const BELL: &str = "events";

/// Saves a fact. Call it inside the unit of work that makes the fact true: then neither exists without the other.
pub async fn emit(tx: &mut Tx, env: &Env, event: Event) -> sqlx::Result<()> {
    emit_words(tx, env, event, None).await
}

/// The same of a fact that holds the words of a message: [`retell`] finds it by the message's id.
pub async fn emit_words(tx: &mut Tx, env: &Env, event: Event, message_id: Option<&str>) -> sqlx::Result<()> {
    tx.ring(BELL);
    let now = env.now();
    let seq = store::outbox::insert(tx, &env.id("evt"), &event, message_id, now).await?;
    if store::lanes::wake(tx, &event, seq, now).await? {
        tx.ring(webhooks::dispatch::JOB);
    }
    Ok(())
}

/// The words of a message are gone: from now on whatever is kept of facts that held them tells `data` in their place.
pub async fn retell(tx: &mut Tx, message_id: &str, data: &serde_json::Value) -> sqlx::Result<()> {
    store::outbox::replace_words(tx, message_id, data).await
}

/// From now on the app's endpoints hear of the workspace. Call it in the transaction that makes the grant, before the first
/// fact about it.
pub async fn begin_to_tell(tx: &mut Tx, grant_id: &str, workspace_id: &str, app_id: &str) -> sqlx::Result<()> {
    store::hearers::insert(tx, grant_id, workspace_id, app_id).await
}

/// The app's endpoints hear no more by this grant. Call it in the transaction that ends the grant, after the last fact
/// about it.
pub async fn end_telling(tx: &mut Tx, grant_id: &str) -> sqlx::Result<()> {
    store::hearers::delete(tx, grant_id).await
}
