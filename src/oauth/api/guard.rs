//! The door before `/v1`: finds the operation, checks the bearer, hands its authority on.

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::access::{Authority, Bearer, Operation, operation};
use crate::oauth::bearer::{BearerRefusal, LiveGrants, look_again};
use crate::oauth::usage::{Call, Underway};
use crate::platform::Env;
use crate::platform::limits::Limit;
use crate::platform::secret::PlainSecret;
use crate::platform::web::{ClientIp, Problem, RequestId};

/// What the middleware needs.
#[derive(Clone)]
pub struct Guard {
    pub env: Env,
    pub live: LiveGrants,
}

/// Middleware for every `/v1` route.
pub async fn guard(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let Some(operation) = operation(request.method().as_str(), path) else {
        return Problem::new(StatusCode::NOT_FOUND, "not_found", "There is no such operation.").into_response();
    };
    let token = match presented_token(&guard.env, &request) {
        Ok(token) => token,
        Err(problem) => return problem.into_response(),
    };
    let authority = match recognised(&guard, &token).await {
        Ok(authority) => authority,
        Err(problem) => return problem.into_response(),
    };
    let call = Underway::begin(&guard.live.usage, &authority.grant_id, call(&guard.env, operation, &request));
    let response = match allowed(&guard.env, operation, &authority) {
        Ok(()) => {
            request.extensions_mut().insert(authority.as_ref().clone());
            if operation.lasting {
                request.extensions_mut().insert(bearer(&guard, operation, token));
            }
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    };
    call.answered(response.status().as_u16());
    response
}

/// Asks again later, as the call itself was asked: the token may have ended by then, or lost the scope.
fn bearer(guard: &Guard, operation: &'static Operation, token: PlainSecret) -> Bearer {
    let guard = guard.clone();
    Bearer::new(move || {
        let (guard, token) = (guard.clone(), token.clone());
        Box::pin(async move {
            let found = look_again(&guard.env, &token).await?;
            Ok(found.ok().filter(|authority| authority.scopes.permits(operation.scope)))
        })
    })
}

/// What is noted of a call before its answer is known.
fn call(env: &Env, operation: &'static Operation, request: &Request) -> Call {
    Call {
        at: env.now(),
        operation,
        request_id: request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
        address: ClientIp::of(env, request.headers(), request.extensions()),
        status: None,
    }
}

/// RFC 6750 §2: the header is the only way; a token in an address ends up in logs and histories.
fn presented_token(env: &Env, request: &Request) -> Result<PlainSecret, Problem> {
    if has_token_in_query(request.uri().query()) {
        let detail = "Send the access token in the Authorization header: addresses end up in logs.";
        let challenge = challenge(env, Some("invalid_request"), None);
        return Err(Problem::new(StatusCode::BAD_REQUEST, "invalid_request", detail).challenge(challenge));
    }
    bearer_token(request.headers()).ok_or_else(|| {
        // RFC 6750 §3.1: a request without a token gets no error code.
        let detail = "Send an access token: Authorization: Bearer gl_at_...";
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail).challenge(challenge(env, None, None))
    })
}

async fn recognised(guard: &Guard, token: &PlainSecret) -> Result<Arc<Authority>, Problem> {
    let found = guard.live.authority(&guard.env, token).await;
    found
        .map_err(|error| Problem::broken(&error, "a bearer token could not be looked up"))?
        .map_err(|refusal| invalid_token(&guard.env, refusal))
}

fn allowed(env: &Env, operation: &Operation, authority: &Authority) -> Result<(), Problem> {
    within_its_rate(env, &authority.grant_id)?;
    if authority.scopes.permits(operation.scope) {
        return Ok(());
    }
    let detail = format!("This operation needs the scope {}, which this access does not include.", operation.scope);
    let challenge = challenge(env, Some("insufficient_scope"), Some(operation.scope.name()));
    Err(Problem::new(StatusCode::FORBIDDEN, "insufficient_scope", detail).challenge(challenge))
}

/// RFC 6585 §4.
fn within_its_rate(env: &Env, grant_id: &str) -> Result<(), Problem> {
    let Some(times) = NonZeroU32::new(env.config.api.calls_per_minute) else { return Ok(()) };
    env.limits.check(Limit::a_minute("calls by grant", times), grant_id).map_err(|wait| {
        let detail = format!("This access may make {times} calls a minute. Wait as long as Retry-After says.");
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail).retry_after_s(wait.retry_after_s)
    })
}

fn invalid_token(env: &Env, refusal: BearerRefusal) -> Problem {
    let detail = match refusal {
        BearerRefusal::Malformed => "This is not an access token of this server.",
        BearerRefusal::Dead => {
            "The access token has expired or its access was ended. Refresh it, or ask for access again."
        }
        BearerRefusal::Orphaned => {
            "The person who approved this access is no longer in the workspace. Another member must approve it."
        }
    };
    Problem::new(StatusCode::UNAUTHORIZED, "invalid_token", detail).challenge(challenge(
        env,
        Some("invalid_token"),
        None,
    ))
}

/// RFC 6750 §3 and RFC 9728 §5.1.
fn challenge(env: &Env, error: Option<&str>, scope: Option<&str>) -> String {
    let mut parts = vec![String::from("Bearer realm=\"Grantline\"")];
    parts.extend(error.map(|error| format!("error=\"{error}\"")));
    parts.extend(scope.map(|scope| format!("scope=\"{scope}\"")));
    parts.push(format!("resource_metadata=\"{}\"", env.config.server.url("/.well-known/oauth-protected-resource")));
    parts.join(", ")
}

fn has_token_in_query(query: Option<&str>) -> bool {
    query.is_some_and(|query| url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "access_token"))
}

fn bearer_token(headers: &HeaderMap) -> Option<PlainSecret> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| PlainSecret::received(token.trim()))
}
