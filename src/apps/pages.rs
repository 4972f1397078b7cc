//! The room's pages.

use axum::Router;

use crate::platform::Env;

pub fn routes(env: Env) -> Router {
    Router::new().with_state(env)
}
