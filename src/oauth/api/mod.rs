//! What apps call: the token endpoint, revocation, discovery, and the door before `/v1`.

mod account;
mod app_guard;
mod guard;
mod metadata;
mod token;

pub use account::routes_v1 as account_routes;
pub use app_guard::app_guard;
pub use guard::{Guard, guard};
pub use token::endpoints;
