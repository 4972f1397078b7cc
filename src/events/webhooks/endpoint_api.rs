//! The API of an app's webhook endpoints: what their pages do, for programs.

use axum::Json as JsonAnswer;
use axum::extract::{Path, State as FromState};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::attempt_api::attempt_routes;
use super::endpoint::{Endpoint, EndpointState, Owner, Wish, WishRefusal};
use super::endpoints::{
    Deed, EndpointError, EndpointRefusal, change_endpoint, create_endpoint, endpoint_secrets, find_endpoint,
    list_endpoints,
};
use super::view::{NewWebhookView, SecretList, WebhookList, WebhookView};
use crate::access::AppCaller;
use crate::audit::{Actor, Who};
use crate::platform::Env;
use crate::platform::web::{ClientAddress, Json, Problem, ProblemBody, RequestId};

/// The operations of this room for apps as themselves, to be put behind the check of their secret.
#[must_use]
pub fn app_api_routes() -> OpenApiRouter<Env> {
    OpenApiRouter::new()
        .routes(routes!(get_webhooks, post_webhook))
        .routes(routes!(get_webhook, patch_webhook, delete_webhook))
        .routes(routes!(get_secrets, post_secret))
        .routes(routes!(delete_old_secret))
        .merge(attempt_routes())
}

pub(super) fn owner_of(caller: &AppCaller) -> Owner {
    Owner::App(caller.app_id.clone())
}

/// Who does it, for the audit log.
fn who(caller: &AppCaller, address: String, request_id: String) -> Who {
    Who { actor: Actor::App { id: caller.app_id.clone(), name: caller.app_name.clone() }, address, request_id }
}

/// List webhooks
///
/// The app's webhook endpoints, oldest first: 20 at most.
#[utoipa::path(
    get, path = "/v1/webhooks", operation_id = "list_webhooks", tag = "webhooks",
    responses((status = OK, description = "The endpoints.", body = WebhookList)),
)]
async fn get_webhooks(FromState(env): FromState<Env>, caller: AppCaller) -> Result<JsonAnswer<WebhookList>, Problem> {
    let listed = list_endpoints(&env, &owner_of(&caller)).await;
    let listed = listed.map_err(|error| Problem::broken(&error, "webhook endpoints could not be listed"))?;
    Ok(JsonAnswer(WebhookList { data: listed.into_iter().map(WebhookView::from).collect() }))
}

/// Where to bring what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWebhook {
    /// Where events are brought: an https address on the public internet.
    #[schema(example = "https://app.example.com/hook")]
    url: String,
    /// For people: 100 characters at most.
    #[serde(default)]
    #[schema(nullable = false)]
    description: Option<String>,
    /// Of which kinds to tell; every kind, also of later versions, when it is empty or left out.
    #[serde(default)]
    #[schema(example = json!(["message.received", "grant.revoked"]))]
    events: Vec<String>,
}

/// Add a webhook
///
/// Events that happen from now on are brought to `url`, signed as Standard Webhooks (<https://www.standardwebhooks.com>) has it with
/// the secret in the answer. What an app hears of is what its grants cover.
#[utoipa::path(
    post, path = "/v1/webhooks", operation_id = "create_webhook", tag = "webhooks",
    request_body = NewWebhook,
    responses(
        (status = CREATED, description = "The endpoint, with its secret.", body = NewWebhookView,
         headers(("Location" = String, description = "Where the endpoint is found."))),
        (status = BAD_REQUEST, description = "`invalid_json`; `invalid_request`: a field is missing, unknown or wrong.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "`too_many_webhooks`: there are 20 already.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn post_webhook(
    FromState(env): FromState<Env>,
    caller: AppCaller,
    ClientAddress(address): ClientAddress,
    RequestId(request_id): RequestId,
    Json(new): Json<NewWebhook>,
) -> Result<Response, Problem> {
    let kinds = new.events.iter().map(String::as_str);
    let wish =
        Wish::check(&new.url, new.description.as_deref().unwrap_or_default(), kinds, env.config.outbound.reach())
            .map_err(|refusal| wish_problem(&refusal))?;
    let owner = owner_of(&caller);
    let made = create_endpoint(&env, &who(&caller, address, request_id), &owner, wish).await.map_err(problem)?;
    let secrets = endpoint_secrets(&env, &owner, &made.id).await.map_err(problem)?;
    let location = format!("/v1/webhooks/{}", made.id);
    let view = NewWebhookView { secret: secrets.newest.reveal(), endpoint: WebhookView::from(made) };
    let mut response = (StatusCode::CREATED, JsonAnswer(view)).into_response();
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

async fn found(env: &Env, caller: &AppCaller, id: &str) -> Result<Endpoint, Problem> {
    let found = find_endpoint(env, &owner_of(caller), id).await;
    found
        .map_err(|error| Problem::broken(&error, "a webhook endpoint could not be looked up"))?
        .ok_or_else(|| problem(EndpointRefusal::NoSuchEndpoint.into()))
}

/// Look at a webhook
#[utoipa::path(
    get, path = "/v1/webhooks/{id}", operation_id = "get_webhook", tag = "webhooks",
    params(("id" = String, Path, description = "The endpoint's id.", example = "whe_019b76da7c0075b8a7a6d8d5d8c1d3f2")),
    responses(
        (status = OK, description = "The endpoint.", body = WebhookView),
        (status = NOT_FOUND, description = "`webhook_not_found`: the app has no such endpoint.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn get_webhook(
    FromState(env): FromState<Env>,
    caller: AppCaller,
    Path(id): Path<String>,
) -> Result<JsonAnswer<WebhookView>, Problem> {
    Ok(JsonAnswer(found(&env, &caller, &id).await?.into()))
}

/// What to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WebhookChange {
    #[serde(default)]
    #[schema(nullable = false)]
    url: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    description: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    events: Option<Vec<String>>,
    /// `paused`: nothing is brought, and what happens meanwhile comes when it is `active` again, as far as it is kept.
    #[serde(default)]
    #[schema(nullable = false, example = "paused")]
    state: Option<String>,
}

/// Change a webhook
///
/// Also lets an endpoint go on that was disabled: with `"state": "active"`.
#[utoipa::path(
    patch, path = "/v1/webhooks/{id}", operation_id = "change_webhook", tag = "webhooks",
    params(("id" = String, Path, description = "The endpoint's id.", example = "whe_019b76da7c0075b8a7a6d8d5d8c1d3f2")),
    request_body = WebhookChange,
    responses(
        (status = OK, description = "The endpoint as it is now.", body = WebhookView),
        (status = BAD_REQUEST, description = "`invalid_json`; `invalid_request`: a field is unknown or wrong.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "`webhook_not_found`: the app has no such endpoint.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn patch_webhook(
    FromState(env): FromState<Env>,
    caller: AppCaller,
    ClientAddress(address): ClientAddress,
    RequestId(request_id): RequestId,
    Path(id): Path<String>,
    Json(change): Json<WebhookChange>,
) -> Result<JsonAnswer<WebhookView>, Problem> {
    let (owner, who) = (owner_of(&caller), who(&caller, address, request_id));
    let endpoint = found(&env, &caller, &id).await?;
    for deed in deeds(&env, &endpoint, change)? {
        change_endpoint(&env, &who, &owner, &id, deed).await.map_err(problem)?;
    }
    Ok(JsonAnswer(found(&env, &caller, &id).await?.into()))
}

/// All of a change is judged before anything of it is done.
fn deeds(env: &Env, endpoint: &Endpoint, change: WebhookChange) -> Result<Vec<Deed>, Problem> {
    let mut deeds = Vec::new();
    if change.url.is_some() || change.description.is_some() || change.events.is_some() {
        let url = change.url.as_deref().unwrap_or(&endpoint.url);
        let description = change.description.as_deref().unwrap_or(&endpoint.description);
        let kinds: Vec<&str> = match &change.events {
            Some(names) => names.iter().map(String::as_str).collect(),
            None => endpoint.filter.kinds().iter().map(|kind| kind.name()).collect(),
        };
        let wish = Wish::check(url, description, kinds, env.config.outbound.reach());
        deeds.push(Deed::Change(Box::new(wish.map_err(|refusal| wish_problem(&refusal))?)));
    }
    match change.state.as_deref() {
        None => {}
        Some(state) if state == EndpointState::Active.name() => deeds.push(Deed::Resume),
        Some(state) if state == EndpointState::Paused.name() => deeds.push(Deed::Pause),
        Some(_) => return Err(invalid("state", "`state` must be `active` or `paused`.")),
    }
    Ok(deeds)
}

/// Delete a webhook
///
/// Nothing is brought to it any more, also not what was to come again.
#[utoipa::path(
    delete, path = "/v1/webhooks/{id}", operation_id = "delete_webhook", tag = "webhooks",
    params(("id" = String, Path, description = "The endpoint's id.", example = "whe_019b76da7c0075b8a7a6d8d5d8c1d3f2")),
    responses(
        (status = NO_CONTENT, description = "It is gone."),
        (status = NOT_FOUND, description = "`webhook_not_found`: the app has no such endpoint.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn delete_webhook(
    FromState(env): FromState<Env>,
    caller: AppCaller,
    ClientAddress(address): ClientAddress,
    RequestId(request_id): RequestId,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let who = who(&caller, address, request_id);
    change_endpoint(&env, &who, &owner_of(&caller), &id, Deed::Delete).await.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn secret_list(env: &Env, caller: &AppCaller, id: &str) -> Result<JsonAnswer<SecretList>, Problem> {
    let secrets = endpoint_secrets(env, &owner_of(caller), id).await.map_err(problem)?;
    Ok(JsonAnswer(secrets.into()))
}

/// See a webhook's secrets
#[utoipa::path(
    get, path = "/v1/webhooks/{id}/secrets", operation_id = "list_webhook_secrets", tag = "webhooks",
    params(("id" = String, Path, description = "The endpoint's id.", example = "whe_019b76da7c0075b8a7a6d8d5d8c1d3f2")),
    responses(
        (status = OK, description = "Those that sign at this moment, the newest first.", body = SecretList),
        (status = NOT_FOUND, description = "`webhook_not_found`: the app has no such endpoint.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn get_secrets(
    FromState(env): FromState<Env>,
    caller: AppCaller,
    Path(id): Path<String>,
) -> Result<JsonAnswer<SecretList>, Problem> {
    secret_list(&env, &caller, &id).await
}

/// Rotate a webhook's secret
///
/// A new secret signs from now on, and the one before it beside it for a week, or until it is ended. One that was being
/// replaced already signs no more.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/secrets", operation_id = "rotate_webhook_secret", tag = "webhooks",
    params(("id" = String, Path, description = "The endpoint's id.", example = "whe_019b76da7c0075b8a7a6d8d5d8c1d3f2")),
    responses(
        (status = OK, description = "Those that sign at this moment, the newest first.", body = SecretList),
        (status = NOT_FOUND, description = "`webhook_not_found`: the app has no such endpoint.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn post_secret(
    FromState(env): FromState<Env>,
    caller: AppCaller,
    ClientAddress(address): ClientAddress,
    RequestId(request_id): RequestId,
    Path(id): Path<String>,
) -> Result<JsonAnswer<SecretList>, Problem> {
    let who = who(&caller, address, request_id);
    change_endpoint(&env, &who, &owner_of(&caller), &id, Deed::RotateSecret).await.map_err(problem)?;
    secret_list(&env, &caller, &id).await
}

/// End a webhook's old secret
#[utoipa::path(
    delete, path = "/v1/webhooks/{id}/secrets/old", operation_id = "end_old_webhook_secret", tag = "webhooks",
    params(("id" = String, Path, description = "The endpoint's id.", example = "whe_019b76da7c0075b8a7a6d8d5d8c1d3f2")),
    responses(
        (status = NO_CONTENT, description = "Only the newest secret signs."),
        (status = NOT_FOUND, description = "`webhook_not_found`: the app has no such endpoint.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn delete_old_secret(
    FromState(env): FromState<Env>,
    caller: AppCaller,
    ClientAddress(address): ClientAddress,
    RequestId(request_id): RequestId,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let who = who(&caller, address, request_id);
    change_endpoint(&env, &who, &owner_of(&caller), &id, Deed::EndOldSecret).await.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn invalid(param: &'static str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_request", detail).param(param)
}

fn wish_problem(refusal: &WishRefusal) -> Problem {
    invalid(refusal.field(), refusal.to_string())
}

pub(super) fn problem(error: EndpointError) -> Problem {
    match error {
        EndpointError::Refused(refusal) => {
            let (status, code) = match refusal {
                EndpointRefusal::NoSuchEndpoint => (StatusCode::NOT_FOUND, "webhook_not_found"),
                EndpointRefusal::TooMany => (StatusCode::CONFLICT, "too_many_webhooks"),
            };
            Problem::new(status, code, refusal.to_string())
        }
        error => Problem::broken(&error, "a webhook endpoint could not be changed"),
    }
}
