//! `GET /v1/numbers`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Number;
use crate::access::Authority;
use crate::platform::web::{Problem, ProblemBody, Query, plain_handle};
use crate::platform::{Env, Timestamp};

const LIMIT_DEFAULT: i64 = 50;
const LIMIT_MAX: i64 = 100;

/// The room's operations. The bearer check stands before them.
pub fn api_routes() -> OpenApiRouter<Env> {
    OpenApiRouter::new().routes(routes!(list_numbers))
}

#[derive(Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ListQuery {
    limit: Option<String>,
    after: Option<String>,
}

/// A WhatsApp account that is linked to the workspace, or was.
#[derive(Debug, serde::Serialize, ToSchema)]
#[schema(as = Number)]
struct NumberBody {
    #[schema(example = "num_019a2b3c4d5e7f8090a1b2c3d4e5f607")]
    id: String,
    /// With country code (E.164).
    #[schema(example = "+447700900123")]
    phone: String,
    name: String,
    /// How it reaches WhatsApp: `sandbox`, `live` or `cloud`.
    connector: String,
    /// `not_linked`, `starting`, `linked`, `needs_attention` or `blocked`.
    #[schema(example = "linked")]
    state: &'static str,
    /// Why it needs attention, or is no longer linked.
    reason: Option<String>,
    /// When the link that stands was made, RFC 3339.
    linked_at: Option<String>,
}

/// A page of numbers.
#[derive(Debug, serde::Serialize, ToSchema)]
struct NumberPage {
    data: Vec<NumberBody>,
    /// What to send as `after` for the next page; null on the last one.
    next: Option<String>,
}

impl From<Number> for NumberBody {
    fn from(number: Number) -> Self {
        Self {
            linked_at: number.linked_at.filter(|_| number.state.is_linked()).map(Timestamp::rfc3339),
            phone: number.e164(),
            id: number.id,
            name: number.name,
            connector: number.connector,
            state: number.state.name(),
            reason: number.reason,
        }
    }
}

/// List numbers
///
/// The numbers that the grant covers, oldest first. Ask again with `after` for the next page.
#[utoipa::path(
    get,
    path = "/v1/numbers",
    operation_id = "list_numbers",
    tag = "numbers",
    params(
        ("limit" = Option<usize>, Query, nullable = false, minimum = 1, maximum = 100,
         description = "How many at most; 50 without it."),
        ("after" = Option<String>, Query, nullable = false, description = "Go on behind this number: the `next` of a page."),
    ),
    responses(
        (status = OK, description = "A page of the numbers that the grant covers.", body = NumberPage),
        (status = BAD_REQUEST, description = "`invalid_request`: a parameter is unknown or wrong.",
         body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
async fn list_numbers(
    State(env): State<Env>,
    authority: Authority,
    Query(query): Query<ListQuery>,
) -> Result<Json<NumberPage>, Problem> {
    let (limit, after) = (limit_of(query.limit.as_deref())?, cursor_of(query.after)?);
    // One more than asked for tells whether there is another page.
    let mut numbers = super::page(&env, &authority.workspace_id, authority.numbers.as_deref(), &after, limit + 1)
        .await
        .map_err(|error| Problem::broken(&error, "the numbers could not be listed"))?;
    let is_last = i64::try_from(numbers.len()).is_ok_and(|count| count <= limit);
    numbers.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = numbers.last().map(|number| number.id.clone()).filter(|_| !is_last);
    Ok(Json(NumberPage { data: numbers.into_iter().map(NumberBody::from).collect(), next }))
}

fn invalid(param: &'static str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_request", detail).param(param)
}

fn limit_of(text: Option<&str>) -> Result<i64, Problem> {
    let Some(text) = text else { return Ok(LIMIT_DEFAULT) };
    let limit = text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
    limit.ok_or_else(|| invalid("limit", format!("`limit` must be a whole number from 1 to {LIMIT_MAX}.")))
}

/// Any id goes: a number that was removed meanwhile leaves its place behind.
fn cursor_of(text: Option<String>) -> Result<String, Problem> {
    let Some(text) = text else { return Ok(String::new()) };
    let known = plain_handle(&text).is_some();
    if known { Ok(text) } else { Err(invalid("after", "`after` must be the `next` of a page of this list.")) }
}
