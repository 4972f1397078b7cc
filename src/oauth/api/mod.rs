//! What apps call: the token endpoint, revocation, discovery, and the door before `/v1`.

mod account;
mod guard;
mod metadata;
mod token;

pub use account::routes_v1 as account_routes;
pub use guard::{Guard, guard};
pub use token::endpoints;
