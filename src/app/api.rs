//! The API: the rooms' operations behind one bearer check, and the document that describes them.

use std::sync::Arc;

use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get};
use axum::{Extension, Router};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation as Described, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, Ref, ResponseBuilder, Server,
};
use utoipa::{PartialSchema as _, ToSchema as _};
use utoipa_axum::router::OpenApiRouter;

use super::joints::SessionsOfNumbers;
use crate::access::{OPERATIONS, Operation};
use crate::numbers::Sessions;
use crate::oauth::{Guard, LiveGrants};
use crate::platform::Env;
use crate::platform::web::{Problem, ProblemBody};
use crate::{events, messages, numbers, oauth};

const ABOUT: &str = "Act on a workspace's WhatsApp numbers, within the grant that a person gave your app.\n\n\
    Every call carries an access token: `Authorization: Bearer gl_at_…`. Each operation needs one scope. What a call may \
    do is what the grant allows at that moment; once it ends, the next call is a 401.\n\n\
    A refusal is an `application/problem+json` (RFC 9457). Its `code` is for programs and never changes, its `detail` is \
    a sentence for people, and its `request_id`, also in the header `X-Request-Id`, names the call in the logs.";

/// Every room's operations, one line a room: those that need nothing but the database.
fn operations() -> OpenApiRouter<Env> {
    OpenApiRouter::new()
        .merge(oauth::account_routes())
        .merge(numbers::api_routes())
        .merge(messages::api_routes())
        .merge(events::api_routes())
}

/// Those that ask something of the numbers' sessions at once.
fn session_operations(env: &Env, sessions: &Sessions) -> Router {
    let desk = messages::Desk { env: env.clone(), line: Arc::new(SessionsOfNumbers(sessions.clone())) };
    let (changes, _) = messages::change_routes().split_for_parts();
    let (calls, _) = numbers::call_routes().split_for_parts();
    changes.with_state(desk).merge(calls.with_state(sessions.clone()))
}

/// What an app calls as itself, under no grant.
fn app_operations() -> OpenApiRouter<Env> {
    events::app_api_routes()
}

/// The API's routes, each behind the check of its bearer, and `/openapi.json`, which anyone may read.
pub fn routes(env: &Env, live: &LiveGrants, sessions: &Sessions, files: messages::Files) -> Router {
    let guard = Guard { env: env.clone(), live: live.clone() };
    let description = document().to_json().unwrap_or_default();
    let (operations, _) = operations().split_for_parts();
    let (app_operations, _) = app_operations().split_for_parts();
    let operations =
        operations.layer(Extension(files)).with_state(env.clone()).merge(session_operations(env, sessions));
    Router::new()
        .merge(operations.route_layer(from_fn_with_state(guard, oauth::guard)))
        .merge(app_operations.with_state(env.clone()).route_layer(from_fn_with_state(env.clone(), oauth::app_guard)))
        .method_not_allowed_fallback(|| async {
            let detail = "This address does not take this method; the header Allow lists those that it takes.";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
        })
        .route("/v1/{*path}", any(not_found))
        .route("/openapi.json", get(|| async { ([(header::CONTENT_TYPE, "application/json")], description) }))
}

async fn not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found", "There is no such operation; /openapi.json lists them all.")
}

/// The API's description, made from the handlers and from the table of operations.
#[must_use]
pub fn document() -> OpenApi {
    let own = app_operations().into_openapi();
    let of_apps: Vec<String> = own.paths.paths.keys().cloned().collect();
    let mut document = operations()
        .into_openapi()
        .merge_from(messages::change_routes().into_openapi())
        .merge_from(numbers::call_routes().into_openapi())
        .merge_from(own);
    document.info = InfoBuilder::new()
        .title("Grantline")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(LicenseBuilder::new().name("AGPL-3.0-only").identifier(Some("AGPL-3.0-only")).build()))
        .build();
    document.servers = Some(vec![Server::new("/")]);
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An access token from /oauth/token (RFC 6750)."))
        .build();
    let app = HttpBuilder::new()
        .scheme(HttpAuthScheme::Basic)
        .description(Some("The app's id and secret, as at /oauth/token (RFC 6749 §2.3.1)."))
        .build();
    let rooms = document.components.take().unwrap_or_default();
    document.webhooks = Some(events::webhooks());
    document.components = Some(
        ComponentsBuilder::from(rooms)
            .schemas_from_iter(events::fact_schemas())
            .schema(ProblemBody::name(), ProblemBody::schema())
            .security_scheme("bearer", SecurityScheme::Http(bearer))
            .security_scheme("app", SecurityScheme::Http(app))
            .build(),
    );
    for operation in OPERATIONS {
        if let Some(described) = described(&mut document, operation) {
            describe(described, operation);
        }
    }
    for path in of_apps {
        let item = document.paths.paths.get_mut(&path);
        item.into_iter().flat_map(each_operation).for_each(describe_own);
    }
    document
}

fn each_operation(item: &mut PathItem) -> impl Iterator<Item = &mut Described> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten()
}

/// What holds for every operation that an app calls as itself.
fn describe_own(described: &mut Described) {
    described.security = Some(vec![SecurityRequirement::new("app", [""; 0])]);
    let how = "The app calls it as itself, with its id and secret.";
    let description = described.description.take().filter(|text| !text.is_empty());
    described.description = Some(description.map_or(how.to_owned(), |text| format!("{text}\n\n{how}")));
    refuses(
        described,
        &[
            ("401", "The id or the secret is missing or wrong, or the app is suspended."),
            ("403", "`public_app`: a public app has no secret with which to prove itself."),
            (
                "429",
                "`too_many_requests`: the app makes more calls a minute than it may. `Retry-After` says how long to wait.",
            ),
            BROKEN,
        ],
    );
}

fn described<'d>(document: &'d mut OpenApi, operation: &Operation) -> Option<&'d mut Described> {
    let item = document.paths.paths.get_mut(operation.path)?;
    match operation.method {
        "GET" => item.get.as_mut(),
        "POST" => item.post.as_mut(),
        "PUT" => item.put.as_mut(),
        "PATCH" => item.patch.as_mut(),
        "DELETE" => item.delete.as_mut(),
        _ => None,
    }
}

/// What holds for every operation: its scope, and the refusals that come before it is reached. What the operation says
/// itself of a status stays.
fn describe(described: &mut Described, operation: &Operation) {
    let scope = operation.scope.name();
    described.security = Some(vec![SecurityRequirement::new("bearer", [scope])]);
    described.extensions = Some(ExtensionsBuilder::new().add("x-scope", scope).build());
    let needs = format!("Needs the scope `{scope}`.");
    let description = described.description.take().filter(|text| !text.is_empty());
    described.description = Some(description.map_or(needs.clone(), |text| format!("{text}\n\n{needs}")));
    refuses(
        described,
        &[
            ("401", "There is no token, or it is unknown, expired, or its grant has ended."),
            ("403", "`insufficient_scope`: the token does not hold the scope."),
            (
                "429",
                "`too_many_requests`: the grant makes more calls a minute than it may. `Retry-After` says how long to wait.",
            ),
            BROKEN,
        ],
    );
}

const BROKEN: (&str, &str) = ("500", "`server_error`: something broke on our side.");

/// Adds refusals, unless the operation says something of their status itself.
fn refuses(described: &mut Described, refusals: &[(&str, &str)]) {
    for (status, description) in refusals {
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(ProblemBody::name()))).build();
        let response =
            ResponseBuilder::new().description(*description).content("application/problem+json", problem).build();
        described.responses.responses.entry((*status).to_owned()).or_insert(response.into());
    }
}
