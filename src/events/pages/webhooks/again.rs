//! Telling an endpoint something on purpose: a test, one fact again, or all that were given up.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::endpoint::{Said, endpoint_page, failed};
use super::keeper::{At, Keeper};
use crate::events::{AgainError, AgainRefusal, Kind, SampleError, recover, resend, send_sample};
use crate::platform::web::{FieldErrors, Form, FormRefusal, NoFields, StatusPage, redirect};
use crate::platform::{Env, Timestamp};

const HOUR_S: i64 = 3600;
const DAY_S: i64 = 24 * HOUR_S;

#[derive(serde::Deserialize)]
pub(super) struct TestForm {
    #[serde(default)]
    kind: String,
}

/// Leads to the page that shows what came of it, so that looking again sends nothing.
pub(super) async fn test<K: Keeper>(
    State(env): State<Env>,
    at: At<K>,
    form: Form<TestForm>,
) -> Result<Response, StatusPage> {
    let Some(kind) = Kind::named(&form.fields.kind) else { return Ok(FormRefusal::Unreadable.into_response()) };
    match send_sample(&env, &at.owner, &at.endpoint.id, kind).await {
        Ok(made) => Ok(redirect(&format!("{}?tested={}#test", at.page(), made.id))),
        Err(SampleError::TooOften(wait)) => {
            let words = at.keeper.shell().words;
            let text = words.msg("webhook-test-too-often").count("seconds", wait.retry_after_s).plain(&[]);
            refused(&env, at, StatusCode::TOO_MANY_REQUESTS, FieldErrors::one("kind", text)).await
        }
        Err(SampleError::Endpoint(error)) => Err(failed(&error)),
    }
}

async fn refused<K: Keeper>(
    env: &Env,
    at: At<K>,
    status: StatusCode,
    errors: FieldErrors,
) -> Result<Response, StatusPage> {
    endpoint_page(env, at, status, Said { errors, ..Said::default() }).await
}

/// Why something is not told again, beside the field that asked for it.
async fn not_again<K: Keeper>(
    env: &Env,
    at: At<K>,
    field: &'static str,
    error: AgainError,
) -> Result<Response, StatusPage> {
    let key = match error {
        AgainError::Refused(refusal) => match refusal {
            AgainRefusal::NoSuchEndpoint => return Err(StatusPage::not_found()),
            AgainRefusal::NoSuchAttempt => "webhook-again-no-attempt",
            AgainRefusal::NotActive => "webhook-again-not-active",
            AgainRefusal::Forgotten => "webhook-again-forgotten",
            AgainRefusal::AccessEnded => "webhook-again-access-ended",
            AgainRefusal::OnlyATest => "webhook-again-only-a-test",
        },
        AgainError::Storage(error) => return Err(StatusPage::broken(&error, "nothing could be told again")),
    };
    let errors = FieldErrors::one(field, at.keeper.shell().words.text(key));
    refused(env, at, StatusCode::UNPROCESSABLE_ENTITY, errors).await
}

pub(super) async fn one<K: Keeper>(
    State(env): State<Env>,
    Path(path): Path<HashMap<String, String>>,
    at: At<K>,
    _form: Form<NoFields>,
) -> Result<Response, StatusPage> {
    let attempt_id = path.get("attempt").map_or("", String::as_str);
    match resend(&env, &at.owner, &at.endpoint.id, attempt_id).await {
        Ok(()) => Ok(redirect(&format!("{}?done=again", at.page()))),
        Err(error) => not_again(&env, at, "tries", error).await,
    }
}

#[derive(serde::Deserialize)]
pub(super) struct SinceForm {
    #[serde(default)]
    since: String,
}

/// The moment that a choice means.
fn since(choice: &str, now: Timestamp) -> Option<Timestamp> {
    match choice {
        "hour" => Some(now.plus_s(-HOUR_S)),
        "day" => Some(now.plus_s(-DAY_S)),
        "three-days" => Some(now.plus_s(-3 * DAY_S)),
        "all" => Some(Timestamp(0)),
        _ => None,
    }
}

pub(super) async fn all<K: Keeper>(
    State(env): State<Env>,
    at: At<K>,
    form: Form<SinceForm>,
) -> Result<Response, StatusPage> {
    let Some(since) = since(&form.fields.since, env.now()) else { return Ok(FormRefusal::Unreadable.into_response()) };
    match recover(&env, &at.owner, &at.endpoint.id, since).await {
        Ok(count) => Ok(redirect(&format!("{}?recovered={count}", at.page()))),
        Err(error) => not_again(&env, at, "since", error).await,
    }
}
