//! The door before the operations that an app calls as itself, under no grant.

use std::num::NonZeroU32;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::access::AppCaller;
use crate::apps::{self, Kind};
use crate::oauth::client::credentials;
use crate::platform::Env;
use crate::platform::limits::Limit;
use crate::platform::web::Problem;

const CHALLENGE: &str = "Basic realm=\"Grantline\", charset=\"UTF-8\"";

/// Middleware: finds the app that calls by its id and secret (RFC 6749 §2.3.1, RFC 7617).
pub async fn app_guard(State(env): State<Env>, mut request: Request, next: Next) -> Response {
    match caller(&env, request.headers()).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

async fn caller(env: &Env, headers: &HeaderMap) -> Result<AppCaller, Problem> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let header = header.ok_or_else(|| {
        refused("unauthorized", "Send the app's id and secret: Authorization: Basic, as at the token endpoint.")
    })?;
    let sent = credentials(Some(header), None, None)
        .map_err(|_| refused("invalid_client", "The Authorization header is not Basic with an app's id and secret."))?;
    let broken = |error: sqlx::Error| Problem::broken(&error, "an app could not be looked up");
    let known = apps::authenticate(env, &sent.client_id, sent.secret.as_ref()).await.map_err(broken)?;
    let app = if known { apps::find(env, &sent.client_id).await.map_err(broken)? } else { None };
    let app = app.ok_or_else(|| refused("invalid_client", "There is no active app of this id and secret."))?;
    if app.kind == Kind::Public {
        let detail = "A public app has no secret with which to prove itself. Manage its webhooks on its page.";
        return Err(Problem::new(StatusCode::FORBIDDEN, "public_app", detail));
    }
    within_its_rate(env, &app.id)?;
    Ok(AppCaller { app_id: app.id, app_name: app.name })
}

fn refused(code: &'static str, detail: &'static str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, code, detail).challenge(String::from(CHALLENGE))
}

/// RFC 6585 §4.
fn within_its_rate(env: &Env, app_id: &str) -> Result<(), Problem> {
    let Some(times) = NonZeroU32::new(env.config.api.calls_per_minute) else { return Ok(()) };
    env.limits.check(Limit::a_minute("calls by app", times), app_id).map_err(|wait| {
        let detail = format!("An app may make {times} calls a minute. Wait as long as Retry-After says.");
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail).retry_after_s(wait.retry_after_s)
    })
}
