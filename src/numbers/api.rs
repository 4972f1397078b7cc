//! `GET /v1/numbers`.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Number;
use crate::access::Authority;
use crate::platform::web::Problem;
use crate::platform::{Env, Timestamp};

const LIMIT_DEFAULT: i64 = 50;
const LIMIT_MAX: i64 = 100;

/// The room's operations. The bearer check stands before them.
pub fn api_routes() -> OpenApiRouter<Env> {
    OpenApiRouter::new().routes(routes!(list_numbers))
}

/// Which page of a list.
#[derive(Debug, serde::Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// How many at most: 1 to 100, 50 when left out.
    limit: Option<i64>,
    /// The `next` of the page before.
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

/// The numbers that the grant covers, oldest first.
#[utoipa::path(
    get,
    path = "/v1/numbers",
    tag = "numbers",
    params(PageQuery),
    responses((status = 200, description = "The numbers that the grant covers", body = NumberPage)),
    security(("oauth" = ["numbers:read"]))
)]
async fn list_numbers(
    State(env): State<Env>,
    authority: Authority,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Json<NumberPage>, Problem> {
    let wrong_limit = || {
        Problem::new(StatusCode::BAD_REQUEST, "invalid_request", "limit must be a number from 1 to 100").param("limit")
    };
    let Query(query) = query.map_err(|_| wrong_limit())?;
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(wrong_limit());
    }
    let after = query.after.unwrap_or_default();
    // One more than asked for tells whether there is another page.
    let mut numbers = super::page(&env, &authority.workspace_id, authority.numbers.as_deref(), &after, limit + 1)
        .await
        .map_err(|error| Problem::broken(&error, "the numbers could not be listed"))?;
    let is_last = i64::try_from(numbers.len()).is_ok_and(|count| count <= limit);
    numbers.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = numbers.last().map(|number| number.id.clone()).filter(|_| !is_last);
    Ok(Json(NumberPage { data: numbers.into_iter().map(NumberBody::from).collect(), next }))
}
