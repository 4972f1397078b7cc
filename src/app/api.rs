//! The API: the rooms' operations behind one bearer check, and the document that describes them.

use axum::Router;
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::Operation as Described;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, Ref, ResponseBuilder, Server,
};
use utoipa::{PartialSchema as _, ToSchema as _};
use utoipa_axum::router::OpenApiRouter;

use crate::access::{OPERATIONS, Operation};
use crate::oauth::{Guard, LiveGrants};
use crate::platform::Env;
use crate::platform::web::{Problem, ProblemBody};
use crate::{events, messages, numbers, oauth};

const ABOUT: &str = "Act on a workspace's WhatsApp numbers, within the grant that a person gave your app.\n\n\
    Every call carries an access token: `Authorization: Bearer gl_at_…`. Each operation needs one scope. What a call may \
    do is what the grant allows at that moment; once it ends, the next call is a 401.\n\n\
    A refusal is an `application/problem+json` (RFC 9457). Its `code` is for programs and never changes, its `detail` is \
    a sentence for people, and its `request_id`, also in the header `X-Request-Id`, names the call in the logs.";

/// Every room's operations, one line a room.
fn operations() -> OpenApiRouter<Env> {
    OpenApiRouter::new()
        .merge(oauth::account_routes())
        .merge(numbers::api_routes())
        .merge(messages::api_routes())
        .merge(events::api_routes())
}

/// The API's routes, each behind the check of its bearer, and `/openapi.json`, which anyone may read.
pub fn routes(env: &Env, live: &LiveGrants) -> Router {
    let guard = Guard { env: env.clone(), live: live.clone() };
    let description = document().to_json().unwrap_or_default();
    let (operations, _) = operations().split_for_parts();
    Router::new()
        .merge(operations.route_layer(from_fn_with_state(guard, oauth::guard)))
        .method_not_allowed_fallback(|| async {
            let detail = "This address does not take this method; the header Allow lists those that it takes.";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
        })
        .with_state(env.clone())
        .route("/v1/{*path}", any(not_found))
        .route("/openapi.json", get(|| async { ([(header::CONTENT_TYPE, "application/json")], description) }))
}

async fn not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found", "There is no such operation; /openapi.json lists them all.")
}

/// The API's description, made from the handlers and from the table of operations.
#[must_use]
pub fn document() -> OpenApi {
    let mut document = operations().into_openapi();
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
    let rooms = document.components.take().unwrap_or_default();
    document.components = Some(
        ComponentsBuilder::from(rooms)
            .schema(ProblemBody::name(), ProblemBody::schema())
            .security_scheme("bearer", SecurityScheme::Http(bearer))
            .build(),
    );
    for operation in OPERATIONS {
        if let Some(described) = described(&mut document, operation) {
            describe(described, operation);
        }
    }
    document
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
    for (status, description) in [
        ("401", "There is no token, or it is unknown, expired, or its grant has ended."),
        ("403", "`insufficient_scope`: the token does not hold the scope."),
        (
            "429",
            "`too_many_requests`: the grant makes more calls a minute than it may. `Retry-After` says how long to wait.",
        ),
        ("500", "`server_error`: something broke on our side."),
    ] {
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(ProblemBody::name()))).build();
        let response =
            ResponseBuilder::new().description(description).content("application/problem+json", problem).build();
        described.responses.responses.entry(status.to_owned()).or_insert(response.into());
    }
}
