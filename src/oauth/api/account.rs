//! `GET /v1/account`: what this access is.

use axum::Json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::{Authority, Scope};
use crate::platform::Env;

/// The workspace that an access is for, and what it includes.
#[derive(serde::Serialize, ToSchema)]
pub struct Account {
    /// The workspace.
    #[schema(example = "ws_019a2b3c4d5e7f8091a2b3c4d5e6f708")]
    workspace_id: String,
    /// The workspace's name.
    #[schema(example = "Bluebird Bakery")]
    workspace_name: String,
    /// The grant that this access token points at.
    #[schema(example = "gr_019a2b3c4d5e7f8091a2b3c4d5e6f708")]
    grant_id: String,
    /// The app that the grant is for.
    #[schema(example = "app_019a2b3c4d5e7f8091a2b3c4d5e6f708")]
    app_id: String,
    /// What calls with this token may do at this moment.
    #[schema(example = json!(["account:read", "messages:send"]))]
    scopes: Vec<&'static str>,
    /// The numbers it covers; null for all of the workspace, including ones linked later.
    #[schema(example = json!(["num_019a2b3c4d5e7f8091a2b3c4d5e6f708"]))]
    number_ids: Option<Vec<String>>,
}

/// The room's operations. The bearer check stands before them.
pub fn routes_v1() -> OpenApiRouter<Env> {
    OpenApiRouter::new().routes(routes!(get_account))
}

/// What this access is
///
/// The workspace, and what the token may do at this moment: less than was approved when the app or the person who approved
/// may do less by now.
#[utoipa::path(
    get,
    path = "/v1/account",
    tag = "account",
    responses((status = 200, description = "The account.", body = Account))
)]
async fn get_account(authority: Authority) -> Json<Account> {
    Json(Account {
        workspace_id: authority.workspace_id,
        workspace_name: authority.workspace_name,
        grant_id: authority.grant_id,
        app_id: authority.app_id,
        scopes: authority.scopes.iter().map(Scope::name).collect(),
        number_ids: authority.numbers,
    })
}
