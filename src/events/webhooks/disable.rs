//! Stopping by ourselves: an endpoint that takes nothing for days is told no more until its owner lets it go on.

use serde_json::json;

use super::deliver::Courier;
use super::endpoint::{DisabledBecause, Endpoint, Owner};
use crate::audit::{self, Entry, Who};
use crate::events::store::endpoints as store;
use crate::events::{EndpointFact, Event, Kind, emit};
use crate::platform::Env;
use crate::platform::db::Tx;
use crate::platform::mail::{self, Mail};
use crate::platform::web::Words;

#[derive(Debug, thiserror::Error)]
enum DisableError {
    /// Somebody was first.
    #[error("it is not active")]
    Already,
    #[error("storage failed")]
    Storage(#[from] sqlx::Error),
}

/// Disables an endpoint, and tells its owner: an event, a mail and an entry in the audit log.
pub(super) async fn disable(courier: &Courier, endpoint: &Endpoint, because: DisabledBecause) -> sqlx::Result<()> {
    let (unit_courier, endpoint) = (courier.clone(), endpoint.clone());
    let unit = courier
        .env
        .db
        .write(move |tx| Box::pin(async move { disable_in(tx, &unit_courier, &endpoint, because).await }));
    match unit.await {
        Ok(()) | Err(DisableError::Already) => Ok(()),
        Err(DisableError::Storage(error)) => Err(error),
    }
}

async fn disable_in(
    tx: &mut Tx,
    courier: &Courier,
    endpoint: &Endpoint,
    because: DisabledBecause,
) -> Result<(), DisableError> {
    let env = &courier.env;
    let event = Event {
        kind: Kind::EndpointDisabled,
        subject: endpoint.owner.clone(),
        number_id: None,
        grant_id: None,
        data: json!(EndpointFact {
            endpoint_id: endpoint.id.clone(),
            url: endpoint.url.clone(),
            reason: because.name().to_owned(),
            failing_since: endpoint.failing_since.unwrap_or(env.now()).rfc3339(),
        }),
    };
    // Before the endpoint's row is locked, as in every other unit of work that emits.
    emit(tx, env, event).await?;
    if !store::disable(tx, &endpoint.id, because, env.now()).await? {
        return Err(DisableError::Already);
    }
    record(tx, env, &Who::system(), "endpoint.disabled", endpoint, json!({ "reason": because.name() })).await?;
    let words = Words::for_header("");
    let host = host_of(&endpoint.url);
    let page = env.config.server.url(&format!("{}/{}", pages_of(&endpoint.owner), endpoint.id));
    let product = env.config.server.product_name.as_str();
    for person in courier.owners.responsible(tx, &endpoint.owner).await? {
        let why = words.text(match because {
            DisabledBecause::Failing => "webhook-mail-failing",
            DisabledBecause::Gone => "webhook-mail-gone",
        });
        let fill = [("product", product), ("name", &person.name), ("host", &host), ("why", &why), ("page", &page)];
        let letter = Mail {
            id: env.id("mail"),
            recipient: person.email.clone(),
            subject: words.msg("webhook-mail-subject").plain(&fill),
            body: words.msg("webhook-mail-body").plain(&fill),
            created_at: env.now(),
        };
        mail::save(tx, &letter).await?;
    }
    Ok(())
}

/// Where the endpoints of an owner are listed; each has its page below.
pub(in crate::events) fn pages_of(owner: &Owner) -> String {
    match owner {
        Owner::App(id) => format!("/developers/apps/{id}/webhooks"),
        Owner::Workspace(id) => format!("/w/{id}/webhooks"),
    }
}

/// What of an address may be shown to more people than its owner.
pub(in crate::events) fn host_of(url: &str) -> String {
    url::Url::parse(url).ok().and_then(|url| url.host_str().map(ToOwned::to_owned)).unwrap_or_default()
}

/// An entry about an endpoint. Of its address it names the host: the rest may be a secret.
pub(super) async fn record(
    tx: &mut Tx,
    env: &Env,
    who: &Who,
    action: &'static str,
    endpoint: &Endpoint,
    mut detail: serde_json::Value,
) -> sqlx::Result<()> {
    detail["host"] = host_of(&endpoint.url).into();
    let workspace_id = match &endpoint.owner {
        Owner::Workspace(id) => Some(id.clone()),
        Owner::App(id) => {
            detail["app_id"] = id.clone().into();
            None
        }
    };
    let entry = Entry { workspace_id, action, target_kind: "endpoint", target_id: endpoint.id.clone(), detail };
    audit::record(tx, env, who, entry).await
}
