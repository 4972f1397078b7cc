//! The room's pages.

mod connected;

pub use connected::routes as connected_routes;
